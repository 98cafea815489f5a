"""Forecasts go on after a restart, with what Home Assistant's long-term statistics remember."""

from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.models import StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import RecorderInstanceContextManager

from custom_components.sigacs.greenhouse.soil import Outlook
from tests.integration.stage import entity, fire_all, over_home_assistant

pytestmark = pytest.mark.usefixtures("recorder_mock", "mqtt_mock")

SOIL = "/serre/1/bac/1/sol"
TEMPERATURE = "/serre/1/bac/1/air/temp"
HUMIDITY = "/serre/1/bac/1/air/hum"
UNITS = {SOIL: ("%", "unitless"), TEMPERATURE: ("°C", "temperature"), HUMIDITY: ("%", "unitless")}
DAYS = 9
PER_HOUR = 0.35
"""Points of moisture that this soil loses in an hour, day and night."""


def outlook(entry: MockConfigEntry) -> Outlook:
    planter = next(entry.runtime_data.site.planters)
    result: Outlook = planter.outlook
    return result


def write_past(hass: HomeAssistant, path: str, means: list[float]) -> None:
    """Put means into the statistics, the last one of the hour that ended last."""
    unit, unit_class = UNITS[path]
    metadata = StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=None,
        source="recorder",
        statistic_id=entity(hass, path).entity_id,
        unit_class=unit_class,
        unit_of_measurement=unit,
    )
    last = dt_util.utcnow().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    starts = (last - timedelta(hours=number) for number in range(len(means)))
    async_import_statistics(
        hass,
        metadata,
        [{"start": start, "mean": mean} for start, mean in zip(starts, reversed(means), strict=True)],
    )


@pytest.fixture
async def mock_recorder_before_hass(
    freezer: FrozenDateTimeFactory, async_test_recorder: RecorderInstanceContextManager
) -> None:
    """Let the recorder begin under the clock of the test."""
    freezer.move_to(datetime(2026, 6, 20, 9, 30, tzinfo=dt_util.UTC))


async def restart(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await async_wait_recording_done(hass)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "50.0", TEMPERATURE: "22", HUMIDITY: "60"})
    return entry


async def test_a_planter_known_for_days_is_foreseen_right_after_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    hours = DAYS * 24
    # two dry-downs from 80 % on; the present one has come down to 50 %
    past = [50 + PER_HOUR * (number % 86) for number in range(hours)][::-1]
    write_past(hass, SOIL, past)
    write_past(hass, TEMPERATURE, [22.0] * hours)
    write_past(hass, HUMIDITY, [60.0] * hours)
    await restart(hass, entry)
    await fire_all(hass, {SOIL: "50.0", TEMPERATURE: "22", HUMIDITY: "60"})
    planter = next(entry.runtime_data.site.planters)
    planter.foresee(dt_util.utcnow().timestamp())
    forecast = outlook(entry).forecast
    assert forecast
    left_h = (forecast.at - dt_util.utcnow().timestamp()) / 3600
    assert left_h == pytest.approx((50 - 30) / PER_HOUR, rel=0.15)
    assert forecast.earliest <= forecast.at <= forecast.latest


async def test_what_was_measured_on_another_scale_is_not_learnt_from(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    write_past(hass, SOIL, [80 - PER_HOUR * (number % 86) for number in range(DAYS * 24)])
    next(entry.runtime_data.site.planters).care.calibrated_at = dt_util.utcnow().timestamp()
    await restart(hass, entry)
    await fire_all(hass, {SOIL: "50.0"})
    next(entry.runtime_data.site.planters).foresee(dt_util.utcnow().timestamp())
    assert outlook(entry).forecast is None


async def test_without_a_past_nothing_is_foreseen(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await restart(hass, entry)
    await fire_all(hass, {SOIL: "50.0"})
    next(entry.runtime_data.site.planters).foresee(dt_util.utcnow().timestamp())
    assert outlook(entry).forecast is None
