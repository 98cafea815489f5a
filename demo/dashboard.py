"""The demonstration's first pages: who is thirsty, and a view per greenhouse with all that is known of each planter."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from .api import Api
from .integration import Place, places

_PATH = "demo-greenhouses"
_TITLE = {"en": "Greenhouses", "fr": "Serres"}
_OVERVIEW = {"en": "Today", "fr": "Aujourd'hui"}
_HISTORY_HOURS = 0.5
_FULL = {"grid_options": {"columns": "full"}}
_HALF = {"grid_options": {"columns": 6}}
_COLOURS = {"needs_water": "red", "too_wet": "blue", "unknown": "grey", "at_rest": "grey", "fine": "green"}
_NOT_KNOWN = ["unknown", "unavailable"]
_OWN_NAME = {"type": "entity"}
"""What an entity is called without its planter, whose section it stands in."""

Card: TypeAlias = dict[str, Any]


async def lay_out(api: Api, language: str) -> None:
    """Make the dashboard from what is known now, and let Home Assistant open with it."""
    about = {"title": _TITLE[language], "icon": "mdi:greenhouse"}
    dashboards = {dashboard["url_path"]: dashboard["id"] for dashboard in await api.command("lovelace/dashboards/list")}
    if _PATH in dashboards:
        await api.command("lovelace/dashboards/update", dashboard_id=dashboards[_PATH], **about)
    else:
        await api.command("lovelace/dashboards/create", mode="storage", url_path=_PATH, **about)
    await api.command("lovelace/config/save", url_path=_PATH, config={"views": await _views(api, language)})
    await api.command("frontend/set_system_data", key="core", value={"default_panel": _PATH})


async def _views(api: Api, language: str) -> list[Card]:
    there = await places(api)
    states = {state["entity_id"]: state["state"] for state in await api.command("get_states")}
    greenhouses = [(path, place) for path, place in there.items() if "/bac/" not in path]
    today, closer = [], []
    for path, greenhouse in greenhouses:
        planters = [place for below, place in there.items() if below.startswith(f"{path}/bac/")]
        if planters:
            today.append(_who_is_thirsty(greenhouse, planters))
            closer.append(_view(greenhouse.name, _closer(planters, states)))
    return [_view(_OVERVIEW[language], today), *closer]


def _who_is_thirsty(greenhouse: Place, planters: list[Place]) -> Card:
    shown = greenhouse.entities
    badges = [shown[key] for key in ("thirsty", "air_temperature", "air_humidity", "silence")]
    tiles = [tile for planter in planters for tile in _summary(planter)]
    return _section(_heading(greenhouse.name, "mdi:greenhouse", badges), *tiles)


def _summary(planter: Place) -> list[Card]:
    """Show what is said of a planter, its moisture, and what will be in its place as soon as that is known."""
    moisture, forecast = (planter.entities[key] for key in ("sol", "needs_water_at"))
    return [
        *_status(planter, name=planter.name, **_HALF),
        {"type": "tile", "entity": moisture, "name": _OWN_NAME, **_HALF, **_while(forecast, state=_NOT_KNOWN)},
        {"type": "tile", "entity": forecast, "name": _OWN_NAME, **_HALF, **_while(forecast, state_not=_NOT_KNOWN)},
    ]


def _status(planter: Place, **tile: Any) -> list[Card]:
    """Show a planter's status in its colour, which a tile cannot change: there is one for each."""
    status = planter.entities["status"]
    said = {"type": "tile", "entity": status, "state_content": ["state", "reason"], **tile}
    return [{**said, "color": colour, **_while(status, state=state)} for state, colour in _COLOURS.items()]


def _while(entity_id: str, **state: str | list[str]) -> Card:
    return {"visibility": [{"condition": "state", "entity": entity_id, **state}]}


def _closer(planters: list[Place], states: Mapping[str, str]) -> list[Card]:
    moisture = [{"entity": planter.entities["sol"], "name": planter.name} for planter in planters]
    graph = {"type": "history-graph", "hours_to_show": _HISTORY_HOURS, "entities": moisture, **_FULL}
    return [
        *(_planter(planter, states) for planter in planters),
        {**_section(graph), "column_span": len(planters)},
    ]


def _planter(planter: Place, states: Mapping[str, str]) -> Card:
    shown = planter.entities
    dry, wet = (float(states[shown[limit]]) for limit in ("dry_below", "wet_above"))
    segments = [{"from": 0, "color": "#db4437"}, {"from": dry, "color": "#43a047"}, {"from": wet, "color": "#039be5"}]
    gauge = {"type": "gauge", "entity": shown["sol"], "name": _OWN_NAME, "needle": True, "segments": segments, **_FULL}
    facts = [
        {"type": "tile", "entity": shown[key], "name": _OWN_NAME, **_FULL}
        for key in ("needs_water_at", "last_watered", "dry_below")
    ]
    return _section(_heading(planter.name, "mdi:sprout"), gauge, *_status(planter, name=_OWN_NAME, **_FULL), *facts)


def _heading(text: str, icon: str, badges: list[str] | None = None) -> Card:
    return {
        "type": "heading",
        "heading": text,
        "icon": icon,
        "badges": [{"type": "entity", "entity": entity_id} for entity_id in badges or []],
    }


def _section(*cards: Card) -> Card:
    return {"type": "grid", "cards": list(cards)}


def _view(title: str, sections: list[Card]) -> Card:
    return {"title": title, "type": "sections", "max_columns": 4, "sections": sections}
