"""The recorder's long-term statistics: what it has of an hour, and what is written where it has nothing.

The only file that knows the recorder; `backfill` imports it once there is one. Nothing here makes a state or fires an
event, so nothing of it can set off an automation.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import batched
from typing import Final, NamedTuple

from homeassistant.components.recorder import get_instance, is_entity_recorded
from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import (
    STATISTIC_UNIT_TO_UNIT_CONVERTER,
    UNIT_CLASS_TO_UNIT_CONVERTER,
    async_import_statistics,
    get_metadata,
    statistics_during_period,
)
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.components.sensor import ATTR_STATE_CLASS, SensorStateClass
from homeassistant.components.sensor.const import UNIT_CONVERTERS
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    UnitOfElectricPotential,
    UnitOfRatio,
    UnitOfTemperature,
)
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import BaseUnitConverter, TemperatureConverter, UnitlessRatioConverter

from .greenhouse import measure
from .greenhouse.late import HOUR_S, Hour

_DAY_S: Final = 24 * HOUR_S

WIRE_UNITS: Final[Mapping[str, str]] = {
    measure.SOIL_MOISTURE.leaf: UnitOfRatio.PERCENTAGE,
    measure.AIR_TEMPERATURE.leaf: UnitOfTemperature.CELSIUS,
    measure.AIR_HUMIDITY.leaf: UnitOfRatio.PERCENTAGE,
    measure.BATTERY.leaf: UnitOfRatio.PERCENTAGE,
    measure.BATTERY_VOLTAGE.leaf: UnitOfElectricPotential.VOLT,
    measure.SIGNAL_STRENGTH.leaf: SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    measure.PROBE_VOLTAGE.leaf: UnitOfElectricPotential.MILLIVOLT,
}
"""What a value on the wire is in, by leaf; a measure that is not known has no unit."""

_READ_IN: Final[dict[str, str]] = {
    TemperatureConverter.UNIT_CLASS: UnitOfTemperature.CELSIUS,
    UnitlessRatioConverter.UNIT_CLASS: UnitOfRatio.PERCENTAGE,
}
_IDS_AT_ONCE: Final = 50
"""Three weeks of 600 statistics are 300,000 rows, of some 400 bytes each while they are read."""

type Convert = Callable[[float], float]


class Known(NamedTuple):
    """What the recorder has of a statistic: its metadata if there is any, and the starts of the hours asked for."""

    metadata: StatisticMetaData | None
    hours: set[int]


async def caught_up(hass: HomeAssistant) -> None:
    """Wait until the recorder has done all that it was asked for until now.

    Its own `async_block_till_done` returns while it still works on the last piece.
    """
    done: asyncio.Future[None] = hass.loop.create_future()
    get_instance(hass).queue_task(SynchronizeTask(done))
    await done


async def known_hours(hass: HomeAssistant, wanted: Mapping[str, Collection[int]]) -> dict[str, Known]:
    """Find out which of these hours, as Unix seconds by statistic, the recorder has."""
    return await get_instance(hass).async_add_executor_job(_known_hours, hass, wanted)


def _known_hours(hass: HomeAssistant, wanted: Mapping[str, Collection[int]]) -> dict[str, Known]:
    metadata = get_metadata(hass, statistic_ids=set(wanted))
    known = {id_: Known(metadata[id_][1] if id_ in metadata else None, set()) for id_ in wanted}
    by_day: defaultdict[int, set[str]] = defaultdict(set)
    for id_, starts in wanted.items():
        for start in starts:
            by_day[start - start % _DAY_S].add(id_)
    for day, ids in by_day.items():
        begin, end = dt_util.utc_from_timestamp(day), dt_util.utc_from_timestamp(day + _DAY_S)
        for id_, rows in statistics_during_period(hass, begin, end, ids, "hour", None, {"mean"}).items():
            known[id_].hours.update(int(row["start"]) for row in rows)
    return known


@callback
def fill(hass: HomeAssistant, state: State, leaf: str, hours: Iterable[Hour], known: Known) -> list[Hour]:
    """Have the recorder write those hours that it lacks, or that were written from here before; returns them.

    None for an entity that it is told to leave out, and none for what is no plain mean.
    """
    metadata = _metadata(state, known) if is_entity_recorded(hass, state.entity_id) else None
    convert = metadata and _conversion(leaf, metadata)
    if metadata is None or convert is None:
        return []
    lacking = [hour for hour in hours if hour.written or hour.start not in known.hours]
    if lacking:
        async_import_statistics(hass, metadata, [_row(hour, convert) for hour in lacking])
    return lacking


def _metadata(state: State, known: Known) -> StatisticMetaData | None:
    """What is there, or what the recorder would make of this state."""
    if metadata := known.metadata:
        plain = metadata["mean_type"] is StatisticMeanType.ARITHMETIC and not metadata["has_sum"]
        return metadata if plain and metadata["source"] == RECORDER else None
    if state.attributes.get(ATTR_STATE_CLASS) != SensorStateClass.MEASUREMENT:
        return None
    unit: str | None = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    converter = _converter(unit, UNIT_CONVERTERS.get(state.attributes.get(ATTR_DEVICE_CLASS)))
    return StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=None,
        source=RECORDER,
        statistic_id=state.entity_id,
        unit_class=converter.UNIT_CLASS if converter else None,
        unit_of_measurement=unit,
    )


def _conversion(leaf: str, metadata: StatisticMetaData) -> Convert | None:
    """How a value of the wire becomes one of the statistic; None when it cannot."""
    wire_unit, unit = WIRE_UNITS.get(leaf), metadata["unit_of_measurement"]
    if unit == wire_unit:
        return float
    converter = _converter(wire_unit, UNIT_CLASS_TO_UNIT_CONVERTER.get(metadata["unit_class"]))
    if converter is None or unit not in converter.VALID_UNITS:
        return None
    return converter.converter_factory(wire_unit, unit)


def _converter(unit: str | None, preferred: type[BaseUnitConverter] | None) -> type[BaseUnitConverter] | None:
    """Find what converts a unit, as the recorder does: that of the device class or unit class, else by the unit."""
    if preferred and unit in preferred.VALID_UNITS:
        return preferred
    return STATISTIC_UNIT_TO_UNIT_CONVERTER.get(unit)


def _row(hour: Hour, convert: Convert) -> StatisticData:
    mean, low, high = map(convert, hour.values)
    return StatisticData(start=dt_util.utc_from_timestamp(hour.start), mean=mean, min=low, max=high)


async def means(hass: HomeAssistant, statistic_ids: set[str], days: float) -> dict[str, list[tuple[float, float]]]:
    """Read hourly means in % and °C of the last days: the Unix time of each hour's middle, and the mean."""
    begin = dt_util.utcnow() - timedelta(days=days)
    found: dict[str, list[tuple[float, float]]] = {}
    for ids in batched(sorted(statistic_ids), _IDS_AT_ONCE, strict=False):
        found |= await get_instance(hass).async_add_executor_job(_means, hass, set(ids), begin)
    return found


def _means(hass: HomeAssistant, statistic_ids: set[str], begin: datetime) -> dict[str, list[tuple[float, float]]]:
    rows = statistics_during_period(hass, begin, None, statistic_ids, "hour", _READ_IN, {"mean"})
    return {
        id_: [(row["start"] + HOUR_S / 2, mean) for row in hours if (mean := row.get("mean")) is not None]
        for id_, hours in rows.items()
    }
