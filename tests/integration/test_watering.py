"""What a keeper is told about water: when, why, for how long, and what is said while nobody knows."""

from datetime import timedelta
import math
import random

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from tests.integration.keeper import (
    LAST_WATERED,
    NEEDS_WATER,
    NOT_KNOWN,
    PERIOD_S,
    PLANTER,
    SOIL,
    STATUS,
    THIRSTY,
    VOLTAGE,
    WATERING,
    Seen,
    measure,
    measure_all,
    pass_period,
    press,
    said,
    settle,
    turn_to,
)
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

NEEDS_WATER_AT = f"{PLANTER}#needs_water_at"
MINUTE = 60
HOUR = 60 * MINUTE


# A verdict


async def test_the_first_reading_is_judged_at_once(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "12", "/serre/1/bac/2/sol": "55"})
    assert said(hass) == ("on", "needs_water", "below_threshold")
    assert (state(hass, "/serre/1/bac/2#needs_water"), state(hass, "/serre/1/bac/2#status")) == ("off", "fine")


async def test_one_reading_below_the_threshold_is_noise_and_three_in_a_row_are_thirst(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [40, 40, 12, 40, 29, 29])
    assert said(hass) == ("off", "fine", "just_below")
    await fire(hass, SOIL, "29")
    assert said(hass) == ("on", "needs_water", "below_threshold")


async def test_slightly_above_the_threshold_is_not_yet_enough(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [29, 31.5, 32, 32.5])
    assert said(hass) == ("on", "needs_water", "not_recovered")
    await measure(hass, freezer, [35, 35, 35])
    assert said(hass) == ("off", "fine", "moist_enough")


async def test_standing_in_water_for_a_day_is_too_wet(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [60, 60, *[98] * 80])
    assert said(hass) == ("off", "fine", "moist_enough")
    await measure(hass, freezer, [98] * 20)
    assert said(hass) == ("off", "too_wet", "above_limit")


async def test_nothing_measured_is_not_known_and_not_fine(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, f"{PLANTER}/air/temp", "20")
    assert said(hass) == (NOT_KNOWN, NOT_KNOWN, "never_measured")


# Not knowing


async def test_a_dry_planter_whose_probe_dies_never_becomes_fine(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [5, 5, 5])
    needs_water, status = Seen(hass, NEEDS_WATER), Seen(hass, STATUS)
    for _ in range(26 * 4):
        await fire(hass, f"{PLANTER}/air/temp", "20")  # the rest of the planter goes on
        await pass_period(hass, freezer)
    assert (needs_water, status) == ([NOT_KNOWN], [NOT_KNOWN])
    assert attribute(hass, STATUS, "reason") == "soil_silent"


async def test_a_planter_that_falls_silent_as_a_whole_is_not_known(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "50")
    needs_water = Seen(hass, NEEDS_WATER)
    await pass_time(hass, freezer, 51 * MINUTE)
    assert said(hass) == (NOT_KNOWN, NOT_KNOWN, "silent")
    assert needs_water == [NOT_KNOWN]


async def test_a_probe_that_comes_back_finds_the_verdict_that_it_left(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [20])
    await pass_time(hass, freezer, 2 * HOUR)
    needs_water = Seen(hass, NEEDS_WATER)
    await fire(hass, SOIL, "32")  # not enough for recovery, so it is still thirsty
    assert said(hass) == ("on", "needs_water", "not_recovered")
    assert needs_water == ["on"]


async def test_a_soil_that_stays_the_same_for_twenty_six_hours_stays_known(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "48.0")
    needs_water, soil = Seen(hass, NEEDS_WATER), Seen(hass, SOIL)
    await measure(hass, freezer, ["48.0"] * 26 * 4)
    assert (needs_water, soil) == ([], [])
    assert said(hass) == ("off", "fine", "moist_enough")


async def test_a_value_that_the_broker_has_kept_for_days_proves_nothing(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "48.0")
    await restart(hass, entry, freezer, 9 * 24 * HOUR)
    for _ in range(3):
        await fire(hass, SOIL, "48.0", retain=True)
    assert said(hass)[:2] == (NOT_KNOWN, NOT_KNOWN)
    await fire(hass, SOIL, "47.5")
    assert said(hass) == ("off", "fine", "moist_enough")


@pytest.mark.parametrize("payload", ["nan", "101", "-3", "", "65,0"])
async def test_a_probe_that_sends_nonsense_is_not_known(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, payload: str
) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [50, *[payload] * 4])
    assert said(hass) == (NOT_KNOWN, NOT_KNOWN, "refused")


