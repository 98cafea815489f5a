"""The demonstration's first page: a view per greenhouse with a section per planter, which Home Assistant lays out."""

from typing import Any

from .api import Api
from .integration import DOMAIN, moisture_sensors

_PATH = "demo-greenhouses"
_COLUMNS = 4
_TITLE = {"en": "Greenhouses", "fr": "Serres"}


async def lay_out(api: Api, language: str) -> None:
    """Make the dashboard from what the registries know now, and let Home Assistant open with it."""
    about = {"title": _TITLE[language], "icon": "mdi:greenhouse"}
    dashboards = {dashboard["url_path"]: dashboard["id"] for dashboard in await api.command("lovelace/dashboards/list")}
    if _PATH in dashboards:
        await api.command("lovelace/dashboards/update", dashboard_id=dashboards[_PATH], **about)
    else:
        await api.command("lovelace/dashboards/create", mode="storage", url_path=_PATH, **about)
    await api.command("lovelace/config/save", url_path=_PATH, config={"views": await _views(api)})
    await api.command("frontend/set_system_data", key="core", value={"default_panel": _PATH})


async def _views(api: Api) -> list[dict[str, Any]]:
    devices = [device for device in await api.command("config/device_registry/list") if _is_ours(device)]
    moisture = {sensor.device_id: sensor.entity_id for sensor in await moisture_sensors(api)}
    views = []
    for greenhouse in sorted(devices, key=_name):
        planters = [device for device in devices if device["parent_device_id"] == greenhouse["id"]]
        planters.sort(key=_name)
        if planters:
            views.append(_view(greenhouse, planters, [moisture[planter["id"]] for planter in planters]))
    return views


def _view(greenhouse: dict[str, Any], planters: list[dict[str, Any]], moisture: list[str]) -> dict[str, Any]:
    graph = {"type": "history-graph", "hours_to_show": 0.5, "entities": moisture, "grid_options": {"columns": "full"}}
    return {
        "title": _name(greenhouse),
        "type": "sections",
        "max_columns": _COLUMNS,
        "sections": [
            *({"strategy": {"type": "device", "device_id": planter["id"]}} for planter in planters),
            {"type": "grid", "column_span": _COLUMNS, "cards": [graph]},
        ],
    }


def _is_ours(device: dict[str, Any]) -> bool:
    return any(domain == DOMAIN for domain, _ in device["identifiers"])


def _name(device: dict[str, Any]) -> str:
    return str(device["name_by_user"] or device["name"])
