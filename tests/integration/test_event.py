"""Waterings as events that automations can wait for."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.integration.keeper import PLANTER, WATERING, Seen, measure, press
from tests.integration.stage import attribute, over_home_assistant, restart, state

pytestmark = pytest.mark.usefixtures("mqtt_mock")


async def test_each_watering_is_one_event(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [50] * 6)
    watering = Seen(hass, WATERING)
    drying = [*range(70, 40, -1)]
    await measure(hass, freezer, [*drying, *drying, *drying])
    assert len(watering) == 3
    assert attribute(hass, WATERING, "event_types") == ["watered", "watered_without_rise"]


async def test_the_last_watering_is_remembered_and_not_told_again_after_a_restart(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await measure(hass, freezer, [20, 20, 20, 60])
    watering = Seen(hass, WATERING)
    await restart(hass, entry, freezer)
    await measure(hass, freezer, [62, 62])
    told = [one for one in watering if one not in ("unavailable", "unknown")]
    assert len(told) == 1  # the reading that confirms it comes after the restart, or the next one is told
    await restart(hass, entry, freezer)
    await measure(hass, freezer, [61, 61])
    assert {one for one in watering if one not in ("unavailable", "unknown")} == set(told)


async def test_a_word_that_the_soil_does_not_confirm_tells_how_moist_it_stayed(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [20.4] * 4)
    assert state(hass, WATERING) == "unknown"
    await press(hass, f"{PLANTER}#mark_watered")
    await measure(hass, freezer, [20.4] * 6)
    assert (attribute(hass, WATERING, "event_type"), attribute(hass, WATERING, "moisture")) == (
        "watered_without_rise",
        20.4,
    )
