"""The air of planters and of greenhouses, in the units of whoever looks at it."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest

from tests.integration.keeper import PLANTER, Seen, measure_all, turn_to
from tests.integration.stage import (
    attribute,
    entity,
    fire,
    fire_all,
    over_home_assistant,
    pass_time,
    restart,
    state,
)

pytestmark = pytest.mark.usefixtures("mqtt_mock")

TEMPERATURE = "/serre/1#air_temperature"
HUMIDITY = "/serre/1#air_humidity"
FROST = "/serre/1#frost"
CONDENSATION = "/serre/1#condensation"
MINUTE = 60


async def air(hass: HomeAssistant, freezer: FrozenDateTimeFactory, *planters: tuple[float, float]) -> None:
    """Let planters 1, 2, ... say their temperature in °C and their humidity in %, and a sweep pass."""
    said: dict[str, str | bytes] = {}
    for number, (temperature, humidity) in enumerate(planters, 1):
        said[f"/serre/1/bac/{number}/air/temp"] = str(temperature)
        said[f"/serre/1/bac/{number}/air/hum"] = str(humidity)
    await fire_all(hass, said)
    await pass_time(hass, freezer, 30)


async def test_dry_air_and_dew_point_follow_from_a_planters_own_probe(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await air(hass, freezer, (25, 60), (10, 100))
    # FAO-56, table 2.3: e_s(25 °C) = 3.168 kPa, of which 40 % are missing. Dew point: psychrometric tables.
    assert float(state(hass, f"{PLANTER}#vpd")) == pytest.approx(1.267, abs=0.01)
    assert state(hass, f"{PLANTER}#dew_point") == "16.7"
    assert (state(hass, "/serre/1/bac/2#vpd"), state(hass, "/serre/1/bac/2#dew_point")) == ("0.0", "10.0")


async def test_what_follows_from_two_probes_is_not_known_when_one_of_them_is_not(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, f"{PLANTER}/air/temp", "25")
    assert (state(hass, f"{PLANTER}#vpd"), state(hass, f"{PLANTER}#dew_point")) == ("unknown", "unknown")
    await air(hass, freezer, (25, 60))
    assert state(hass, f"{PLANTER}#vpd") == "1.26"
    await measure_all(hass, freezer, [{f"{PLANTER}/air/temp": 25}] * 4)
    assert (state(hass, f"{PLANTER}#vpd"), state(hass, f"{PLANTER}#dew_point")) == ("unknown", "unknown")


async def test_a_greenhouse_has_the_air_of_most_of_its_planters_and_names_the_odd_one(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await air(hass, freezer, (20.2, 60), (20.4, 61), (20.6, 59), (41.0, 25))
    assert (state(hass, TEMPERATURE), state(hass, HUMIDITY)) == ("20.5", "59.5")
    assert attribute(hass, TEMPERATURE, "odd") == ["Planter 4"]
    sunny = dr.async_get(hass)
    sunny.async_update_child_device(entity(hass, "/serre/1/bac/4/air/temp").device_id or "", name_by_user="By the pane")
    await hass.async_block_till_done()
    assert attribute(hass, TEMPERATURE, "odd") == ["By the pane"]
    assert (state(hass, "/serre/1#dew_point"), state(hass, "/serre/1#vpd")) == ("12.3", "0.97")


async def test_the_air_of_a_silent_greenhouse_is_not_known(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await air(hass, freezer, (2, 95), (2, 95))
    assert (state(hass, FROST), state(hass, CONDENSATION)) == ("on", "on")
    await pass_time(hass, freezer, 51 * MINUTE)
    paths = (TEMPERATURE, HUMIDITY, "/serre/1#dew_point", "/serre/1#vpd", FROST, CONDENSATION)
    assert [state(hass, path) for path in paths] == ["unknown"] * 6


async def test_frost_is_where_the_coldest_planter_stands(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await air(hass, freezer, (6, 50), (5.5, 50), (4.0, 50))
    frost = Seen(hass, FROST)
    assert state(hass, FROST) == "off"
    for coldest in (3.1, 2.9, 3.1, 2.9, 3.9, 4.1):
        await air(hass, freezer, (6, 50), (5.5, 50), (coldest, 50))
    assert frost == ["on", "off"]
    await turn_to(hass, "/serre/1#frost_below", 4.5)
    assert frost == ["on", "off", "on"]


async def test_leaves_get_wet_before_the_air_is_saturated(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    condensation = []
    for humidity in (70, 85, 92, 86, 80):
        await air(hass, freezer, (12, humidity))
        condensation.append(state(hass, CONDENSATION))
    assert condensation == ["off", "off", "on", "on", "off"]


async def test_the_air_is_back_soon_after_a_restart(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await over_home_assistant(hass)
    await air(hass, freezer, (25, 60), (25, 60))
    await restart(hass, entry, freezer, 5 * MINUTE)
    assert (state(hass, TEMPERATURE), state(hass, f"{PLANTER}#vpd")) == ("25.0", "1.26")


async def test_degrees_are_fahrenheit_and_dryness_stays_in_kilopascals_where_units_are_american(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    hass.config.units = US_CUSTOMARY_SYSTEM
    await over_home_assistant(hass)
    await air(hass, freezer, (25, 60))

    def shown(path: str) -> tuple[float, str]:
        return round(float(state(hass, path)), 2), attribute(hass, path, "unit_of_measurement")

    assert shown(f"{PLANTER}/air/temp") == (77.0, "°F")
    assert shown(TEMPERATURE) == (77.0, "°F")
    assert shown(f"{PLANTER}#dew_point") == (62.06, "°F")
    assert shown("/serre/1#dew_point") == (62.06, "°F")
    assert shown(f"{PLANTER}#vpd") == (1.26, "kPa")
    assert shown("/serre/1#vpd") == (1.26, "kPa")
    assert shown(HUMIDITY) == (60.0, "%")
