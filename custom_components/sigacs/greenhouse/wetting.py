"""A watering, seen in the soil itself: moisture that has risen, and is still up at the next reading.

The level of the soil is the median of its newest readings, so that one or two odd ones, high or low, move nothing. A
reading that stands out above it is kept apart until the next one shows it to be a watering or a spike. It must stand
out further where the probe is noisy, which is learnt from its readings, and behind a silence, because the probe's own
drift with temperature has had time.

Whether somebody's "I watered" came true is asked of the same readings: only they can prove that nothing rose, so a
silent probe never does.
"""

from collections import deque
from collections.abc import Mapping
import math
from typing import Final, NamedTuple, Self, TypeGuard

_WINDOW: Final = 5
_RISE: Final = 3.1
"""Points of moisture: more than readings that are off by 1.5 either way can differ."""

_NOISE_TO_RISE: Final = 3.4
"""How many times the usual difference of two readings a rise is: a false watering a year, or less, however noisy."""

_USUAL: Final = 1.0
_ODD: Final = 5.0
_MEMORY: Final = 32
"""The usual difference, in points: what it is taken for at first (noise of 1.5 either way), what counts as a dropout
rather than as noise, and over how many readings it is learnt."""

_SILENCE: Final = 3
"""In periods: from here on the level is an old one, which one new reading outweighs if it is higher."""

_DRIFT_PER_H: Final = 0.65
_DRIFT_PER_DAY: Final = 5.0
"""Points by which a probe's reading may follow the temperature: 5 from night to day, the steepest of such a wave."""

_SOAKS: Final = 1.5
_CREEPS: Final = 6
"""In periods, from one rise to the next: steps at readings in a row are one watering, and so is what creeps up without
steps, which stands out anew after some five readings."""

_SEEPS_S: Final = 1800.0
"""Until water poured on the surface is at a probe some 3 cm down: sandy loam takes in 20 to 30 mm/h (FAO, Irrigation
Water Management, Training Manual 5, annex 2), which fill only the third of it that was empty."""

_PROOFS: Final = 2
"""Readings without a rise: one alone may be odd."""

_CHANCES: Final = 3
"""In periods since the mark: a reading or two may be lost on the way."""

_LAPSES_S: Final = 7200.0
_LAPSES: Final = 4
"""Seconds, and periods, after which readings tell no more of a mark: what had risen may have dried again."""

_PRESSED_AFTER_S: Final = 3600.0
"""First water, then say so: what rose up to an hour before a mark is its answer."""

_FULL: Final = 100.0
_LATEST: Final = 1e11
"""Moisture in %, and Unix seconds, beyond which a stored figure is nonsense."""


class _Mark(NamedTuple):
    """What somebody said: the Unix second, and the level of the soil then, %."""

    at: float
    level: float


class _First(NamedTuple):
    """A raised reading in doubt: the Unix second, the level before and the rise needed, %, whether it took no step."""

    at: float
    before: float
    needed: float
    creeps: bool


class Watering(NamedTuple):
    """One watering: Unix second of the first raised reading, moisture in % before it and at its confirmation."""

    at: float
    before: float
    after: float


