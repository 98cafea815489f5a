"""What forecasts learn from after a restart: the planters' past hours, out of Home Assistant's long-term statistics."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.core import HomeAssistant

from .backfill import past_hours
from .greenhouse import measure
from .greenhouse.climate import vapour_pressure_deficit
from .greenhouse.measure import Measure
from .greenhouse.site import Site
from .greenhouse.state import Planter

_DAYS: Final = 21.0
_MEASURES: Final = (measure.SOIL_MOISTURE, measure.AIR_TEMPERATURE, measure.AIR_HUMIDITY)

type _Hours = Mapping[float, float]
"""Means by the Unix second of the hour's middle."""


async def recall(hass: HomeAssistant, site: Site, entity_id_of: Callable[[str], str | None]) -> None:
    """Give every planter its past back; where the recorder has none, forecasts begin anew."""
    planters = list(site.planters)
    ids = {
        channel.topic: entity_id
        for planter in planters
        for one in _MEASURES
        if (channel := planter.channels.get(one.leaf)) and (entity_id := entity_id_of(channel.topic))
    }
    means = await past_hours(hass, set(ids.values()), _DAYS)

    def hours(planter: Planter, of: Measure) -> _Hours:
        channel = planter.channels.get(of.leaf)
        return dict(means.get(ids.get(channel.topic, ""), ())) if channel else {}

    for planter in planters:
        soil, temperature, humidity = (hours(planter, one) for one in _MEASURES)
        planter.outlook.drying.load(
            (wall, moisture, _deficit(temperature.get(wall), humidity.get(wall)))
            for wall, moisture in soil.items()
            if wall >= planter.care.calibrated_at
        )
        await asyncio.sleep(0)  # three weeks of hours take a millisecond: let messages in between


def _deficit(temperature: float | None, humidity: float | None) -> float | None:
    """The deficit of an hour's means, which is close enough to the mean of its deficits."""
    if temperature is None or humidity is None:
        return None
    return vapour_pressure_deficit(temperature, humidity)
