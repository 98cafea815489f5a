"""Whether a planter needs water: a verdict that changes late, once, and never because of one odd reading.

Two latches over the stream of a planter's moisture, "dry" and "too wet". Each has a level at which it sets and another,
further on, at which it lets go; readings on the far side of it must go on for `patience_s`. Between two readings at
most one period (half of `patience_s`) counts: a silence is not a measurement, however long, so one reading behind it
decides nothing. But it interrupts what was known, and therefore two readings behind it are enough, instead of three.

The verdict is what the soil was when it was last measured. Whether that is still so (silence, a refused probe) is for
the caller to say. contract/watering.json holds the same rules as vectors.
"""

from collections.abc import Mapping
from enum import StrEnum
import math
from typing import Final, NamedTuple, Self

_JITTER: Final = 0.1
"""In units of patience, what it may fall short of: a board's sleep clock is a few percent off."""

_SILENCE: Final = 1.5
"""In units of patience: at least two readings in a row are missing."""

_WET_PATIENCE: Final = 48.0
"""In units of patience, 24 h at a period of 900 s: a planter just watered is rightly wet. Free water drains from soil
in one to three days (glossary of the project LANDMARK, "field capacity"), mostly in the first."""


class Verdict(StrEnum):
    """How a planter's soil is; the words are those of contract/watering.json."""

    FINE = "fine"
    DRY = "dry"
    WET = "wet"


class Limits(NamedTuple):
    """What the keeper set, in % of moisture. 0 for `dry_below` never calls dry, 100 for `wet_above` never too wet."""

    dry_below: float = 30.0
    recovery_gap: float = 5.0
    wet_above: float = 95.0

    @property
    def dry_until(self) -> float:
        """The moisture at which a dry planter no longer is: the gap above `dry_below`, at most 100."""
        return min(100.0, self.dry_below + self.recovery_gap)

    @property
    def wet_until(self) -> float:
        """The moisture at which a planter is no longer too wet: the gap below `wet_above`, at least 0."""
        return max(0.0, self.wet_above - self.recovery_gap)


class _Latch:
    """Something true or false that readings must contradict for some time before it changes."""

    __slots__ = ("_for_s", "on")

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self._for_s: float | None = None

    def set(self, *, on: bool) -> None:
        """Decide at once."""
        self.on = on
        self._for_s = None

    def contradict(self, start_s: float, step_s: float, needed_s: float) -> None:
        """Note a reading that contradicts: `start_s` counts if it is the first one, else `step_s` more."""
        for_s = start_s if self._for_s is None else self._for_s + step_s
        if for_s >= needed_s:
            self.set(on=not self.on)
        else:
            self._for_s = for_s

    def agree(self) -> None:
        """Note a reading that agrees: contradiction begins anew."""
        self._for_s = None


class Judge:
    """The verdict on one planter's soil; None until the first reading. It survives silence and, as a dict, restarts."""

    __slots__ = ("_at", "_dry", "_wet", "_wet_above", "verdict")

    def __init__(self, verdict: Verdict | None = None) -> None:
        self.verdict = verdict
        self._dry = _Latch(on=verdict is Verdict.DRY)
        self._wet = _Latch(on=verdict is Verdict.WET)
        self._at = -math.inf
        self._wet_above: float | None = None

    def take(self, moisture: float, at: float, limits: Limits, patience_s: float) -> bool:
        """Judge one reading, %, heard at a monotonic second; true when the verdict changed.

        The first one ever is judged at once, except that nothing is too wet at once. Where `wet_above` is not above
        `dry_below`, dry goes first.
        """
        silence_s = max(0.0, at - self._at)
        self._at = at
        self._wet_above = limits.wet_above
        dry, wet = self._dry, self._wet
        period_s = patience_s / 2
        needed_s = patience_s * (1 - _JITTER)
        step_s = min(silence_s, period_s)
        start_s = period_s if silence_s > patience_s * _SILENCE else 0.0
        if self.verdict is None:
            dry.set(on=moisture < limits.dry_below)
        elif moisture >= limits.dry_until if dry.on else moisture < limits.dry_below:
            dry.contradict(start_s, step_s, needed_s)
        else:
            dry.agree()
        if wet.on and moisture <= limits.wet_until:
            wet.contradict(start_s, step_s, needed_s)
        elif not wet.on and limits.dry_below <= moisture > limits.wet_above:
            wet.contradict(0.0, step_s, patience_s * (_WET_PATIENCE - _JITTER))
        else:
            wet.agree()
        return self._conclude()

    def rethink(self, moisture: float, limits: Limits) -> bool:
        """Judge the present reading at once, because a person moved a limit; true when the verdict changed.

        Between `dry_below` and `dry_until` the verdict stays. Too wet begins at once only if it is `wet_above` that
        was moved: a planter just watered does not become too wet because another limit was.
        """
        if moisture < limits.dry_below:
            self._dry.set(on=True)
        elif moisture >= limits.dry_until:
            self._dry.set(on=False)
        else:
            self._dry.agree()
        if moisture <= limits.wet_until:
            self._wet.set(on=False)
        elif moisture > limits.wet_above and self._wet_above not in (None, limits.wet_above):
            self._wet.set(on=True)
        self._wet_above = limits.wet_above
        return self._conclude()

    def watered(self, moisture: float, limits: Limits) -> bool:
        """End "dry" at once, without the gap, because a rise was confirmed; true when the verdict changed.

        A sip that leaves the planter below `dry_below` changes nothing.
        """
        if self.verdict is not Verdict.DRY or moisture < limits.dry_below:
            return False
        self._dry.set(on=False)
        return self._conclude()

    def as_dict(self) -> dict[str, str | None]:
        """Spell what must survive a restart. How long readings have contradicted does not: it may be old by then."""
        return {"verdict": self.verdict}

    @classmethod
    def from_dict(cls, stored: object) -> Self:
        """Read what `as_dict` spelt; anything else is a fresh start."""
        try:
            return cls(Verdict(stored["verdict"])) if isinstance(stored, Mapping) else cls()
        except (KeyError, ValueError):
            return cls()

    def _conclude(self) -> bool:
        before = self.verdict
        if self._dry.on:
            self._wet.set(on=False)
            self.verdict = Verdict.DRY
        else:
            self.verdict = Verdict.WET if self._wet.on else Verdict.FINE
        return self.verdict is not before