async def test_no_volts_are_not_a_wet_soil(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await measure_all(hass, freezer, [{SOIL: 20, VOLTAGE: 1900}] * 3)
    needs_water = Seen(hass, NEEDS_WATER)
    await measure_all(hass, freezer, [{VOLTAGE: 0, SOIL: 100}] * 6)
    assert said(hass) == (NOT_KNOWN, NOT_KNOWN, "implausible_voltage")
    assert state(hass, SOIL) == "unavailable"
    assert needs_water == [NOT_KNOWN]


async def test_a_hub_that_is_offline_is_the_reason_for_not_knowing(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "50", "/serre/1/etat": "online"})
    await fire(hass, "/serre/1/etat", "offline")
    assert said(hass) == ("off", "fine", "moist_enough")  # it was measured a moment ago
    await pass_time(hass, freezer, 51 * MINUTE)
    assert said(hass) == (NOT_KNOWN, NOT_KNOWN, "hub_offline")


# Limits that are moved


async def test_moving_the_threshold_is_felt_at_once(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "40")
    needs_water = Seen(hass, NEEDS_WATER)
    await turn_to(hass, f"{PLANTER}#dry_below", 45)
    assert said(hass) == ("on", "needs_water", "below_threshold")
    await turn_to(hass, f"{PLANTER}#dry_below", 38)
    assert said(hass) == ("on", "needs_water", "not_recovered")
    await turn_to(hass, f"{PLANTER}#recovery_gap", 1)
    assert said(hass) == ("off", "fine", "moist_enough")
    await turn_to(hass, f"{PLANTER}#wet_above", 39)
    assert said(hass) == ("off", "too_wet", "above_limit")
    assert needs_water == ["on", "off"]


async def test_moving_the_threshold_of_a_silent_planter_says_nothing_of_its_soil(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "40")
    await pass_time(hass, freezer, 2 * HOUR)
    await turn_to(hass, f"{PLANTER}#dry_below", 90)
    assert said(hass)[:2] == (NOT_KNOWN, NOT_KNOWN)
    await measure(hass, freezer, [40, 40])
    assert said(hass) == ("on", "needs_water", "below_threshold")


# Hovering at the threshold


async def test_twenty_one_planters_at_their_threshold_for_a_day_cry_once_each_at_most(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    numbers = range(1, 22)
    noise = random.Random(21)
    await fire_all(hass, {f"/serre/1/bac/{number}/sol": "31" for number in numbers})
    seen = {number: Seen(hass, f"/serre/1/bac/{number}#needs_water") for number in numbers}
    await measure_all(
        hass,
        freezer,
        [
            {f"/serre/1/bac/{number}/sol": f"{30 + noise.gauss(0, 0.8):.1f}" for number in numbers}
            for _ in range(24 * 4)
        ],
    )
    assert all(states in ([], ["on"]) for states in seen.values()), seen


async def test_a_day_and_a_night_of_slow_swings_around_the_threshold_is_one_alert(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "32")
    needs_water = Seen(hass, NEEDS_WATER)
    swings = [30 + 2.5 * math.sin(2 * math.pi * reading / 24) for reading in range(24 * 4)]
    await measure(hass, freezer, [f"{value:.1f}" for value in swings])
    assert needs_water == ["on"]


# Watering


async def test_a_watering_is_seen_closes_the_alert_and_is_noted(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [22, 21, 21, 21])
    needs_water, watering = Seen(hass, NEEDS_WATER), Seen(hass, WATERING)
    assert (state(hass, LAST_WATERED), state(hass, WATERING)) == (NOT_KNOWN, NOT_KNOWN)
    watered_at = dt_util.utcnow()
    await measure(hass, freezer, [63, 66])
    assert said(hass) == ("off", "fine", "moist_enough")
    assert needs_water == ["off"]
    assert dt_util.parse_datetime(state(hass, LAST_WATERED)) == watered_at.replace(microsecond=0)
    assert len(watering) == 1
    assert attribute(hass, WATERING, "event_type") == "watered"
    assert (attribute(hass, WATERING, "before"), attribute(hass, WATERING, "after")) == (21.0, 66.0)


async def test_one_reading_that_jumps_is_no_watering(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [22, 22, 21, 21])
    needs_water, watering = Seen(hass, NEEDS_WATER), Seen(hass, WATERING)
    await measure(hass, freezer, [80, 21, 21, 21])
    assert (needs_water, watering, state(hass, LAST_WATERED)) == ([], [], NOT_KNOWN)


async def test_watered_but_nothing_rose_is_told(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [22, 22, 21, 21])
    watering = Seen(hass, WATERING)
    await press(hass, f"{PLANTER}#mark_watered")
    await measure(hass, freezer, [21, 21, 21, 21, 21])
    assert said(hass) == ("on", "needs_water", "watered_without_rise")
    assert len(watering) == 1
    assert attribute(hass, WATERING, "event_type") == "watered_without_rise"
    assert state(hass, LAST_WATERED) == NOT_KNOWN


async def test_somebodys_word_is_proved_right_by_the_soil(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [22, 22, 21, 21])
    watering = Seen(hass, WATERING)
    await press(hass, f"{PLANTER}#mark_watered")
    await measure(hass, freezer, [21, 55, 58, 58, 57, 57, 57])
    assert (len(watering), attribute(hass, WATERING, "event_type")) == (1, "watered")
    assert said(hass) == ("off", "fine", "moist_enough")


async def test_a_watering_that_nobody_answered_is_forgotten_when_the_soil_rises_at_last(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [22, 22, 21, 21])
    await press(hass, f"{PLANTER}#mark_watered")
    await measure(hass, freezer, [21, 21, 21, 21, 21])
    assert said(hass)[2] == "watered_without_rise"
    await measure(hass, freezer, [60, 62])
    assert said(hass) == ("off", "fine", "moist_enough")


# A life


async def test_another_name_and_other_hardware_change_neither_ids_nor_settings(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "12", VOLTAGE: "2000", f"{PLANTER}/rssi": "-60"})
    await turn_to(hass, f"{PLANTER}#dry_below", 20)
    ids = {one.unique_id: one.entity_id for one in er.async_get(hass).entities.values()}
    dr.async_get(hass).async_update_child_device(entity(hass, SOIL).device_id or "", name_by_user="Tomatoes")
    await settle(hass, freezer)
    assert attribute(hass, THIRSTY, "planters") == ["Tomatoes"]
    await pass_time(hass, freezer, 3 * HOUR)  # the node is exchanged: another one speaks for the same planter
    await fire_all(hass, {SOIL: "11", VOLTAGE: "2010", f"{PLANTER}/rssi": "-40"})
    await settle(hass, freezer)
    await restart(hass, entry, freezer)
    assert {one.unique_id: one.entity_id for one in er.async_get(hass).entities.values()} == ids
    assert (state(hass, f"{PLANTER}#dry_below"), said(hass)[0]) == ("20.0", "on")
    assert attribute(hass, THIRSTY, "planters") == ["Tomatoes"]


