"""Whether something that is counted keeps happening: often enough to trouble a person, and not over yet."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

QUIET_S: Final = 86_400.0
"""What has not happened for a day is over."""


@dataclass(slots=True)
class Recurring:
    """Follows a count that only grows, or begins at zero anew. `often`: how many growths within a day are too many.

    `count` is None before the first look: what was there by then is nothing that happened since. Times are seconds of
    a monotonic clock. However many come between two looks are one growth: a burst has one cause.
    """

    often: int
    count: int | None = None
    _grown_at: deque[float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Keep no more than what is needed to judge."""
        self._grown_at = deque(maxlen=self.often)

    def look(self, count: int, now: float) -> None:
        """Take the count as it is now."""
        before = self.count
        self.count = count
        if before is not None and (count > before or 0 < count < before):
            self._grown_at.append(now)

    def troubles(self, now: float) -> bool:
        """Whether it happened too often within the day before it happened last, and that is less than a day ago."""
        grown = self._grown_at
        if len(grown) < self.often or now - grown[-1] >= QUIET_S:
            return False
        return grown[-1] - grown[0] < QUIET_S
