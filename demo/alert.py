"""The automations of the demonstration: our blueprints, with nothing filled in."""

from contextlib import suppress
from typing import Final

from .api import Api, ApiError

_AUTOMATIONS: Final = "/api/config/automation/config"
_ALIASES: Final = {
    "watering_alert": {"en": "Watering alert", "fr": "Alerte d'arrosage"},
    "silence_warning": {"en": "Silence warning", "fr": "Alerte de silence"},
}


async def watch_over(api: Api, language: str) -> None:
    """Make the automations, or bring them up to date. They look after every planter, also those that come later."""
    for blueprint, alias in _ALIASES.items():
        id_ = f"sigacs_demo_{blueprint}"
        use = {"path": f"sigacs/{blueprint}.yaml", "input": {}}
        automation = {"id": id_, "alias": alias[language], "use_blueprint": use}
        with suppress(ApiError):  # there is none yet
            if await api.get(f"{_AUTOMATIONS}/{id_}") == automation:
                continue
        await api.post(f"{_AUTOMATIONS}/{id_}", automation)
