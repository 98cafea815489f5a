"""The air of a planter and of its greenhouse: dryness, dew, frost and wet leaves.

One formula for the saturation vapour pressure serves all of it, that of Magnus with the coefficients of Alduchov and
Eskridge (1996, doi:10.1175/1520-0450(1996)035<0601:IMFAOS>2.0.CO;2, eq. 21): within 0.4 % from -40 to 50 °C. It is over
liquid water, also below 0 °C, because relative humidity is defined and measured so (WMO-No. 8, annex 4.A). Below 0 °C
hoar frost therefore forms a little above the dew point: 0.6 K at -5 °C.
"""

from collections.abc import Iterable
import math
from statistics import median
from typing import Final, NamedTuple

_MAGNUS_KPA: Final = 0.61094
_MAGNUS_FACTOR: Final = 17.625
_MAGNUS_OFFSET_C: Final = 243.04
_LOG_100: Final = math.log(100)

_FEWEST_PROBES_TO_COMPARE: Final = 3
_ODD_SCORE: Final = 3.5
_SCORE_PER_DEVIATION: Final = 0.6745
"""Iglewicz and Hoaglin (1993): |0.6745 (x - median) / MAD| above 3.5 marks an outlier."""
_USUAL_TEMPERATURE_DEVIATION_K: Final = 0.6
_USUAL_HUMIDITY_DEVIATION: Final = 3.0
"""The least median absolute deviation that is assumed. With it a probe is odd only beyond 3.1 K or 15.6 % from the
median: half of the 6.1 K and 30 % by which places in one sunny greenhouse were found to differ (Ornamental
Horticulture, "thermal and hygrometric behavior of a Colombian greenhouse used for the production of roses")."""

_FROST_GAP_K: Final = 1.0
_CORNER_K: Final = 10.0
"""A place by the door may be this much colder than the middle, and freezes first. Colder still is a broken probe."""

_WET_BELOW_K: Final = 2.0
_DRY_ABOVE_K: Final = 3.0
"""2 K to the dew point is 86 to 89 % relative humidity between 0 and 30 °C, and 3 K is 80 to 84 %. Models of leaf
wetness take a leaf to be wet from 87 or 90 % on (Sentelhas et al. 2008, Agricultural and Forest Meteorology 148),
because at night leaves and panes are colder than the air."""


class Probe(NamedTuple):
    """What one planter's air probe says now; None where it says nothing fresh. °C and %."""

    planter: str
    temperature: float | None
    humidity: float | None


class Climate(NamedTuple):
    """The air of a greenhouse: medians over its probes, °C, %, °C and kPa; None when nothing fresh says it.

    `odd` names the planters whose probe differs from its neighbours'. One of them may be the coldest, unless it is too
    cold to be true.
    """

    temperature: float | None
    humidity: float | None
    dew_point: float | None
    vpd: float | None
    odd: tuple[str, ...]
    coldest: float | None
    coldest_planter: str | None


def vapour_pressure_deficit(temperature_c: float, humidity_percent: float) -> float:
    """How much more water vapour the air could hold, kPa: e_s - e_a (FAO-56, chapter 3)."""
    return _saturation_kpa(temperature_c) * (1 - humidity_percent / 100)


def dew_point(temperature_c: float, humidity_percent: float) -> float | None:
    """The temperature at which this air is saturated, °C; None at 0 %, where there is nothing to condense."""
    if humidity_percent <= 0:
        return None
    exponent = math.log(humidity_percent) - _LOG_100 + _exponent(temperature_c)
    return _MAGNUS_OFFSET_C * exponent / (_MAGNUS_FACTOR - exponent)


def climate(probes: Iterable[Probe]) -> Climate:
    """The greenhouse's air from all its probes. Up to half of them may be wrong before a median follows them."""
    temperatures: dict[str, float] = {}
    humidities: dict[str, float] = {}
    for planter, temperature, humidity in probes:
        if temperature is not None:
            temperatures[planter] = temperature
        if humidity is not None:
            humidities[planter] = humidity
    odd_temperatures = _odd(temperatures, _USUAL_TEMPERATURE_DEVIATION_K)
    odd = odd_temperatures | _odd(humidities, _USUAL_HUMIDITY_DEVIATION)
    temperature = median(temperatures.values()) if temperatures else None
    broken = {planter for planter in odd_temperatures if temperatures[planter] < (temperature or 0.0) - _CORNER_K}
    coldest = min(temperatures.keys() - broken, key=lambda planter: (temperatures[planter], planter), default=None)
    humidity = median(humidities.values()) if humidities else None
    both = None if temperature is None or humidity is None else (temperature, humidity)
    return Climate(
        temperature=temperature,
        humidity=humidity,
        dew_point=dew_point(*both) if both else None,
        vpd=vapour_pressure_deficit(*both) if both else None,
        odd=tuple(sorted(odd)),
        coldest=None if coldest is None else temperatures[coldest],
        coldest_planter=coldest,
    )


def frost(before: bool | None, coldest: float | None, below: float) -> bool | None:  # noqa: FBT001 - a state, not a switch
    """Whether it freezes somewhere: from `below` °C on, until 1 K above it; None when no temperature is fresh."""
    return None if coldest is None else _holds(before, coldest, below, below + _FROST_GAP_K)


def condensation(before: bool | None, air: Climate) -> bool | None:  # noqa: FBT001 - same
    """Whether leaves and panes get wet: from 2 K to the dew point on, until 3 K; None when nothing fresh says it.

    Vapour spreads through the whole house, cold does not: the dew point is the greenhouse's, the temperature that of
    its coldest planter.
    """
    if air.coldest is None or air.humidity is None:
        return None
    if air.dew_point is None:
        return False
    return _holds(before, air.coldest - air.dew_point, _WET_BELOW_K, _DRY_ABOVE_K)


def _exponent(temperature_c: float) -> float:
    return _MAGNUS_FACTOR * temperature_c / (_MAGNUS_OFFSET_C + temperature_c)


def _saturation_kpa(temperature_c: float) -> float:
    return _MAGNUS_KPA * math.exp(_exponent(temperature_c))


def _holds(before: bool | None, value: float, on_at: float, off_above: float) -> bool:  # noqa: FBT001 - same
    """Hysteresis: on at `on_at` or less, off above `off_above`, as before in between."""
    return value <= on_at or (bool(before) and value <= off_above)


def _odd(values: dict[str, float], usual_deviation: float) -> set[str]:
    """Those that differ from the others by far more than the others do among themselves."""
    if len(values) < _FEWEST_PROBES_TO_COMPARE:
        return set()
    middle = median(values.values())
    deviation = median(abs(value - middle) for value in values.values())
    limit = _ODD_SCORE * max(deviation, usual_deviation) / _SCORE_PER_DEVIATION
    return {planter for planter, value in values.items() if abs(value - middle) > limit}
