"""What happens in the demonstration's greenhouses: air that warms and cools, soil that dries and is watered.

Pure: the time comes in as an argument, chance from a seed. A day passes in ten minutes, so that something moves while
one looks. Soil loses a share of the water that is left, as it does once its surface is dry, and does so twice as fast
for every 10 °C: a simple law, enough for a demonstration.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
import math
from random import Random

DAY_S = 600.0
_DRIEST = 8.0
"""Percent that a probe still shows in air-dry soil."""
_WATERING_PER_S = 1.5
_STEP_S = 1.0


def air_temperature(at_s: float) -> float:
    """Return degrees Celsius: coldest at the start of a day, warmest in its middle."""
    return 21.0 - 6.0 * math.cos(2 * math.pi * at_s / DAY_S)


def air_humidity(temperature: float) -> float:
    """Return percent for air that keeps its water while it warms."""
    return max(25.0, min(95.0, 78.0 - 2.5 * (temperature - 15.0)))


@dataclass
class Planter:
    """One planter; `drying_s` is the time constant of its soil at 20 °C; below `watered_below` somebody waters it."""

    id: str
    moisture: float
    drying_s: float
    watered_below: float = 30.0
    watered_to: float = 75.0
    battery: float | None = None
    at_s: float = 0.0
    watering: bool = False
    chance: Random = field(default_factory=Random)

    def advance(self, to_s: float) -> None:
        """Let the time pass up to `to_s`, in seconds since the beginning; going back does nothing."""
        while self.at_s + _STEP_S <= to_s:
            self.at_s += _STEP_S
            self._pass(_STEP_S)

    def read(self) -> Iterator[tuple[str, str]]:
        """Yield what its sensors say now: leaf of the topic, payload."""
        temperature = air_temperature(self.at_s) + self.chance.gauss(0, 0.1)
        yield "sol", f"{_percent(self.moisture + self.chance.gauss(0, 0.15)):.1f}"
        yield "air/temp", f"{temperature:.1f}"
        yield "air/hum", f"{_percent(air_humidity(temperature) + self.chance.gauss(0, 0.3)):.1f}"
        if self.battery is not None:
            yield "batterie", f"{self.battery:.0f}"
            yield "rssi", f"{self.chance.gauss(-61, 2):.0f}"

    def _pass(self, seconds: float) -> None:
        rate = 2 ** ((air_temperature(self.at_s) - 20) / 10) / self.drying_s
        self.moisture = _DRIEST + (self.moisture - _DRIEST) * math.exp(-rate * seconds)
        if self.moisture < self.watered_below:
            self.watering = True
        if self.watering:
            self.moisture += _WATERING_PER_S * seconds
            self.watering = self.moisture < self.watered_to


def two_greenhouses(seed: int = 1) -> dict[str, list[Planter]]:
    """Plant four and three planters; the last of each greenhouse is watered late, so that it asks for water."""
    greenhouses = {
        "1": [
            Planter("1", 65.0, 500, battery=87),
            Planter("2", 48.0, 350, battery=64),
            Planter("3", 71.0, 800, battery=92),
            Planter("4", 33.0, 300, watered_below=15.0),
        ],
        "2": [
            Planter("1", 55.0, 450),
            Planter("2", 62.0, 600),
            Planter("3", 36.0, 400, watered_below=18.0),
        ],
    }
    for greenhouse, planters in greenhouses.items():
        for planter in planters:
            planter.chance = Random(f"{seed}/{greenhouse}/{planter.id}")  # noqa: S311 - weather, not a secret
    return greenhouses


def _percent(value: float) -> float:
    return max(0.0, min(100.0, value))
