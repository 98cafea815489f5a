"""The air and the light around planters: days, clouds that last, a season that moves on; by quarters of an hour.

None of it is what `dry_down` assumes. Saturation vapour pressure: Magnus, as in WMO-No. 8 (2018), annex 4.B.
"""

from dataclasses import dataclass
import math
from random import Random
from typing import Final

STEP_S: Final = 900
STEPS_A_DAY: Final = 96
_INDOORS: Final = 0.35
_LAMPS: Final = 0.3
_LAMP_OFF: Final = -0.5


@dataclass(frozen=True)
class Weather:
    """Columns, one row a step: light (1 is clear noon at midsummer), air in °C, vapour pressure deficit in kPa."""

    light: list[float]
    celsius: list[float]
    vpd: list[float]


def weather(random: Random, days: int) -> Weather:
    """Draw a place, a season and `days` of weather; the first step is at midnight UTC, wherever noon is there."""
    indoors = random.random() < _INDOORS
    noon = random.uniform(0, STEPS_A_DAY)
    latitude, day_of_year = math.radians(random.uniform(0, 58)), random.uniform(0, 365)
    mean = random.uniform(18, 23) if indoors else random.uniform(9, 26)
    swing = random.uniform(0.5, 3) if indoors else random.uniform(4, 14)
    dew_point = mean - (random.uniform(6, 13) if indoors else random.uniform(2, 8))
    persistence = random.uniform(0.4, 0.85)
    clear, front, gust, haze = random.uniform(0.3, 1), 0.0, 0.0, 0.0
    lamp = random.uniform(0.2, 0.5) if indoors and random.random() < _LAMPS else 0.0
    warmth = 0.0
    columns = Weather([], [], [])
    for step in range(days * STEPS_A_DAY):
        if step % STEPS_A_DAY == 0:
            clear = _toward(random, clear, 0.65, persistence, 0.25)
            front = _toward(random, front, 0.0, persistence, 1.0 if indoors else 2.5)
            haze = _toward(random, haze, 0.0, persistence, 1.5)
        gust = 0.97 * gust + random.gauss(0, 0.06)
        season = math.radians(23.44) * math.sin(2 * math.pi * (day_of_year + step / STEPS_A_DAY - 81) / 365)
        hour = 2 * math.pi * (step - noon) / STEPS_A_DAY
        height = math.sin(latitude) * math.sin(season) + math.cos(latitude) * math.cos(season) * math.cos(hour)
        sun = max(height, 0.0) * min(max(clear + gust, 0.08), 1.1)
        light = (0.45 * sun if indoors else sun) + (lamp if math.cos(hour) > _LAMP_OFF else 0.0)
        warmth += (light - warmth) / 8
        celsius = mean + front + swing * (warmth - 0.25) * 1.6
        saturated = 0.6112 * math.exp(17.62 * celsius / (243.12 + celsius))
        dew = min(dew_point + front * 0.6 + haze, celsius - 0.3)
        columns.light.append(light)
        columns.celsius.append(celsius)
        columns.vpd.append(saturated - 0.6112 * math.exp(17.62 * dew / (243.12 + dew)))
    return columns


def _toward(random: Random, value: float, mean: float, persistence: float, spread: float) -> float:
    """Draw the next day of a first order autoregression whose own spread is `spread`."""
    return mean + persistence * (value - mean) + random.gauss(0, spread * math.sqrt(1 - persistence**2))
