"""The soil of one planter: what is said of it, when it was watered, when it will need water.

Three readers of the same readings: the `Judge` (too dry? too wet?), `Wetting` (was it watered?) and `Drying` (when will
it be too dry?). What the soil's probe cannot be trusted with reaches none of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from .care import PlanterCare
from .dry_down import Because, Unforeseen
from .drying import Drying, Forecast
from .status import NEVER_MEASURED, Reason, State, Status
from .stored import mapping, number
from .watched import Watched
from .watering import Judge, Verdict
from .wetting import Wetting

PATIENCE_PERIODS: Final = 2
"""Three readings in a row: one below the threshold is noise, two may be a hand on the probe."""
_HOUR_PERIODS: Final = 4
_STEPS: Final = ((6 * _HOUR_PERIODS, 1), (48 * _HOUR_PERIODS, 4))
_LARGEST_STEP: Final = 12
"""How far a forecast moves before it is shown anew, in periods: less exact the further away."""
_PENDING: Final = Unforeseen(Because.PENDING)


class SoilEvent(StrEnum):
    """What happens to a soil."""

    WATERED = "watered"
    WATERED_WITHOUT_RISE = "watered_without_rise"


type Observer = Callable[[SoilEvent, Mapping[str, float]], None]


@dataclass(slots=True, eq=False)
class Soil(Watched):
    """`last_watered` in Unix seconds; `unanswered` when somebody watered and nothing rose."""

    judge: Judge = field(default_factory=Judge)
    wetting: Wetting = field(default_factory=Wetting)
    status: Status = NEVER_MEASURED
    trusted: bool = False
    last_watered: float | None = None
    unanswered: bool = False
    observers: list[Observer] = field(default_factory=list, repr=False)

    @property
    def needs_water(self) -> bool | None:
        """Yes, no, or None: nobody knows, because the probe is silent or not to be trusted."""
        if self.status.state is State.NEEDS_WATER:
            return True
        return False if self.trusted else None

    def take(self, moisture: float, at: float, wall: float, period_s: float, care: PlanterCare) -> bool:
        """Take a trusted reading in %, at a monotonic and a Unix second; true when it proves a watering.

        What was fine before a silence proves nothing after it: a probe that comes back dry is believed at once.
        """
        if not self.trusted and moisture < care.limits.dry_below:
            self.judge.rethink(moisture, care.limits)
        self.judge.take(moisture, at, care.limits, PATIENCE_PERIODS * period_s)
        watering = self.wetting.take(moisture, wall, period_s)
        if self.wetting.risen:  # a watering, or more of the one before
            self.judge.watered(moisture, care.limits)
        if watering:
            self.last_watered, self.unanswered = watering.at, False
            self._happened(SoilEvent.WATERED, {"before": watering.before, "after": watering.after})
            return True
        if self.wetting.unanswered(wall, period_s):
            self.unanswered = True
            self._happened(SoilEvent.WATERED_WITHOUT_RISE, {"moisture": moisture})
        return False

    def mark_watered(self, wall: float) -> None:
        """Somebody says so. The probe has the last word."""
        self.unanswered = False
        self.wetting.mark(wall)

    def forget(self) -> None:
        """Begin anew: readings from now on are on another scale."""
        self.judge = Judge()
        self.wetting.forget()
        self.unanswered = False

    def say(self, status: Status, *, trusted: bool) -> bool:
        """Show a status; true when it is another one."""
        if (status, trusted) == (self.status, self.trusted):
            return False
        self.status, self.trusted = status, trusted
        self.tell()
        return True

    def verdict(self, moisture: float, care: PlanterCare) -> Status:
        """Spell what the judge says of a trusted reading."""
        if self.judge.verdict is None:  # known from before a restart, and never judged
            self.judge.rethink(moisture, care.limits)
        below = moisture < care.limits.dry_below
        if self.judge.verdict is Verdict.WET:
            return Status(State.TOO_WET, Reason.ABOVE_LIMIT)
        if self.judge.verdict is Verdict.FINE:
            return Status(State.FINE, Reason.JUST_BELOW if below else Reason.MOIST_ENOUGH)
        if self.unanswered:
            return Status(State.NEEDS_WATER, Reason.WATERED_WITHOUT_RISE)
        return Status(State.NEEDS_WATER, Reason.BELOW_THRESHOLD if below else Reason.NOT_RECOVERED)

    def as_dict(self) -> dict[str, Any]:
        """Spell what a restart must not lose."""
        return {
            "judge": self.judge.as_dict(),
            "wetting": self.wetting.as_dict(),
            "last_watered": self.last_watered,
            "unanswered": self.unanswered,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_dict` wrote."""
        return cls(
            judge=Judge.from_dict(mapping(stored.get("judge"))),
            wetting=Wetting.from_dict(mapping(stored.get("wetting"))),
            last_watered=number(stored.get("last_watered")),
            unanswered=stored.get("unanswered") is True,
        )

    def _happened(self, event: SoilEvent, about: Mapping[str, float]) -> None:
        for observer in self.observers:
            observer(event, about)
        self.tell()


@dataclass(slots=True, eq=False)
class Outlook(Watched):
    """When a planter will need water, or why that is not known. `due_at`: when to ask again, monotonic."""

    drying: Drying = field(default_factory=Drying)
    foreseen: Forecast | Unforeseen = _PENDING
    due_at: float = 0.0

    @property
    def forecast(self) -> Forecast | None:
        """The time with its range, if it is known."""
        return self.foreseen if isinstance(self.foreseen, Forecast) else None

    def review(self, wall: float, dry_below: float, period_s: float, *, trusted: bool) -> None:
        """Forecast anew; shown, and told, only when it moved by more than its own coarseness."""
        found = self.drying.forecast(wall, dry_below) if trusted else Unforeseen(Because.SOIL_UNKNOWN)
        if not _as_good(self.foreseen, found, wall, period_s):
            self.foreseen = found
            self.tell()


def _as_good(shown: Forecast | Unforeseen, found: Forecast | Unforeseen, wall: float, period_s: float) -> bool:
    match shown, found:
        case Forecast(before), Forecast(after) if before > wall:
            pass
        case Unforeseen(Because.FAR_AWAY, float(before)), Unforeseen(Because.FAR_AWAY, float(after)):
            pass
        case _:
            return shown == found
    periods = (after - wall) / period_s
    step = next((step for limit, step in _STEPS if periods < limit), _LARGEST_STEP)
    return abs(after - before) < step * period_s
