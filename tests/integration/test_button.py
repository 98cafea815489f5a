"""Telling what a probe means in two gestures, and that a planter was watered."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.translation import async_get_translations
import pytest

from tests.integration.keeper import NEEDS_WATER, PLANTER, SOIL, STATUS, VOLTAGE, Seen, measure_all, press
from tests.integration.stage import (
    attribute,
    fire,
    fire_all,
    is_known,
    over_home_assistant,
    pass_time,
    restart,
    state,
)

pytestmark = pytest.mark.usefixtures("mqtt_mock")

DRY = f"{PLANTER}#calibrate_dry"
WET = f"{PLANTER}#calibrate_wet"
RESET = f"{PLANTER}#calibrate_reset"


async def calibrate(hass: HomeAssistant, dry: int = 2600, wet: int = 1200) -> None:
    """The two gestures; the node's own percentage goes on being what it was made for."""
    await fire_all(hass, {SOIL: "50", VOLTAGE: str(dry)})
    await press(hass, DRY)
    await fire_all(hass, {SOIL: "50", VOLTAGE: str(wet)})
    await press(hass, WET)


async def test_a_planter_without_a_bare_probe_has_nothing_to_calibrate(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "50")
    assert is_known(hass, f"{PLANTER}#mark_watered")
    assert not is_known(hass, DRY)


async def test_the_buttons_appear_with_the_voltage_and_are_there_after_a_restart(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "50")
    await fire(hass, VOLTAGE, "1900")
    assert [is_known(hass, path) for path in (DRY, WET, RESET)] == [True] * 3
    await restart(hass, entry, freezer)
    assert [state(hass, path) for path in (DRY, WET, RESET)] == ["unknown"] * 3


async def test_two_gestures_calibrate_a_probe(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await calibrate(hass)
    assert state(hass, SOIL) == "100.0"
    for millivolts, moisture in ((1900, "50.0"), (2600, "0.0"), (2250, "25.0"), (1234, "97.6")):
        await fire(hass, VOLTAGE, str(millivolts))
        assert state(hass, SOIL) == moisture
    assert state(hass, STATUS) == "fine"


async def test_what_the_node_makes_of_it_no_longer_counts_once_it_is_calibrated_here(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await calibrate(hass)
    await fire_all(hass, {VOLTAGE: "1900", SOIL: "3"})
    assert (state(hass, SOIL), state(hass, NEEDS_WATER)) == ("50.0", "off")


async def test_one_gesture_changes_nothing_yet(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "50", VOLTAGE: "2600"})
    await press(hass, DRY)
    await fire_all(hass, {SOIL: "51", VOLTAGE: "2500"})
    assert state(hass, SOIL) == "51.0"


async def test_a_calibration_is_not_taken_for_a_watering(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await measure_all(hass, freezer, [{SOIL: 10, VOLTAGE: 2600}] * 4)
    watering = Seen(hass, f"{PLANTER}#watering")
    for millivolts, button in ((3000, DRY), (2600, WET)):
        await fire_all(hass, {SOIL: "10", VOLTAGE: str(millivolts)})
        await press(hass, button)
    assert state(hass, SOIL) == "100.0"  # it was 10 a moment ago
    await measure_all(hass, freezer, [{SOIL: 10, VOLTAGE: 2600}] * 4)
    assert (state(hass, SOIL), watering) == ("100.0", [])


async def test_starting_over_believes_the_node_again(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await calibrate(hass)
    await press(hass, RESET)
    assert state(hass, NEEDS_WATER) == "unknown"  # what was known was on another scale
    await fire_all(hass, {SOIL: "12", VOLTAGE: "1200"})
    assert (state(hass, SOIL), state(hass, NEEDS_WATER)) == ("12.0", "on")


async def test_a_calibration_stays_with_the_planter_over_restarts_and_other_nodes(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await calibrate(hass)
    await restart(hass, entry, freezer)
    await pass_time(hass, freezer, 3 * 3600)  # the node is exchanged
    assert state(hass, SOIL) == "unavailable"
    await fire_all(hass, {SOIL: "7", VOLTAGE: "1900"})
    assert state(hass, SOIL) == "50.0"


async def test_a_calibrated_probe_whose_voltage_no_longer_comes_is_not_known(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await calibrate(hass)
    await measure_all(hass, freezer, [{SOIL: 50, f"{PLANTER}/air/temp": 20}] * 5)
    assert (state(hass, NEEDS_WATER), attribute(hass, STATUS, "reason")) == ("unknown", "voltage_missing")


async def test_a_calibrated_probe_out_of_its_soil_is_not_known(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await calibrate(hass)
    await fire_all(hass, {SOIL: "50", VOLTAGE: "3000"})  # drier than any soil between the two points
    assert (state(hass, NEEDS_WATER), attribute(hass, STATUS, "reason")) == ("unknown", "implausible_voltage")
    await fire_all(hass, {SOIL: "50", VOLTAGE: "1900"})
    assert (state(hass, SOIL), state(hass, NEEDS_WATER)) == ("50.0", "off")


async def refused(hass: HomeAssistant, path: str, language: str) -> str:
    """Press a button that cannot do what it should; the sentence that its keeper reads."""
    before = state(hass, SOIL)
    with pytest.raises(ServiceValidationError) as refusal:
        await press(hass, path)
    assert state(hass, SOIL) == before
    texts = await async_get_translations(hass, language, "exceptions", ["sigacs"])
    text = texts[f"component.sigacs.exceptions.{refusal.value.translation_key}.message"]
    return text.format_map(refusal.value.translation_placeholders or {})


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Planter 1: 20 mV comes from no probe in soil"),
        ("fr", "Planter 1\N{NO-BREAK SPACE}: aucune sonde dans la terre ne donne 20\N{NO-BREAK SPACE}mV"),
    ],
)
async def test_a_voltage_that_no_probe_gives_is_no_point(hass: HomeAssistant, language: str, said: str) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "50", VOLTAGE: "20"})
    assert (await refused(hass, DRY, language)).startswith(said)


async def test_two_points_that_are_nearly_one_are_refused(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "50", VOLTAGE: "2000"})
    await press(hass, DRY)
    await fire_all(hass, {SOIL: "50", VOLTAGE: "1950"})
    assert (await refused(hass, WET, "en")).startswith("Planter 1: 1950 mV is too close to the other point")
    await fire_all(hass, {SOIL: "50", VOLTAGE: "1500"})
    await press(hass, WET)
    assert state(hass, SOIL) == "100.0"


async def test_a_silent_probe_cannot_be_calibrated(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "50", VOLTAGE: "2000"})
    await pass_time(hass, freezer, 2 * 3600)
    assert "is not known now" in await refused(hass, DRY, "en")
