"""The limits that a keeper sets."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest

from tests.integration.keeper import PLANTER, SOIL, turn_to
from tests.integration.stage import attribute, fire, fire_all, over_home_assistant, state

pytestmark = pytest.mark.usefixtures("mqtt_mock")

DRY_BELOW = f"{PLANTER}#dry_below"
FROST_BELOW = "/serre/1#frost_below"


async def test_limits_have_sensible_values_before_anybody_sets_them(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "50")
    shown = [state(hass, f"{PLANTER}#{key}") for key in ("dry_below", "recovery_gap", "wet_above")]
    assert (shown, state(hass, FROST_BELOW)) == (["30.0", "5.0", "95.0"], "3.0")


async def test_each_planter_has_limits_of_its_own(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "50", "/serre/1/bac/2/sol": "50", "/serre/2/bac/1/sol": "50"})
    await turn_to(hass, DRY_BELOW, 42)
    assert [state(hass, f"/serre/{place}#dry_below") for place in ("1/bac/1", "1/bac/2", "2/bac/1")] == [
        "42.0",
        "30.0",
        "30.0",
    ]


@pytest.mark.parametrize(("key", "value"), [("dry_below", 101), ("dry_below", -1), ("recovery_gap", 51)])
async def test_a_limit_that_cannot_be_is_refused(hass: HomeAssistant, key: str, value: float) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "50")
    before = state(hass, f"{PLANTER}#{key}")
    with pytest.raises(ServiceValidationError):
        await turn_to(hass, f"{PLANTER}#{key}", value)
    assert state(hass, f"{PLANTER}#{key}") == before


@pytest.mark.parametrize("fahrenheit", [-4, 0, 33, 35.5, 38, 41, 68])
async def test_frost_is_set_in_degrees_fahrenheit_where_people_use_them(hass: HomeAssistant, fahrenheit: float) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    await over_home_assistant(hass)
    await fire(hass, SOIL, "50")
    assert (state(hass, FROST_BELOW), attribute(hass, FROST_BELOW, "unit_of_measurement")) == ("37.4", "°F")
    assert (attribute(hass, FROST_BELOW, "min"), attribute(hass, FROST_BELOW, "max")) == (-4.0, 68.0)
    await turn_to(hass, FROST_BELOW, fahrenheit)
    assert float(state(hass, FROST_BELOW)) == fahrenheit


async def test_frost_that_was_set_in_degrees_fahrenheit_is_felt_there(hass: HomeAssistant) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    await over_home_assistant(hass)
    await fire(hass, f"{PLANTER}/air/temp", "2")
    await turn_to(hass, FROST_BELOW, 35)  # 1.7 °C
    assert state(hass, "/serre/1#frost") == "off"
    await turn_to(hass, FROST_BELOW, 36)  # 2.2 °C
    assert state(hass, "/serre/1#frost") == "on"
