"""The demonstration's first page: the dashboard that the integration writes, as people add it in the settings."""

from .api import Api

_PATH = "demo-greenhouses"
_TITLE = {"en": "Greenhouses", "fr": "Serres"}


async def lay_out(api: Api, language: str) -> None:
    """Make the dashboard, or make it anew, and let Home Assistant open with it."""
    about = {"title": _TITLE[language], "icon": "mdi:greenhouse"}
    dashboards = {dashboard["url_path"]: dashboard["id"] for dashboard in await api.command("lovelace/dashboards/list")}
    if _PATH in dashboards:
        await api.command("lovelace/dashboards/update", dashboard_id=dashboards[_PATH], **about)
    else:
        await api.command("lovelace/dashboards/create", mode="storage", url_path=_PATH, **about)
    await api.command("lovelace/config/save", url_path=_PATH, config={"strategy": {"type": "custom:sigacs"}})
    await api.command("frontend/set_system_data", key="core", value={"default_panel": _PATH})
