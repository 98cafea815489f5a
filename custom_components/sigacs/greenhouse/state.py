"""What is known: greenhouses, their planters, and one channel per measure.

A message reaches its channel alone (`coordinator` looks it up by the whole topic), so nothing here is copied or walked
per message. Readings are frozen. Times are seconds of a monotonic clock that the caller reads: a jump of the wall clock
neither kills nor revives a planter.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
import math
from typing import NamedTuple

from .freshness import is_fresh, silence_limit_s
from .hub import Health
from .measure import Measure
from .topic import greenhouse_path, planter_path


class Reading(NamedTuple):
    """One taken value and the second at which it was heard."""

    value: float
    heard_at: float


@dataclass(slots=True, eq=False, kw_only=True)
class Watched:
    """Something that is shown; those who show it are told of each change."""

    listeners: list[Callable[[], None]] = field(default_factory=list, repr=False)

    def tell(self) -> None:
        """Call every listener."""
        for listener in self.listeners:
            listener()


@dataclass(slots=True, eq=False)
class Greenhouse(Watched):
    """One hub and its planters. `online` is None until the hub has said so."""

    id: str
    online: bool | None = None
    health: Health = field(default_factory=Health)
    planters: dict[str, Planter] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        """Spell where its topics begin."""
        return greenhouse_path(self.id)

    @property
    def connected(self) -> bool | None:
        """What the hub said, unless the silence of all its planters contradicts it.

        A broker goes on keeping `online` for a hub that it threw out, without publishing the last will.
        """
        if self.online and self.planters and all(planter.silent for planter in self.planters.values()):
            return None
        return self.online

    @property
    def silence_limit_s(self) -> float:
        """Seconds of silence that the hub's announced period, or the default one, allows."""
        return silence_limit_s(self.health.period_s)


@dataclass(slots=True, eq=False)
class Planter(Watched):
    """One planter; `heard_at` is the second of its newest message of any measure, None when there was none.

    It is silent while none of its measures is fresh. `told_at` is when its listeners were last told.
    """

    id: str
    greenhouse: Greenhouse
    heard_at: float | None = None
    silent: bool = True
    told_at: float = -math.inf
    channels: dict[str, Channel] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        """Spell where its topics begin."""
        return planter_path(self.greenhouse.id, self.id)

    def heard(self, at: float) -> None:
        """Note a message; an older one than the newest changes nothing."""
        if self.heard_at is None or at > self.heard_at:
            self.heard_at = at

    def speaks(self) -> bool:
        """Note that something of it is fresh; true when it was silent until now, which its greenhouse is told."""
        if not self.silent:
            return False
        self.silent = False
        self.greenhouse.tell()
        return True

    def judge(self, now: float, limit_s: float) -> bool:
        """Judge every channel anew and tell those that changed; true when this made the planter silent."""
        for channel in [channel for channel in self.channels.values() if channel.judge(now, limit_s)]:
            channel.tell()
        was_silent = self.silent
        self.silent = not any(channel.fresh for channel in self.channels.values())
        return self.silent and not was_silent


@dataclass(slots=True, eq=False)
class Channel(Watched):
    """One measure of one planter. It ages alone: a planter whose air probe died still has a fresh soil moisture."""

    topic: str
    planter: Planter
    measure: Measure
    reading: Reading | None = None
    fresh: bool = False

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
