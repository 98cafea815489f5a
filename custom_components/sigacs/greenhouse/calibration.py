"""Moisture from the voltage of a bare soil probe, between two points that a person took: in dry and in wet soil.

The scale belongs to the planter, not to the probe: a new probe in the same soil needs two new points. The limits are
those by which a node tells a silent probe from soil (firmware/node/soil.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

_SHORT_MV: Final = 50.0
_RAIL_MV: Final = 3100.0

_NARROWEST_MV: Final = 100.0
"""An ESP32 converts 3100 mV in 4096 steps; from here on two of them are 1.5 points, the noise that `wetting` stands."""

_BEYOND: Final = 0.25
"""Of the span, past either point: soil drier or wetter than that of the day of calibration, but still soil."""


class CalibrationFault(StrEnum):
    """Why a point is not taken."""

    NOT_A_PROBE = "not_a_probe"
    TOO_CLOSE = "too_close"


class CalibrationError(ValueError):
    """Two points that make no scale; its text says what is wrong and what would be right."""

    def __init__(self, fault: CalibrationFault, text: str) -> None:
        """Keep the class of fault beside the sentence."""
        super().__init__(text)
        self.fault = fault


def plausible(raw_mv: float) -> bool:
    """Whether a probe in soil can give this voltage, mV: neither at ground nor at the supply."""
    return _SHORT_MV <= raw_mv < _RAIL_MV


@dataclass(frozen=True, slots=True)
class Calibration:
    """A probe's voltage, mV, in dry and in wet soil; either may be the higher one, and None is not taken yet.

    CalibrationError when a point is no probe's voltage, or when the two are less than 100 mV apart.
    """

    dry_mv: float | None = None
    wet_mv: float | None = None

    def __post_init__(self) -> None:
        """Refuse points that make no scale."""
        for point in (self.dry_mv, self.wet_mv):
            if point is not None and not plausible(point):
                raise CalibrationError(
                    CalibrationFault.NOT_A_PROBE,
                    f"{point:g} mV comes from no probe in soil ({_SHORT_MV:g} to {_RAIL_MV:g} mV): check its cable",
                )
        if self.dry_mv is not None and self.wet_mv is not None and abs(self.dry_mv - self.wet_mv) < _NARROWEST_MV:
            raise CalibrationError(
                CalibrationFault.TOO_CLOSE,
                f"dry at {self.dry_mv:g} mV and wet at {self.wet_mv:g} mV are less than {_NARROWEST_MV:g} mV apart: "
                "take one in dry soil, the other in soil just watered",
            )

    @property
    def complete(self) -> bool:
        """Whether both points were taken."""
        return self.dry_mv is not None and self.wet_mv is not None

    def moisture(self, raw_mv: float) -> float | None:
        """Moisture, 0 to 100 %; None without both points, and for a voltage that soil between them cannot give.

        What lies up to a quarter of the span beyond a point counts as that point.
        """
        if self.dry_mv is None or self.wet_mv is None or not plausible(raw_mv):
            return None
        share = (raw_mv - self.dry_mv) / (self.wet_mv - self.dry_mv)
        if not -_BEYOND <= share <= 1 + _BEYOND:
            return None
        return min(1.0, max(0.0, share)) * 100

    def with_dry(self, raw_mv: float) -> Self:
        """Take the point of dry soil, mV; CalibrationError when that makes no scale."""
        return replace(self, dry_mv=raw_mv)

    def with_wet(self, raw_mv: float) -> Self:
        """Take the point of wet soil, mV; CalibrationError when that makes no scale."""
        return replace(self, wet_mv=raw_mv)

    def as_dict(self) -> dict[str, float | None]:
        """Spell it for storage."""
        return {"dry_mv": self.dry_mv, "wet_mv": self.wet_mv}

    @classmethod
    def from_dict(cls, stored: object) -> Self:
        """Read what `as_dict` spelt; anything else is no calibration."""
        if not isinstance(stored, Mapping):
            return cls()
        try:
            return cls(stored.get("dry_mv"), stored.get("wet_mv"))
        except (TypeError, CalibrationError):
            return cls()
