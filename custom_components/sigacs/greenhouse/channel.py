"""One measure of one planter, and how old its newest reading may be."""

from dataclasses import dataclass, field
import math
from typing import TYPE_CHECKING, NamedTuple

from .freshness import is_fresh
from .measure import Measure
from .watched import Watched

if TYPE_CHECKING:
    from .state import Planter


class Reading(NamedTuple):
    """One taken value and the second at which it was heard."""

    value: float
    heard_at: float


@dataclass(slots=True, eq=False)
class Channel(Watched):
    """It ages alone: a planter whose air probe died still has a fresh soil moisture.

    `refused_at` is the second of the newest message that was refused.
    """

    topic: str
    planter: Planter
    measure: Measure
    reading: Reading | None = None
    fresh: bool = False
    refused_at: float = field(default=-math.inf)

    @property
    def value(self) -> float | None:
        """The newest value while it is fresh."""
        return self.reading.value if self.fresh and self.reading else None

    @property
    def refused_since(self) -> bool:
        """Whether something was refused here since the last value was taken."""
        return self.reading is None or self.refused_at > self.reading.heard_at

    def take(self, value: float, at: float) -> bool:
        """Take a live value, unchanged or not: each proves that the probe speaks. True when its planter was silent."""
        self.reading = Reading(value, at)
        self.fresh = True
        self.planter.heard(at)
        return self.planter.speaks()

    def restore(self, value: float, age_s: float, now: float, limit_s: float) -> None:
        """Take a value from before a restart with its true age, unless a live one came first.

        A negative age is not taken: the clock was wrong then, or is wrong now, so nobody knows how old the value is.
        """
        if self.reading is not None or age_s < 0:
            return
        self.reading = Reading(value, now - age_s)
        self.planter.heard(now - age_s)
        if is_fresh(age_s, limit_s):
            self.fresh = True
            self.planter.speaks()

    def judge(self, now: float, limit_s: float) -> bool:
        """Judge the reading's age anew; true when the verdict changed: time has passed, or the limit was moved."""
        before = self.fresh
        self.fresh = self.reading is not None and is_fresh(now - self.reading.heard_at, limit_s)
        return self.fresh is not before

    def distrust(self) -> None:
        """Take back the newest value: it cannot have been one."""
        if self.reading is not None:
            self.reading = None
            self.fresh = False
            self.tell()
