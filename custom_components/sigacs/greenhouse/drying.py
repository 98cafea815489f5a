"""When a planter will need water: what is kept of its soil's past, for `dry_down` to read its own drying from.

take  ->  a slot of four periods (an hour)  ->  one sample: its time, moisture, vapour pressure deficit
load  ->  hours from long-term statistics   ->  the same samples, where none is yet
forecast: samples  ->  dry-downs  ->  fitted rate  ->  marched on until it reaches the threshold
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
import math
from typing import Final, NamedTuple

from .dry_down import Samples, Unforeseen, next_dry

_PERIODS_IN_SLOT: Final = 4
_HOUR_S: Final = 3600.0
_KEPT: Final = 21 * 24
_WATERINGS_KEPT: Final = 32
_LAST_SECOND: Final = 2**32 - 1
_HUNDREDTHS: Final = 100.0
_PASCALS: Final = 1000.0
_MOST: Final = 2**16 - 2
_NO_VPD: Final = 2**16 - 1


class Forecast(NamedTuple):
    """Unix seconds: when it will need water, and the range that holds it in four cases of five (docs/forecast.md)."""

    at: float
    earliest: float
    latest: float


class Drying:
    """The last three weeks of one planter's soil, and when it will be dry.

    At most 504 samples of 8 bytes and 32 waterings: 5 KB, all included. Clocks may jump, messages may be missing; a
    sample from a clock that was ahead is not looked at before its time has come.
    """

    __slots__ = (
        "_count",
        "_moisture",
        "_period_s",
        "_slot",
        "_soil",
        "_span_s",
        "_vpd",
        "_vpds",
        "_wall",
        "_walls",
        "_waterings",
        "_wet",
    )

    def __init__(self) -> None:
        self._period_s = 0.0
        self._span_s = _HOUR_S
        self.forget()

    def forget(self) -> None:
        """Drop all that was learnt: values on another scale say nothing about those to come."""
        self._walls, self._soil, self._vpds = array("I"), array("H"), array("H")
        self._waterings = array("d")
        self._open(-1)

    def take(self, moisture: float, wall: float, vpd_kpa: float | None, period_s: float) -> None:
        """Take a live soil moisture in %, heard at `wall` (Unix seconds), with the deficit at that time if known."""
        if period_s != self._period_s:
            self._period_s = period_s
            self._span_s = _PERIODS_IN_SLOT * period_s
        slot = wall // self._span_s
        if slot != self._slot:
            self._close()
            self._open(slot)
        self._count += 1
        self._wall += wall
        self._moisture += moisture
        if vpd_kpa is not None:
            self._wet += 1
            self._vpd += vpd_kpa

    def watered(self, wall: float) -> None:
        """Begin a new dry-down: what this slot held so far belongs to the old one, whatever comes to the new one."""
        self._close()
        self._open(-1)
        self._waterings.append(wall)
        del self._waterings[:-_WATERINGS_KEPT]

    def load(self, samples: Iterable[tuple[float, float, float | None]]) -> None:
        """Merge past hours: the Unix second of the middle of each, its mean moisture in %, its mean deficit in kPa.

        In any order, and as often as one likes: an hour of which something is known already stays as it is.
        """
        for wall, moisture, vpd_kpa in sorted(samples, key=lambda sample: sample[0]):
            at = bisect_left(self._walls, wall - _HOUR_S / 2)
            if at == len(self._walls) or self._walls[at] >= wall + _HOUR_S / 2:
                self._keep(wall, moisture, vpd_kpa)

    def forecast(self, now: float, dry_below: float) -> Forecast | Unforeseen:
        """Tell when the moisture will fall below `dry_below` %, or why that is not known.

        Costs about 7 ms with three weeks kept: to be called every half hour, not with every message.
        """
        known = bisect_left(self._walls, min(max(now + self._span_s, 0.0), _LAST_SECOND))
        samples = Samples(
            list(self._walls[:known]),
            [moisture / _HUNDREDTHS for moisture in self._soil[:known]],
            [None if vpd == _NO_VPD else vpd / _PASCALS for vpd in self._vpds[:known]],
            sorted(self._waterings),
        )
        found = next_dry(samples, self._span_s, now, dry_below)
        return found if isinstance(found, Unforeseen) else Forecast(*found)

    def _open(self, slot: float) -> None:
        self._slot, self._count, self._wet = slot, 0, 0
        self._wall = self._moisture = self._vpd = 0.0

    def _close(self) -> None:
        if self._count:
            vpd = self._vpd / self._wet if self._wet else None
            self._keep(self._wall / self._count, self._moisture / self._count, vpd)

    def _keep(self, wall: float, moisture: float, vpd_kpa: float | None) -> None:
        """Put one sample where it belongs in time; of too many, drop the oldest, or one that is ahead of this one."""
        if not (0 <= wall <= _LAST_SECOND and math.isfinite(moisture)):
            return
        at = bisect_left(self._walls, round(wall))
        self._walls.insert(at, round(wall))
        self._soil.insert(at, _cell(moisture * _HUNDREDTHS))
        self._vpds.insert(at, _NO_VPD if vpd_kpa is None or not math.isfinite(vpd_kpa) else _cell(vpd_kpa * _PASCALS))
        if len(self._walls) > _KEPT:
            drop = -1 if self._walls[-1] > wall + _HOUR_S else 0
            for column in (self._walls, self._soil, self._vpds):
                column.pop(drop)


def _cell(value: float) -> int:
    return min(max(round(value), 0), _MOST)
