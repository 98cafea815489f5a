"""The watering alert of the demonstration: our blueprint, over every planter that is known."""

from contextlib import suppress

from .api import Api, ApiError

_AUTOMATIONS = "/api/config/automation/config"
_ID = "sigacs_demo_watering"
_ALIAS = {"en": "Watering alert", "fr": "Alerte d'arrosage"}
_TITLE = {"en": "Needs water", "fr": "À arroser"}


async def watch_over(api: Api, sensors: list[str], language: str) -> None:
    """Make the automation, or bring it up to date; patient for some seconds only, because here a day takes minutes."""
    inputs = {"sensors": sensors, "patience": {"seconds": 15}, "dry_title": _TITLE[language]}
    use = {"path": "sigacs/watering_alert.yaml", "input": inputs}
    automation = {"id": _ID, "alias": _ALIAS[language], "use_blueprint": use}
    with suppress(ApiError):  # there is none yet
        if await api.get(f"{_AUTOMATIONS}/{_ID}") == automation:
            return
    await api.post(f"{_AUTOMATIONS}/{_ID}", automation)
