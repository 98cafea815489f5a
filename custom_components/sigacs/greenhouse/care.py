"""What the keeper of a planter or of a greenhouse has set. It belongs to the place: a new probe or node inherits it.

Stored as plain JSON. What is stored wrong counts as not set, so that a damaged file never keeps a planter unwatched.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from .calibration import Calibration
from .stored import mapping, number
from .watched import Watched
from .watering import Limits

_PERCENT: Final = (0.0, 100.0)
FROST_RANGE_C: Final = (-20.0, 20.0)


@dataclass(slots=True, eq=False)
class Rest(Watched):
    """A time without alerts; `rest_until` in Unix seconds."""

    rest_until: float | None = None

    def resting(self, wall: float) -> bool:
        """Whether alerts are off at this time."""
        return self.rest_until is not None and wall < self.rest_until

    def wake(self, wall: float) -> bool:
        """End a rest whose time is over; true when there was one."""
        if self.rest_until is None or self.resting(wall):
            return False
        self.rest_until = None
        return True


@dataclass(slots=True, eq=False)
class PlanterCare(Rest):
    """What is set for one planter. `calibrated_at`: since when its moisture is on the present scale, Unix seconds."""

    limits: Limits = field(default_factory=Limits)
    calibration: Calibration = field(default_factory=Calibration)
    calibrated_at: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Spell it for storage."""
        return {
            "limits": self.limits._asdict(),
            "rest_until": self.rest_until,
            "calibration": self.calibration.as_dict(),
            "calibrated_at": self.calibrated_at,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_dict` wrote."""
        limits = mapping(stored.get("limits"))
        return cls(
            rest_until=number(stored.get("rest_until")),
            limits=Limits(**{name: number(limits.get(name), default, _PERCENT) for name, default in _DEFAULTS.items()}),
            calibration=Calibration.from_dict(mapping(stored.get("calibration"))),
            calibrated_at=number(stored.get("calibrated_at"), 0.0),
        )


@dataclass(slots=True, eq=False)
class GreenhouseCare(Rest):
    """What is set for one greenhouse. 3 °C of air: leaves lose heat to the sky and are colder than what is around."""

    frost_below_c: float = 3.0

    def as_dict(self) -> dict[str, Any]:
        """Spell it for storage."""
        return {"rest_until": self.rest_until, "frost_below_c": self.frost_below_c}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_dict` wrote."""
        return cls(
            rest_until=number(stored.get("rest_until")),
            frost_below_c=number(stored.get("frost_below_c"), cls().frost_below_c, FROST_RANGE_C),
        )


_DEFAULTS: Final[Mapping[str, float]] = Limits()._asdict()
