from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import json
import logging
from pathlib import Path
import subprocess
import sys
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.models import StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.const import EVENT_STATE_CHANGED, MATCH_ALL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_fire_mqtt_message
from pytest_homeassistant_custom_component.components.recorder.common import async_block_recorder
from pytest_homeassistant_custom_component.typing import RecorderInstanceContextManager

from custom_components.sigacs import long_term
from custom_components.sigacs.backfill import Backfill, past_hours
from custom_components.sigacs.const import DOMAIN
from custom_components.sigacs.greenhouse.channel import Channel
from custom_components.sigacs.greenhouse.site import Site
from custom_components.sigacs.greenhouse.topic import parse_measure
from custom_components.sigacs.sensor.measures import MEASURE_SENSORS
from tests.integration.recording import Recording, Row, today
from tests.integration.stage import entity, fire, fire_all, over_home_assistant, state

SOIL = "/serre/1/bac/1/sol"
AIR = "/serre/1/bac/1/air/temp"
VOLTAGE = "/serre/1/bac/1/sol/brut"
NOT_KNOWN = "/serre/1/bac/1/co2"
MOISTURE = {"state_class": "measurement", "device_class": "moisture", "unit_of_measurement": "%"}
CELSIUS = {"state_class": "measurement", "device_class": "temperature", "unit_of_measurement": "°C"}
VOLT = {"state_class": "measurement", "device_class": "voltage", "unit_of_measurement": "V"}
FAHRENHEIT = CELSIUS | {"unit_of_measurement": "°F"}
OTHER = "sensor.somebody_elses"


