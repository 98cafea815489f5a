"""When silence counts, and when it does not. Home Assistant's clock and the monotonic one move together unless said."""

from datetime import timedelta
import logging

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from tests.integration.keeper import SILENCE, Seen, measure, measure_all, pass_period, settle
from tests.integration.stage import (
    attribute,
    entity,
    fire,
    fire_all,
    link_goes,
    over_home_assistant,
    pass_time,
    restart,
    state,
)

pytestmark = pytest.mark.usefixtures("mqtt_mock")

SOIL = "/serre/1/bac/1/sol"
AIR = "/serre/1/bac/1/air/temp"
LAST_SEEN = "/serre/1/bac/1#last_seen"
MINUTE = 60
HOUR = 60 * MINUTE


async def test_a_silent_planter_becomes_unavailable_after_fifty_minutes(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", AIR: "22.5"})
    seen = state(hass, LAST_SEEN)
    await pass_time(hass, freezer, 50 * MINUTE)
    assert (state(hass, SOIL), state(hass, AIR)) == ("65.0", "22.5")
    await pass_time(hass, freezer, MINUTE)
    assert (state(hass, SOIL), state(hass, AIR)) == ("unavailable", "unavailable")
    assert state(hass, LAST_SEEN) == seen


async def test_a_silent_planter_is_back_with_its_first_message(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", AIR: "22.5"})
    await pass_time(hass, freezer, 2 * HOUR)
    await fire(hass, SOIL, "65.0")
    assert (state(hass, SOIL), state(hass, AIR)) == ("65.0", "unavailable")


async def test_a_value_that_never_changes_stays_fresh_all_day(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    for _ in range(24 * 4):
        await fire(hass, SOIL, "65.0")
        freezer.tick(15 * MINUTE - 30)
        await pass_time(hass, freezer, 30)
        assert state(hass, SOIL) == "65.0"


async def test_a_planter_whose_air_probe_died_still_shows_its_soil(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", AIR: "22.5"})
    for _ in range(4):
        await pass_time(hass, freezer, 15 * MINUTE)
        await fire(hass, SOIL, "64.0")
    assert (state(hass, SOIL), state(hass, AIR)) == ("64.0", "unavailable")


async def test_the_last_moisture_stays_with_its_own_age_when_the_soil_is_silent(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", AIR: "22.5"})
    measured = dt_util.utcnow()
    for _ in range(4):
        await pass_time(hass, freezer, 15 * MINUTE)
        await fire(hass, AIR, "22.0")
    assert state(hass, SOIL) == "unavailable"
    await pass_time(hass, freezer, 9 * HOUR)
    assert state(hass, AIR) == "unavailable"
    assert attribute(hass, LAST_SEEN, "moisture") == 65.0
    assert abs(attribute(hass, LAST_SEEN, "moisture_at") - measured) < timedelta(seconds=1)
    assert dt_util.parse_datetime(state(hass, LAST_SEEN), raise_on_error=True) - measured > timedelta(minutes=59)


async def test_a_planter_whose_soil_was_never_measured_has_no_last_moisture(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, AIR, "22.5")
    assert (attribute(hass, LAST_SEEN, "moisture"), attribute(hass, LAST_SEEN, "moisture_at")) == (None, None)


async def test_the_last_moisture_costs_the_recorder_nothing(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    shown = hass.states.get(entity(hass, LAST_SEEN).entity_id)
    assert shown is not None
    assert shown.state_info is not None
    assert {"moisture", "moisture_at"} <= shown.state_info["unrecorded_attributes"]


async def test_refused_messages_are_no_sign_of_life(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    seen = state(hass, LAST_SEEN)
    for _ in range(6):
        await pass_time(hass, freezer, 10 * MINUTE)
        await fire(hass, SOIL, "nan")
        await fire(hass, SOIL, "65.0", retain=True)
    assert (state(hass, SOIL), state(hass, LAST_SEEN)) == ("unavailable", seen)


async def test_silence_never_counts_where_the_option_is_zero(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass, silence_minutes=0)
    await fire(hass, SOIL, "65.0")
    freezer.tick(timedelta(days=30))
    await pass_time(hass, freezer, MINUTE)
    assert state(hass, SOIL) == "65.0"


async def test_silence_counts_after_the_minutes_of_the_option(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass, silence_minutes=10)
    await fire(hass, "/serre/1/sante", '{"period": 900}')
    await fire(hass, SOIL, "65.0")
    await pass_time(hass, freezer, 10 * MINUTE)
    assert state(hass, SOIL) == "65.0"
    await pass_time(hass, freezer, MINUTE)
    assert state(hass, SOIL) == "unavailable"


@pytest.mark.parametrize(("period_s", "limit_minutes"), [(10, 5.5), (1800, 95), (3600, 185)])
async def test_a_hub_that_announces_its_period_is_believed(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, period_s: int, limit_minutes: float
) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    await fire(hass, "/serre/2/bac/1/sol", "40")
    await fire(hass, "/serre/1/sante", f'{{"period": {period_s}}}')
    await pass_time(hass, freezer, limit_minutes * MINUTE)
    assert state(hass, SOIL) == "65.0"
    await pass_time(hass, freezer, MINUTE)
    assert state(hass, SOIL) == "unavailable"
    # the other greenhouse keeps the default
    assert state(hass, "/serre/2/bac/1/sol") == ("40.0" if limit_minutes < 49 else "unavailable")


@pytest.mark.parametrize("period", ["0", "-5", "1e9", "true", '"10"', "null"])
async def test_a_period_that_cannot_be_is_not_believed(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, period: str
) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    await fire(hass, "/serre/1/sante", f'{{"period": {period}}}')
    await pass_time(hass, freezer, 50 * MINUTE)
    assert state(hass, SOIL) == "65.0"
    await pass_time(hass, freezer, MINUTE)
    assert state(hass, SOIL) == "unavailable"


async def test_silence_and_return_are_logged_once_each(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", AIR: "22.5"})
    caplog.clear()
    await pass_time(hass, freezer, 3 * HOUR)
    for _ in range(3):
        await fire_all(hass, {SOIL: "65.0", AIR: "22.5"})
        await pass_time(hass, freezer, MINUTE)
    ours = [
        record.message
        for record in caplog.records
        if record.levelno >= logging.INFO and "/serre/1/bac/1" in record.message and "sigacs" in record.name
    ]
    assert ours == ["Silent for longer than expected: /serre/1/bac/1", "Heard again: /serre/1/bac/1"]


@pytest.mark.parametrize("jump", [timedelta(days=365), timedelta(hours=1), -timedelta(hours=1), -timedelta(days=365)])
async def test_a_jump_of_the_wall_clock_alone_neither_kills_nor_revives_a_planter(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/bac/2/sol", "40")
    await pass_time(hass, freezer, HOUR)
    await fire(hass, SOIL, "65.0")
    assert (state(hass, SOIL), state(hass, "/serre/1/bac/2/sol")) == ("65.0", "unavailable")

    before = dt_util.utcnow
    monkeypatch.setattr(dt_util, "utcnow", lambda: before() + jump)
    await pass_time(hass, freezer, MINUTE)
    assert (state(hass, SOIL), state(hass, "/serre/1/bac/2/sol")) == ("65.0", "unavailable")
    await fire(hass, SOIL, "65.0")
    seen = dt_util.parse_datetime(state(hass, LAST_SEEN))
    assert seen is not None
    assert abs(dt_util.utcnow() - seen) <= timedelta(seconds=1)


async def test_a_hub_whose_planters_all_fell_silent_is_unknown_whatever_the_broker_keeps(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online", retain=True)
    await fire_all(hass, {SOIL: "65.0", "/serre/1/bac/2/sol": "40"})
    assert state(hass, "/serre/1#hub") == "on"
    await pass_time(hass, freezer, 30 * MINUTE)
    await fire(hass, SOIL, "65.0")
    await pass_time(hass, freezer, 30 * MINUTE)
    assert (state(hass, "/serre/1#hub"), state(hass, "/serre/1/bac/2/sol")) == ("on", "unavailable")
    await pass_time(hass, freezer, 30 * MINUTE)
    assert state(hass, "/serre/1#hub") == "unknown"
    await fire(hass, SOIL, "65.0")
    assert state(hass, "/serre/1#hub") == "on"


# Silence that is told: one cause, one alert

TWELVE = {f"/serre/1/bac/{number}/sol": "50" for number in range(1, 13)}


async def test_a_hub_that_is_switched_off_is_one_alert_for_all_its_planters(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to("2026-11-22 00:00:00+00:00")
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    await measure_all(hass, freezer, [TWELVE | {"/serre/2/bac/1/sol": "50"}] * 8)
    silence, other = Seen(hass, SILENCE), Seen(hass, "/serre/2#silence")
    freezer.move_to("2026-11-22 02:14:00+00:00")
    await fire(hass, "/serre/1/etat", "offline")
    await pass_time(hass, freezer, 4 * MINUTE)
    assert silence == []  # it may only be starting again
    for _ in range(8):
        await fire(hass, "/serre/2/bac/1/sol", "50")
        await pass_period(hass, freezer)
    assert (silence, other) == (["on"], [])
    assert attribute(hass, SILENCE, "cause") == "hub"
    assert len(attribute(hass, SILENCE, "planters")) == 12
    assert attribute(hass, SILENCE, "since").isoformat() == "2026-11-22T02:14:00+00:00"
    await fire_all(hass, TWELVE | {"/serre/1/etat": "online"})
    await pass_time(hass, freezer, 30)
    assert silence == ["on", "off"]
    assert (attribute(hass, SILENCE, "cause"), attribute(hass, SILENCE, "planters")) == (None, [])


async def test_planters_that_fall_silent_within_a_period_of_each_other_are_one_alert(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await measure_all(hass, freezer, [{SOIL: "50", "/serre/1/bac/2/sol": "50", "/serre/1/bac/3/sol": "50"}] * 5)
    await fire_all(hass, {SOIL: "50", "/serre/1/bac/3/sol": "50"})
    await pass_time(hass, freezer, 5 * MINUTE)
    await fire(hass, "/serre/1/bac/2/sol", "50")
    silence = Seen(hass, SILENCE)
    await measure(hass, freezer, [50] * 4, topic="/serre/1/bac/3/sol")
    assert silence == []
    await measure(hass, freezer, [50], topic="/serre/1/bac/3/sol")
    assert silence == ["on"]
    assert (attribute(hass, SILENCE, "cause"), attribute(hass, SILENCE, "planters")) == (
        "planters",
        ["Planter 1", "Planter 2"],
    )
    dr.async_get(hass).async_update_child_device(entity(hass, SOIL).device_id or "", name_by_user="Tomatoes")
    await hass.async_block_till_done()
    assert attribute(hass, SILENCE, "planters") == ["Tomatoes", "Planter 2"]


async def test_a_greenhouse_whose_planters_are_all_silent_has_one_silent_hub(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    await measure_all(hass, freezer, [TWELVE] * 5)
    silence = Seen(hass, SILENCE)
    await pass_period(hass, freezer, 6)
    assert (silence, attribute(hass, SILENCE, "cause")) == (["on"], "hub")


async def test_nobody_is_called_silent_while_we_cannot_hear(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, mqtt_mock: MqttMockHAClient
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, TWELVE)
    await settle(hass, freezer)
    silence = Seen(hass, SILENCE)
    await link_goes(hass, mqtt_mock, up=False)
    await pass_period(hass, freezer, 8)
    assert silence == ["unknown"]
    await link_goes(hass, mqtt_mock, up=True)
    await pass_period(hass, freezer)
    assert silence == ["unknown"]  # nobody had the time to speak
    await fire_all(hass, TWELVE)
    await pass_time(hass, freezer, 30)
    assert silence == ["unknown", "off"]


async def test_in_the_first_hour_silence_is_not_known_yet(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, TWELVE)
    await settle(hass, freezer)
    silence = Seen(hass, SILENCE)
    assert state(hass, SILENCE) == "off"
    await pass_period(hass, freezer, 4)
    assert silence == ["unknown"]
    await pass_period(hass, freezer)
    assert silence == ["unknown", "on"]


async def test_a_silence_is_not_ended_and_told_again_by_a_restart(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "50", "/serre/1/bac/2/sol": "50"})
    await measure(hass, freezer, [50] * 6, topic="/serre/1/bac/2/sol")
    silence = Seen(hass, SILENCE)
    assert state(hass, SILENCE) == "on"
    await restart(hass, entry, freezer)
    await measure(hass, freezer, [50] * 6, topic="/serre/1/bac/2/sol")
    assert silence == ["unavailable", "unknown", "on"]


async def test_a_greenhouse_that_speaks_is_known_to_right_after_a_restart(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, TWELVE)
    await settle(hass, freezer)
    silence = Seen(hass, SILENCE)
    await restart(hass, entry, freezer)
    await pass_time(hass, freezer, 30)
    assert silence == ["unavailable", "off"]
