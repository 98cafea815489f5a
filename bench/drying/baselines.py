"""What anybody would do: draw a line through the last hours, or take the planter's average pace.

Both are told the true times of waterings, which `drying` is not, and look only at samples behind the last one.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import fmean
from typing import Final, NamedTuple

_HOUR_S: Final = 3600.0
_HORIZON_S: Final = 21 * 24 * _HOUR_S
_PRESENT: Final = 3


class Hour(NamedTuple):
    """A past hour: its middle in Unix seconds, its mean moisture, how many waterings came before it."""

    wall: float
    moisture: float
    watered: int


type Baseline = Callable[[Sequence[Hour], float, float], float | None]


def last_slope(hours: int) -> Baseline:
    """Draw a line through the last `hours` hours since the last watering."""

    def forecast(past: Sequence[Hour], now: float, dry_below: float) -> float | None:
        recent = [hour for hour in _since_watered(past) if hour.wall > now - hours * _HOUR_S]
        if len(recent) < _PRESENT:
            return None
        middle, level = fmean(hour.wall for hour in recent), fmean(hour.moisture for hour in recent)
        spread = sum((hour.wall - middle) ** 2 for hour in recent)
        slope = sum((hour.wall - middle) * (hour.moisture - level) for hour in recent) / spread
        return _reach(now, level + slope * (now - middle), -slope, dry_below)

    return forecast


def constant_rate(past: Sequence[Hour], now: float, dry_below: float) -> float | None:
    """Go on from the last hours at the average pace of all dry-downs so far."""
    dried = lasted = 0.0
    for before, after in pairwise(past):
        if before.watered == after.watered:
            dried += before.moisture - after.moisture
            lasted += after.wall - before.wall
    recent = _since_watered(past)[-_PRESENT:]
    if not lasted or not recent:
        return None
    return _reach(now, fmean(hour.moisture for hour in recent), dried / lasted, dry_below)


def _since_watered(past: Sequence[Hour]) -> list[Hour]:
    return [hour for hour in past if hour.watered == past[-1].watered]


def _reach(now: float, level: float, rate: float, dry_below: float) -> float | None:
    if rate <= 0:
        return None
    ahead = max(level - dry_below, 0.0) / rate
    return now + ahead if ahead <= _HORIZON_S else None
