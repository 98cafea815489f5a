"""How near a certificate's end is, in the stages at which people are told."""

from enum import StrEnum
from typing import Final

DAY_S: Final = 86_400


class Stage(StrEnum):
    """Told once each: early enough to plan, to act, and to act today."""

    SOON = "soon"
    NEAR = "near"
    URGENT = "urgent"
    EXPIRED = "expired"


_WITHIN_DAYS: Final = ((0, Stage.EXPIRED), (3, Stage.URGENT), (14, Stage.NEAR), (30, Stage.SOON))


def stage(not_after: float, wall: float) -> Stage | None:
    """The stage of a certificate that is valid up to `not_after`, both Unix times; None while it is far away."""
    left_s = not_after - wall
    return next((stage for days, stage in _WITHIN_DAYS if left_s <= days * DAY_S), None)


def days_left(not_after: float, wall: float) -> int:
    """Whole days that are left, never more than there are: 0 on the last day and after the end."""
    return max(0, int((not_after - wall) // DAY_S))
