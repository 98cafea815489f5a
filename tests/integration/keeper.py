"""What a greenhouse's keeper does and sees: readings that come in, buttons and numbers, and what became of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, ServiceResponse, callback
from homeassistant.helpers.event import async_track_state_change_event
from pytest_homeassistant_custom_component.common import async_fire_mqtt_message

from custom_components.sigacs.const import DOMAIN
from tests.integration.stage import SWEEP_S, attribute, entity, fire, pass_time, state

PERIOD_S = 900
BURST_S = 2
PLANTER = "/serre/1/bac/1"
SOIL = f"{PLANTER}/sol"
VOLTAGE = f"{PLANTER}/sol/brut"
NEEDS_WATER = f"{PLANTER}#needs_water"
STATUS = f"{PLANTER}#status"
LAST_WATERED = f"{PLANTER}#last_watered"
WATERING = f"{PLANTER}#watering"
SILENCE = "/serre/1#silence"
THIRSTY = "/serre/1#thirsty"
NOT_KNOWN = "unknown"


async def pass_period(hass: HomeAssistant, freezer: FrozenDateTimeFactory, periods: int = 1) -> None:
    """Let whole measuring periods pass, with one sweep at the end of each."""
    for _ in range(periods):
        freezer.tick(timedelta(seconds=PERIOD_S - SWEEP_S))
        await pass_time(hass, freezer, SWEEP_S)


async def settle(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Let what follows from a burst of messages follow, once for all of them."""
    await pass_time(hass, freezer, BURST_S)


async def measure(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, values: Iterable[float | str], topic: str = SOIL
) -> None:
    """Let readings of one topic come in, a period after each."""
    for value in values:
        await fire(hass, topic, str(value))
        await pass_period(hass, freezer)


async def measure_all(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, rounds: Iterable[dict[str, float | str]]
) -> None:
    """Let rounds of readings come in, a period after each."""
    for one in rounds:
        for topic, value in one.items():
            async_fire_mqtt_message(hass, topic, str(value))
        await pass_period(hass, freezer)


async def press(hass: HomeAssistant, path: str) -> None:
    """Press a button."""
    target = {"entity_id": entity(hass, path).entity_id}
    await hass.services.async_call("button", "press", target, blocking=True)
    await hass.async_block_till_done()


async def turn_to(hass: HomeAssistant, path: str, value: float) -> None:
    """Set a number."""
    data = {"entity_id": entity(hass, path).entity_id, "value": value}
    await hass.services.async_call("number", "set_value", data, blocking=True)
    await hass.async_block_till_done()


async def choose(hass: HomeAssistant, path: str, when: datetime) -> None:
    """Set a day and an hour."""
    data = {"entity_id": entity(hass, path).entity_id, "datetime": when}
    await hass.services.async_call("datetime", "set_value", data, blocking=True)
    await hass.async_block_till_done()


async def ask(
    hass: HomeAssistant, action: str, target: dict[str, Any], *, answers: bool = False, **data: Any
) -> ServiceResponse:
    """Call one of our actions."""
    answer = await hass.services.async_call(DOMAIN, action, data, target=target, blocking=True, return_response=answers)
    await hass.async_block_till_done()
    return answer


def said(hass: HomeAssistant) -> tuple[str, str, str]:
    """Whether planter 1 needs water, its status, and the reason."""
    return state(hass, NEEDS_WATER), state(hass, STATUS), attribute(hass, STATUS, "reason")


class Seen(list[str]):
    """Every state that an entity goes through from now on, in order, changes of attributes alone left out."""

    def __init__(self, hass: HomeAssistant, path: str) -> None:
        super().__init__()
        async_track_state_change_event(hass, entity(hass, path).entity_id, self._changed)

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        new, old = event.data["new_state"], event.data["old_state"]
        if new and (old is None or new.state != old.state):
            self.append(new.state)
