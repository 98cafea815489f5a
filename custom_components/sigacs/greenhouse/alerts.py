"""What a greenhouse wants somebody for: who is thirsty, most urgent first, and who is silent, as one cause.

A hub that is off makes all of its planters silent: that is one alert, not one per planter. Nobody is called silent
before they had the time to speak since we have been listening.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
import math
from typing import Final, NamedTuple, Protocol

from .watched import Watched

HUB_PATIENCE_S: Final = 300.0
"""A hub that changes its access point, or restarts for an update, is back within minutes."""


class Quiet(Protocol):
    """What can be silent: when it was last heard, a monotonic second, None for never."""

    heard_at: float | None


class Cause(StrEnum):
    """What is silent."""

    HUB = "hub"
    PLANTERS = "planters"


class Silence[T: Quiet](NamedTuple):
    """Who is silent, for what one cause, and since which monotonic second."""

    cause: Cause
    planters: tuple[T, ...]
    since: float


@dataclass(slots=True, eq=False)
class Alerts[T: Quiet](Watched):
    """`unknown`: those of whose soil nobody knows. `silent`: whether there is a silence, None while it is too early."""

    thirsty: tuple[T, ...] = ()
    unknown: tuple[T, ...] = ()
    silence: Silence[T] | None = None
    silent: bool | None = None

    def review(self, thirsty: Iterable[T], unknown: Iterable[T], silence: Silence[T] | None, *, speaking: bool) -> None:
        """Take a new judgement; tells when it is another one. How long it has lasted does not make it another.

        `speaking`: everybody who should be heard was, or has had the time.
        """
        now = (tuple(thirsty), tuple(unknown), silence, True if silence else False if speaking else None)
        before = (self.thirsty, self.unknown, self.silence, self.silent)
        self.thirsty, self.unknown, self.silence, self.silent = now
        if now != before:
            self.tell()


@dataclass(frozen=True, slots=True)
class Listening:
    """Since when we can hear, and the hub cannot be heard; monotonic seconds, None when it does not apply."""

    since: float | None
    offline_since: float | None
    limit_s: float
    period_s: float

    def settled(self, now: float) -> bool:
        """Whether everybody who speaks at all has been heard by now."""
        return self.since is not None and now - self.since > self.limit_s + self.period_s


def silence_of[T: Quiet](planters: Iterable[T], listening: Listening, now: float) -> Silence[T] | None:
    """Find the one cause of silence among planters that should speak, if there is one.

    A planter counts after its limit; the first one is told one period later, so that all that fell silent with it are
    known to belong to it.
    """
    if listening.since is None:
        return None
    expected = list(planters)
    quiet_since = {planter: max(listening.since, planter.heard_at or -math.inf) for planter in expected}
    silent = tuple(planter for planter in expected if now - quiet_since[planter] > listening.limit_s)
    if listening.offline_since is not None and now - listening.offline_since >= HUB_PATIENCE_S and expected:
        return Silence(Cause.HUB, tuple(expected), listening.offline_since)
    if not any(now - quiet_since[planter] > listening.limit_s + listening.period_s for planter in silent):
        return None
    cause = Cause.HUB if len(silent) == len(expected) > 1 else Cause.PLANTERS
    return Silence(cause, silent, min(quiet_since[planter] for planter in silent))