@pytest.fixture(autouse=True)
def morning(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to("2026-05-04 09:58:00+00:00")


@pytest.fixture
def enable_statistics() -> bool:
    return True


@pytest.fixture
async def mock_recorder_before_hass(morning: None, async_test_recorder: RecorderInstanceContextManager) -> None:
    """Let the recorder begin under the clock that tests move."""


@pytest.fixture(autouse=True)
def nobody_complains(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    for chatty in ("sqlalchemy.engine", "homeassistant.components.recorder", "homeassistant.core"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    yield
    complaints = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR
        or (
            record.levelno >= logging.WARNING
            and record.name.startswith(("homeassistant.components.recorder", "custom_components.sigacs"))
        )
    ]
    assert complaints == []


@dataclass
class Stage:
    """A house with a recorder, a sensor of somebody else's that never stops, and sensors of ours."""

    hass: HomeAssistant
    recording: Recording
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.site = Site(200, 16)
        self.backfill = Backfill(self.hass, self.entity_id_of)
        self.backfill.start()

    def entity_id_of(self, topic: str) -> str | None:
        return er.async_get(self.hass).async_get_entity_id("sensor", DOMAIN, f"house{topic}")

    def entity_id(self, topic: str) -> str:
        found = self.entity_id_of(topic)
        assert found
        return found

    def sensor(self, topic: str, attributes: dict[str, Any]) -> str:
        """Make one of our sensors known."""
        address = parse_measure(topic)
        assert address
        self.channels[topic] = self.site.ensure_channel(address)
        self.attributes[topic] = attributes
        name = topic.strip("/").replace("/", "_")
        entity = er.async_get(self.hass).async_get_or_create(
            "sensor",
            DOMAIN,
            f"house{topic}",
            suggested_object_id=name,
            unit_of_measurement=attributes.get("unit_of_measurement"),
        )
        self.says(topic, "unavailable")
        return entity.entity_id

    def says(self, topic: str, state: float | str) -> None:
        """Let one of our sensors show something now."""
        self.hass.states.async_set(self.entity_id(topic), str(state), self.attributes[topic], force_update=True)

    def rename(self, topic: str, entity_id: str) -> None:
        """Give one of our entities another name, as its owner would."""
        old = self.entity_id(topic)
        er.async_get(self.hass).async_update_entity(old, new_entity_id=entity_id)
        self.hass.states.async_remove(old)
        self.says(topic, "unavailable")

    def late(self, topic: str, *measured: tuple[str, float]) -> None:
        """Let measurements come late, with the time of day at which they were measured."""
        for clock, value in measured:
            hour, minute = map(int, clock.split(":"))
            wall = today() + timedelta(hours=hour, minutes=minute)
            self.backfill.received(self.channels[topic], wall.timestamp(), value)

    async def until(self, clock: str, *speaking: str, **steps: int) -> None:
        """Let time pass while the other sensor, and these of ours, say the hour again and again."""

        def speak(now: datetime) -> None:
            self.hass.states.async_set(OTHER, str(100 + now.hour), MOISTURE, force_update=True)
            for topic in speaking:
                self.says(topic, now.hour)

        await self.recording.until(clock, speak, **steps)

    async def outage(self, *topics: str) -> None:
        """Speak until 10:40, fall silent, be unavailable from 11:20 on, and come back to life at 16:20."""
        await self.until("10:40", *topics)
        await self.until("11:00")
        for topic in topics:
            self.says(topic, "unavailable")
        await self.until("16:00")

    async def hours(self, topic: str) -> dict[int, Row]:
        return await self.recording.hours(self.entity_id(topic))

    async def means(self, topic: str) -> dict[int, float]:
        return {hour: row.mean for hour, row in (await self.hours(topic)).items()}

    async def restart(self) -> None:
        """Stop, and begin anew with what was kept."""
        kept = json.loads(json.dumps(self.backfill.as_dict()))
        await self.backfill.stop()
        self.backfill = Backfill(self.hass, self.entity_id_of)
        self.backfill.load(kept)
        self.backfill.start()


@pytest.fixture
async def house(recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> AsyncIterator[Stage]:
    assert await async_setup_component(hass, "sensor", {})
    stage = Stage(hass, Recording(hass, freezer))
    yield stage
    await stage.backfill.stop()


def quarters(hours: range, value: Callable[[int], float]) -> list[tuple[str, float]]:
    """A measurement at two minutes past each quarter of these hours."""
    return [(f"{hour}:{minute:02}", value(hour)) for hour in hours for minute in (2, 17, 32, 47)]


# What is filled, and what is left alone


async def test_a_gap_of_six_hours_is_filled(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    await house.outage(SOIL)
    assert set(await house.means(SOIL)) == {10}
    house.late(SOIL, *quarters(range(11, 16), lambda hour: 50 - hour), ("16:02", 30.0), ("16:17", 30.0))
    await house.until("18:20", SOIL)
    assert await house.means(SOIL) == {10: 10, 11: 39, 12: 38, 13: 37, 14: 36, 15: 35, 16: 16, 17: 17}
    assert (house.backfill.hours_written, house.backfill.hours_waiting) == (5, 0)


async def test_an_hour_has_the_mean_the_lowest_and_the_highest_of_what_came(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    await house.until("13:00")
    house.late(SOIL, ("11:00", 40.0), ("11:15", 41.0), ("11:30", 42.0), ("11:59", 47.0))
    await house.until("13:20")
    assert await house.hours(SOIL) == {11: Row(42.5, 40.0, 47.0)}


async def test_with_every_five_minutes_compiled_it_is_the_same(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    await house.until("10:20", SOIL, minutes=5)
    house.says(SOIL, "unavailable")
    await house.until("12:25", minutes=5)
    house.late(SOIL, *quarters(range(10, 13), lambda hour: 50 - hour))
    await house.until("13:10", SOIL, minutes=5)
    assert await house.means(SOIL) == {10: 10, 11: 39, 12: 12}
    assert set(await house.recording.hours(OTHER)) == {10, 11, 12}


async def test_the_statistics_of_others_stay_complete(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    await house.outage(SOIL)
    house.late(SOIL, *quarters(range(11, 17), lambda hour: 50 - hour))
    await house.until("20:20", SOIL)
    others = await house.recording.hours(OTHER)
    assert {hour: row.mean for hour, row in others.items()} == {hour: 100 + hour for hour in range(10, 20)}
    assert await house.recording.statistics() == {OTHER, house.entity_id(SOIL)}


async def test_an_hour_that_was_partly_heard_stays_the_recorders(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    await house.outage(SOIL)
    house.late(SOIL, ("10:47", 90.0), ("16:02", 90.0))
    await house.until("18:20", SOIL)
    assert await house.means(SOIL) == {10: 10, 16: 16, 17: 17}
    assert house.backfill.hours_waiting == 0


async def test_the_running_hour_waits_until_the_recorder_is_done_with_it(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    await house.until("11:20")
    house.late(SOIL, *quarters(range(11, 12), lambda _hour: 40.0))
    await house.until("12:00")
    assert await house.means(SOIL) == {}
    assert house.backfill.hours_waiting == 1
    await house.until("12:20")
    assert await house.means(SOIL) == {11: 40}


async def test_the_recorder_compiles_the_hours_that_follow_without_complaint(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    await house.until("11:40")
    house.late(SOIL, ("10:30", 40.0), ("11:30", 41.0))
    await house.until("12:20")
    await house.until("14:20", SOIL)
    assert await house.means(SOIL) == {10: 40, 11: 41, 12: 12, 13: 13}
    assert set(await house.recording.hours(OTHER)) == {10, 11, 12, 13}


async def test_written_too_early_an_hour_would_cost_everybody_theirs(
    house: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    soil = house.sensor(SOIL, MOISTURE)
    await house.until("11:40", SOIL)
    metadata = await house.recording.metadata(soil)
    assert metadata
    start = today() + timedelta(hours=11)
    async_import_statistics(house.hass, metadata, [{"start": start, "mean": 40.0, "min": 40.0, "max": 40.0}])
    await house.until("12:20", SOIL)
    assert set(await house.recording.hours(OTHER)) == {10}
    assert "Blocked attempt to insert duplicated statistic rows" in caplog.text
    caplog.clear()


async def test_a_recorder_that_lags_behind_is_waited_for(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    await house.until("10:40", SOIL)
    house.late(SOIL, ("10:47", 90.0))
    await async_block_recorder(house.hass, 1.0)
    for clock in ("10:59:30", "11:00:10", "11:06:00"):
        house.recording.move_to(datetime.fromisoformat(f"2026-05-04T{clock}+00:00"))
        await house.hass.async_block_till_done()
    assert get_instance(house.hass).backlog
    await house.until("12:20", SOIL)
    assert (set(await house.means(SOIL)), (await house.means(SOIL))[10]) == ({10, 11}, 10)
    assert set(await house.recording.hours(OTHER)) == {10, 11}


async def test_nothing_is_written_before_the_recorder_has_caught_up(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    ready = get_instance(house.hass).async_recorder_ready
    ready.clear()
    house.late(SOIL, ("9:30", 40.0))
    await house.until("11:00")
    assert await house.means(SOIL) == {}
    ready.set()
    await house.until("11:20")
    assert await house.means(SOIL) == {9: 40}


async def test_measurements_of_long_ago_are_taken_too(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    house.late(SOIL, ("-30000:30", 40.0), ("-1:30", 41.0))
    await house.until("10:20")
    assert await house.means(SOIL) == {-30000: 40, -1: 41}


# Coming twice, coming in pieces


async def test_a_batch_that_comes_again_changes_nothing(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    await house.until("13:00")
    batch = quarters(range(11, 13), lambda hour: hour)
    house.late(SOIL, *batch, *batch)
    await house.until("13:20")
    before = await house.hours(SOIL)
    assert set(before) == {11, 12}
    house.late(SOIL, *batch)
    await house.until("14:20")
    assert await house.hours(SOIL) == before
    assert house.backfill.hours_written == 2


async def test_the_rest_of_an_hour_may_come_later_still(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    await house.until("13:00")
    house.late(SOIL, ("11:02", 40.0))
    await house.until("13:20")
    assert await house.means(SOIL) == {11: 40}
    house.late(SOIL, ("11:17", 42.0), ("11:32", 44.0))
    await house.until("13:40")
    assert await house.hours(SOIL) == {11: Row(42.0, 40.0, 44.0)}


async def test_after_a_day_an_hour_that_was_written_is_not_touched_again(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    await house.until("13:00")
    house.late(SOIL, ("11:02", 40.0))
    await house.until("13:20")
    await house.until("38:00", minutes=60)
    house.late(SOIL, ("-13:43", 90.0))
    await house.until("15:00")
    assert await house.means(SOIL) == {-13: 40}


async def test_an_hour_that_somebody_has_written_is_theirs(house: Stage) -> None:
    soil = house.sensor(SOIL, MOISTURE)
    await house.until("12:20", SOIL)
    metadata = await house.recording.metadata(soil)
    assert metadata
    start = today() + timedelta(hours=5)
    async_import_statistics(house.hass, metadata, [{"start": start, "mean": 1.0, "min": 1.0, "max": 1.0}])
    house.late(SOIL, ("5:30", 90.0), ("11:30", 90.0))
    await house.until("12:40", SOIL)
    assert await house.means(SOIL) == {5: 1, 10: 10, 11: 11}


async def test_a_restart_loses_nothing_that_waits(house: Stage) -> None:
    house.sensor(SOIL, MOISTURE)
    await house.until("11:20")
    house.late(SOIL, ("10:30", 40.0))
    await house.restart()
    await house.until("11:40")
    assert await house.means(SOIL) == {10: 40}
    await house.restart()
    house.late(SOIL, ("10:30", 40.0), ("10:45", 42.0))
    await house.until("12:00")
    assert await house.means(SOIL) == {10: 41}


async def test_what_could_not_be_read_is_tried_again(
    house: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house.sensor(SOIL, MOISTURE)
    house.late(SOIL, ("9:30", 40.0))
    with monkeypatch.context() as broken:
        broken.setattr(long_term, "get_metadata", lambda *_args, **_kwargs: 1 / 0)
        await house.until("10:20")
    assert "trying again in 5 minutes" in caplog.text
    caplog.clear()
    await house.until("10:40")
    assert await house.means(SOIL) == {9: 40}


# Units and names


async def test_a_statistic_in_fahrenheit_gets_fahrenheit(house: Stage) -> None:
    air = house.sensor(AIR, FAHRENHEIT)
    await house.outage(AIR)
    house.late(AIR, ("12:30", 20.0), ("12:45", 30.0))
    await house.until("16:20")
    assert (await house.hours(AIR))[12] == Row(mean=77.0, low=68.0, high=86.0)
    assert (await house.recording.metadata(air) or {})["unit_of_measurement"] == "°F"


async def test_a_statistic_keeps_its_unit_when_another_is_shown(house: Stage) -> None:
    air = house.sensor(AIR, CELSIUS)
    await house.outage(AIR)
    house.attributes[AIR] = FAHRENHEIT
    house.says(AIR, "unavailable")
    house.late(AIR, ("12:30", 20.0))
    await house.until("16:20")
    assert await house.means(AIR) == {10: 10, 12: 20}
    assert (await house.recording.metadata(air) or {})["unit_of_measurement"] == "°C"


@pytest.mark.parametrize(
    ("topic", "attributes"),
    [
        (SOIL, MOISTURE),
        (AIR, CELSIUS),
        (AIR, FAHRENHEIT),
        ("/serre/1/bac/1/air/hum", MOISTURE | {"device_class": "humidity"}),
        ("/serre/1/bac/1/batterie", MOISTURE | {"device_class": "battery"}),
        (VOLTAGE, VOLT | {"unit_of_measurement": "mV"}),
        ("/serre/1/bac/1/tension", VOLT),
        ("/serre/1/bac/1/rssi", VOLT | {"device_class": "signal_strength", "unit_of_measurement": "dBm"}),
        (NOT_KNOWN, {"state_class": "measurement"}),
    ],
)
async def test_a_statistic_begins_as_the_recorder_would_begin_it(
    house: Stage, topic: str, attributes: dict[str, Any]
) -> None:
    ours = house.sensor(topic, attributes)
    house.late(topic, ("9:30", 20.0))
    house.hass.states.async_set(OTHER, "20", attributes)
    await house.recording.until("10:20", lambda _now: None)
    written, compiled = await house.recording.metadata(ours), await house.recording.metadata(OTHER)
    assert written
    assert compiled
    assert {**written, "statistic_id": OTHER} == compiled
    house.says(topic, 20)
    await house.recording.until("11:20", lambda _now: None)
    assert set(await house.means(topic)) == {9, 10}


def test_the_units_of_the_wire_are_those_of_the_sensors() -> None:
    units = {leaf: description.native_unit_of_measurement for leaf, description in MEASURE_SENSORS.items()}
    assert units == dict(long_term.WIRE_UNITS)


async def test_a_voltage_that_is_shown_in_volts_is_written_in_volts(house: Stage) -> None:
    house.sensor(VOLTAGE, VOLT)
    house.late(VOLTAGE, ("9:30", 1843.0))
    await house.until("10:20")
    assert await house.means(VOLTAGE) == {9: pytest.approx(1.843)}


async def test_a_renamed_entity_keeps_one_statistic(house: Stage) -> None:
    old = house.sensor(SOIL, MOISTURE)
    await house.outage(SOIL)
    house.late(SOIL, ("12:30", 40.0))
    house.rename(SOIL, "sensor.tomatoes")
    await house.until("16:40")
    assert await house.means(SOIL) == {10: 10, 12: 40}
    assert old not in await house.recording.statistics()


async def test_an_entity_may_be_renamed_while_we_look(house: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    old = house.sensor(SOIL, MOISTURE)
    await house.outage(SOIL)
    house.late(SOIL, ("12:30", 40.0))
    known_hours = long_term.known_hours

    async def slowly(hass: HomeAssistant, wanted: Any) -> Any:
        known = await known_hours(hass, wanted)
        er.async_get(hass).async_update_entity(old, new_entity_id="sensor.tomatoes")
        return known

    with monkeypatch.context() as slow:
        slow.setattr(long_term, "known_hours", slowly)
        house.recording.move_to(today() + timedelta(hours=16, minutes=6))
        await house.recording.settle()
    assert house.backfill.hours_waiting == 1
    house.hass.states.async_remove(old)
    house.says(SOIL, "unavailable")
    await house.until("16:20")
    assert await house.means(SOIL) == {10: 10, 12: 40}
    assert old not in await house.recording.statistics()


# Entities without statistics


async def test_an_entity_that_is_not_there_yet_is_waited_for(house: Stage) -> None:
    soil = house.sensor(SOIL, MOISTURE)
    house.hass.states.async_remove(soil)
    house.late(SOIL, ("9:30", 40.0))
    await house.until("10:20")
    assert (await house.means(SOIL), house.backfill.hours_waiting) == ({}, 1)
    house.says(SOIL, "unavailable")
    await house.until("10:40")
    assert await house.means(SOIL) == {9: 40}


async def test_a_disabled_entity_is_waited_for_a_day(house: Stage) -> None:
    soil = house.sensor(SOIL, MOISTURE)
    er.async_get(house.hass).async_update_entity(soil, disabled_by=er.RegistryEntryDisabler.USER)
    house.hass.states.async_remove(soil)
    house.late(SOIL, ("9:30", 40.0))
    await house.until("33:00", minutes=60)
    assert house.backfill.hours_waiting == 1
    await house.until("11:00", minutes=60)
    assert (await house.means(SOIL), house.backfill.hours_waiting) == ({}, 0)


async def test_a_deleted_entity_is_not_written_for(house: Stage) -> None:
    soil = house.sensor(SOIL, MOISTURE)
    house.late(SOIL, ("9:30", 40.0))
    er.async_get(house.hass).async_remove(soil)
    await house.until("10:20")
    assert await house.recording.statistics() == {OTHER}


@pytest.mark.parametrize("attributes", [{"unit_of_measurement": "%"}, MOISTURE | {"state_class": "total"}])
async def test_an_entity_without_a_mean_gets_none(house: Stage, attributes: dict[str, Any]) -> None:
    soil = house.sensor(SOIL, attributes)
    house.late(SOIL, ("9:30", 40.0))
    await house.until("10:20")
    assert soil not in await house.recording.statistics()
    assert house.backfill.hours_waiting == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"has_sum": True},
        {"mean_type": StatisticMeanType.NONE, "has_sum": True},
        {"mean_type": StatisticMeanType.CIRCULAR},
        {"unit_class": "temperature", "unit_of_measurement": "°C"},
        {"unit_class": None, "unit_of_measurement": "bananas"},
    ],
)
async def test_a_statistic_of_another_kind_is_left_alone(house: Stage, changes: dict[str, Any]) -> None:
    soil = house.sensor(SOIL, MOISTURE)
    metadata = StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=None,
        source="recorder",
        statistic_id=soil,
        unit_class="unitless",
        unit_of_measurement="%",
    )
    metadata.update(changes)  # type: ignore[typeddict-item]
    async_import_statistics(house.hass, metadata, [])
    house.late(SOIL, ("9:30", 40.0))
    await house.until("10:20")
    assert await house.hours(SOIL) == {}
    kept: dict[str, Any] = {**(await house.recording.metadata(soil) or {})}
    assert {key: kept[key] for key in metadata} == metadata
    assert house.backfill.hours_waiting == 0


@pytest.mark.parametrize("recorder_config", [{"exclude": {"entities": ["sensor.serre_1_bac_1_sol"]}}])
async def test_an_entity_that_is_not_recorded_gets_no_statistics(house: Stage) -> None:
    assert house.sensor(SOIL, MOISTURE) == "sensor.serre_1_bac_1_sol"
    house.late(SOIL, ("9:30", 40.0))
    await house.until("10:20")
    assert await house.recording.statistics() == {OTHER}
    assert house.backfill.hours_waiting == 0


# The past stays past


async def test_no_automation_and_no_history_notices(house: Stage) -> None:
    soil = house.sensor(SOIL, MOISTURE)
    events: list[str] = []
    house.hass.bus.async_listen(MATCH_ALL, lambda event: events.append(str(event.data.get("entity_id"))))
    automation = {
        "triggers": [
            {"trigger": "state", "entity_id": soil},
            {"trigger": "numeric_state", "entity_id": soil, "below": 30},
        ],
        "actions": [{"event": "watered_by_mistake"}],
    }
    await house.outage(SOIL)
    assert await async_setup_component(house.hass, "automation", {"automation": automation})
    await house.recording.settle()
    before = await house.recording.states(soil), house.hass.states.get(soil)
    events.clear()
    house.late(SOIL, *quarters(range(11, 16), lambda _hour: 10.0))
    await house.until("16:40")
    assert set(await house.means(SOIL)) == {10, 11, 12, 13, 14, 15}
    assert (await house.recording.states(soil), house.hass.states.get(soil)) == before
    assert OTHER in events
    assert soil not in events
    assert "automation.automation_0" not in events


@pytest.mark.usefixtures("recorder_mock", "mqtt_mock")
async def test_what_a_hub_sends_after_an_outage_ends_up_in_the_statistics(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    recording = Recording(hass, freezer)
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "10", AIR: "10"})
    soil, air = entity(hass, SOIL).entity_id, entity(hass, AIR).entity_id

    def live(now: datetime) -> None:
        if now.hour in (10, 14):
            async_fire_mqtt_message(hass, SOIL, str(now.hour))
            async_fire_mqtt_message(hass, AIR, str(now.hour))

    await recording.until("14:00", live)
    assert (set(await recording.hours(soil)), state(hass, SOIL)) == ({9, 10, 11}, "14.0")
    alerts: list[str] = []
    hass.bus.async_listen(EVENT_STATE_CHANGED, lambda event: alerts.append(event.data["entity_id"]))
    rows = [
        [int((today() + timedelta(hours=hour, minutes=30)).timestamp()), leaf, f"{value}"]
        for hour in (11, 12, 13)
        for leaf, value in (("sol", 50 - hour), ("air/temp", hour), ("sol", 101))
    ]
    await fire(hass, "/serre/1/bac/1/histo", json.dumps({"format": 1, "measurements": rows}))
    assert alerts == []
    await hass.config_entries.async_reload(entry.entry_id)
    await recording.until("15:20", live)
    assert {hour: row.mean for hour, row in (await recording.hours(soil)).items() if hour in (12, 13)} == {
        12: 38,
        13: 37,
    }
    assert {hour: row.mean for hour, row in (await recording.hours(air)).items() if hour in (12, 13)} == {
        12: 12,
        13: 13,
    }
    assert (await recording.hours(soil))[11].mean == 10


# Reading back


async def test_the_past_is_read_in_percent_and_degrees_celsius(house: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_term, "_IDS_AT_ONCE", 2)
    soil, air = house.sensor(SOIL, MOISTURE), house.sensor(AIR, FAHRENHEIT)
    house.late(SOIL, ("-24:30", 40.0), ("8:30", 41.0), ("9:30", 42.0))
    house.late(AIR, ("9:30", 20.0))
    await house.until("10:20")
    midnight = today().timestamp()
    assert await past_hours(house.hass, {soil: "planter", air: "planter", "sensor.of_nobody": "planter"}, 1) == {
        soil: [(midnight + 8.5 * 3600, 41.0), (midnight + 9.5 * 3600, 42.0)],
        air: [(midnight + 9.5 * 3600, pytest.approx(20.0))],
    }
    assert len((await past_hours(house.hass, [soil], 2))[soil]) == 3
    assert await past_hours(house.hass, [], 2) == {}


# Without a recorder


async def test_without_a_recorder_nothing_is_kept(hass: HomeAssistant) -> None:
    backfill = Backfill(hass, lambda _topic: "sensor.soil")
    backfill.start()
    address = parse_measure(SOIL)
    assert address
    backfill.received(Site(200, 16).ensure_channel(address), 1_777_880_000, 40.0)
    assert (backfill.hours_waiting, await past_hours(hass, ["sensor.soil"], 30)) == (0, {})
    await backfill.stop()
    await backfill.stop()


def test_the_recorder_is_not_imported_before_there_is_one() -> None:
    code = "import sys, custom_components.sigacs.backfill\nprint('homeassistant.components.recorder' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True)
    assert said.stdout == "False\n"