async def test_the_thirstiest_comes_first_by_its_own_measure(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire_all(
        hass, {f"/serre/1/bac/{number}/sol": str(moisture) for number, moisture in ((1, 20), (2, 25), (3, 60))}
    )
    await turn_to(hass, "/serre/1/bac/2#dry_below", 80)
    await settle(hass, freezer)
    assert state(hass, THIRSTY) == "2"
    assert attribute(hass, THIRSTY, "planters") == ["Planter 2", "Planter 1"]
    assert attribute(hass, THIRSTY, "unknown") == []
    await measure(hass, freezer, [20] * 4)
    assert state(hass, THIRSTY) == "1"
    assert attribute(hass, THIRSTY, "unknown") == ["Planter 2", "Planter 3"]
    await pass_period(hass, freezer, 4)
    assert state(hass, THIRSTY) == NOT_KNOWN  # not "none"


async def test_nothing_is_known_of_the_future_before_a_soil_has_dried(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [60] * 4)
    assert state(hass, NEEDS_WATER_AT) == NOT_KNOWN
    assert attribute(hass, NEEDS_WATER_AT, "earliest") is None
    assert attribute(hass, NEEDS_WATER_AT, "unknown_because") == "learning"


async def test_why_a_time_is_not_known_follows_the_soil(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "60")
    assert attribute(hass, NEEDS_WATER_AT, "unknown_because") == "pending"
    await pass_time(hass, freezer, 2 * HOUR)
    assert attribute(hass, NEEDS_WATER_AT, "unknown_because") == "soil_unknown"


async def test_a_soil_that_dries_steadily_gets_a_time_with_a_range(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    days = 4
    await measure(hass, freezer, [f"{80 - 0.08 * reading:.1f}" for reading in range(days * 24 * 4)])
    at = dt_util.parse_datetime(state(hass, NEEDS_WATER_AT))
    assert at is not None
    truly = dt_util.utcnow() + timedelta(seconds=(80 - 0.08 * days * 96 - 30) / 0.08 * PERIOD_S)
    assert attribute(hass, NEEDS_WATER_AT, "earliest") <= at <= attribute(hass, NEEDS_WATER_AT, "latest")
    assert attribute(hass, NEEDS_WATER_AT, "unknown_because") is None
    assert abs(at - truly) < timedelta(hours=12)