class Wetting:
    """Finds the waterings of one planter. Wall clocks may jump: the worst is one time that is off.

    `risen`: whether the newest reading confirms a rise, be it a new watering or more of the one before.
    """

    __slots__ = ("_first", "_heard", "_levels", "_mark", "_noise", "_proofs", "_raised", "risen")

    def __init__(self) -> None:
        self._levels: deque[float] = deque(maxlen=_WINDOW)
        self._noise = _USUAL
        self._heard = math.inf
        self._first: _First | None = None
        self._raised: float | None = None
        self._mark: _Mark | None = None
        self._proofs = 0
        self.risen = False

    def take(self, moisture: float, wall: float, period_s: float) -> Watering | None:
        """Take a reading, %, of this Unix second; the answer is a watering that it confirms, reported once.

        What goes on soaking in belongs to the watering before: `risen`, but not reported again.
        """
        levels = self._levels
        needed = max(_RISE, _NOISE_TO_RISE * self._noise)
        silence_s = wall - self._heard
        self._heard = wall
        if silence_s > _SILENCE * period_s and levels:
            needed += min(_DRIFT_PER_DAY, _DRIFT_PER_H * silence_s / 3600)
            level = self._level
            levels.clear()
            levels.append(level)
        if self._mark is not None:
            self._weigh(self._mark, moisture, wall, period_s, needed)
        self.risen = False
        if (first := self._first) is not None:
            self._first = None
            if moisture - first.before >= max(first.needed, needed):
                return self._rose(first, moisture, wall, period_s)
        elif levels and moisture - (level := self._level) >= needed:
            self._first = _First(wall, level, needed, creeps=moisture - levels[-1] < needed)
            return None
        if levels:
            self._noise += (min(_ODD, abs(moisture - levels[-1])) - self._noise) / _MEMORY
        levels.append(moisture)
        return None

    def mark(self, wall: float) -> None:
        """Note that somebody says, at this Unix second, to have watered.

        Where no level is known, nothing can be told of a rise, and the mark is forgotten.
        """
        if self._levels and (self._raised is None or abs(wall - self._raised) > _PRESSED_AFTER_S):
            self._mark = _Mark(wall, self._level)
            self._proofs = 0

    def unanswered(self, wall: float, period_s: float) -> bool:
        """Whether somebody watered, but nothing rose: true once for a mark, within an hour at a period of 900 s.

        It takes two readings without a rise from when the water should be at the probe, and soil that could rise.
        """
        if self._mark is None or self._proofs < _PROOFS or self._first is not None:
            return False
        if wall - self._mark.at < _CHANCES * period_s:
            return False
        self._mark = None
        return True

    def forget(self) -> None:
        """Begin anew because the scale changed: readings before and after it cannot be compared."""
        self._levels.clear()
        self._first = None
        self._mark = None

    def as_dict(self) -> dict[str, object]:
        """Spell what must survive a restart, so that a watering while nobody listened is still seen."""
        return {
            "levels": list(self._levels),
            "noise": self._noise,
            "heard": self._heard if math.isfinite(self._heard) else None,
            "raised": self._raised,
            "mark": self._mark and list(self._mark),
        }

    @classmethod
    def from_dict(cls, stored: object) -> Self:
        """Read what `as_dict` spelt; anything else is a fresh start."""
        wetting = cls()
        if not isinstance(stored, Mapping):
            return wetting
        levels, noise, mark = (stored.get(key) for key in ("levels", "noise", "mark"))
        heard, raised = times = [stored.get(key) for key in ("heard", "raised")]
        if not isinstance(levels, list) or len(levels) > _WINDOW or not all(_within(one, _FULL) for one in levels):
            return wetting
        if not _within(noise, _ODD) or not all(time is None or _within(time, _LATEST) for time in times):
            return wetting
        wetting._levels.extend(levels)
        wetting._noise = noise
        wetting._heard = math.inf if heard is None else heard
        wetting._raised = raised
        match mark:
            case [at, level] if _within(at, _LATEST) and _within(level, _FULL):
                wetting._mark = _Mark(at, level)
        return wetting

    @property
    def _level(self) -> float:
        return sorted(self._levels)[len(self._levels) // 2]

    def _rose(self, first: _First, moisture: float, wall: float, period_s: float) -> Watering | None:
        """Let the soil begin from its new level; None when it goes on with the watering before."""
        since_s = math.inf if self._raised is None else first.at - self._raised
        same = 0 <= since_s <= (_CREEPS if first.creeps else _SOAKS) * period_s
        self._levels.clear()
        self._levels.append(moisture)
        self._raised = wall
        self._mark = None
        self.risen = True
        return None if same else Watering(first.at, first.before, moisture)

    def _weigh(self, mark: _Mark, moisture: float, wall: float, period_s: float, needed: float) -> None:
        """Count a reading as proof against a mark, if it came neither too early nor too late to be one.

        Soil that is up since the mark by half a rise, however slowly, is no proof; neither is soil too wet to rise.
        """
        since_s = wall - mark.at
        if since_s < 0:  # the clock was set back: nobody knows by how much
            self._mark = mark._replace(at=wall)
            self._proofs = 0
        elif since_s > max(_LAPSES_S, _LAPSES * period_s):
            self._mark = None
        elif since_s >= _SEEPS_S and 2 * (moisture - mark.level) < needed <= _FULL - mark.level:
            self._proofs += 1


def _within(value: object, highest: float) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= highest
