"""Home Assistant's own recorder under a clock that tests move."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import get_instance, history
from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.components.recorder.statistics import get_metadata, statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

LONG_AGO = datetime(2020, 1, 1, tzinfo=dt_util.UTC)
_COMPILES_AFTER = timedelta(seconds=10)
_WE_LOOK_AFTER = timedelta(minutes=1)


class Row(NamedTuple):
    """The long-term statistics of one hour."""

    mean: float
    low: float
    high: float


class Recording:
    """Moves time, and reads what the recorder keeps.

    The recorder compiles the last five minutes whenever time stops at a full step, and an hour at its end. Steps of 20
    minutes, with three of an hour's twelve pieces, are enough for all that follows, and four times as fast as all.
    """

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        self._hass = hass
        self._freezer = freezer

    async def until(self, clock: str, on_step: Callable[[datetime], None], *, minutes: int = 20) -> None:
        """Let time pass until it is so late on the day that it is (`14:20`, or `26:00`)."""
        hour, minute = map(int, clock.split(":"))
        end = today() + timedelta(hours=hour, minutes=minute)
        step = dt_util.utcnow().replace(second=0, microsecond=0)
        step += timedelta(minutes=minutes - step.minute % minutes)
        while step <= end:
            self.move_to(step)
            on_step(step)
            for moment in (step + _COMPILES_AFTER, step + _WE_LOOK_AFTER):
                self.move_to(moment)
                await self.settle()
            step += timedelta(minutes=minutes)

    def move_to(self, moment: datetime) -> None:
        """Set the clock; what is due happens once it is let."""
        self._freezer.move_to(moment)
        async_fire_time_changed(self._hass, moment)

    async def settle(self) -> None:
        """Let the recorder, and what runs beside it, finish."""
        await async_wait_recording_done(self._hass)
        await self._hass.async_block_till_done(wait_background_tasks=True)
        await async_wait_recording_done(self._hass)

    async def hours(self, statistic_id: str) -> dict[int, Row]:
        """What the recorder has of each hour of the day, in the unit in which it is kept."""
        metadata = await self.metadata(statistic_id)
        if metadata is None:
            return {}
        read = partial(
            statistics_during_period,
            self._hass,
            LONG_AGO,
            None,
            {statistic_id},
            "hour",
            {str(metadata["unit_class"]): str(metadata["unit_of_measurement"])},
            {"mean", "min", "max"},
        )
        rows: dict[str, list[Any]] = await get_instance(self._hass).async_add_executor_job(read)
        return {
            int(row["start"] - today().timestamp()) // 3600: Row(row["mean"], row["min"], row["max"])
            for row in rows.get(statistic_id, [])
        }

    async def metadata(self, statistic_id: str) -> StatisticMetaData | None:
        """Under what the recorder keeps a statistic."""
        found = await get_instance(self._hass).async_add_executor_job(
            partial(get_metadata, self._hass, statistic_ids={statistic_id})
        )
        return found[statistic_id][1] if statistic_id in found else None

    async def statistics(self) -> set[str]:
        """Every statistic that there is."""
        return set(await get_instance(self._hass).async_add_executor_job(get_metadata, self._hass))

    async def states(self, entity_id: str) -> list[tuple[str, datetime]]:
        """The states that the recorder keeps, with their times."""
        now = dt_util.utcnow() + timedelta(minutes=5)
        read = partial(history.state_changes_during_period, self._hass, LONG_AGO, now, entity_id)
        found = await get_instance(self._hass).async_add_executor_job(read)
        return [(state.state, state.last_updated) for state in found.get(entity_id, [])]


def today() -> datetime:
    """The midnight at which the present day of UTC began."""
    return dt_util.utcnow().replace(hour=0, minute=0, second=0, microsecond=0)
