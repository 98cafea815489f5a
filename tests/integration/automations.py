"""A keeper's automations: written as they would write them, with what they were told."""

from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component
import yaml

_TOLD = "told"


class Told(list[dict[str, Any]]):
    """What an automation said, oldest first."""

    def of(self, key: str) -> list[Any]:
        """One thing of all that was said."""
        return [one[key] for one in self]


async def automate(hass: HomeAssistant, automation: str, **about: str) -> Told:
    """Set up an automation from its YAML, without actions; what it would have said comes back."""
    told = Told()

    @callback
    def tell(event: Event) -> None:
        told.append(dict(event.data))

    hass.bus.async_listen(_TOLD, tell)
    said = {"entity_id": "{{ trigger.entity_id }}"} | {name: f"{{{{ {value} }}}}" for name, value in about.items()}
    config = {
        "alias": "Watch",
        "mode": "queued",
        "max": 1000,
        "actions": [{"event": _TOLD, "event_data": said}],
    } | yaml.safe_load(automation)
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: [config]})
    await hass.async_block_till_done()
    assert hass.states.async_entity_ids(AUTOMATION), "the automation is not valid"
    assert hass.states.get(hass.states.async_entity_ids(AUTOMATION)[0]).state == "on"
    return told
