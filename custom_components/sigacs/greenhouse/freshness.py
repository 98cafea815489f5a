"""When silence means that a value can no longer be trusted.

Freshness is not the value: a message with an unchanged value keeps a measurement as fresh as one with a new value.
"""

from typing import Final

DEFAULT_PERIOD_S: Final = 900.0
_PERIODS_MISSED: Final = 3
_GRACE_S: Final = 300.0


def silence_limit_s(period_s: float | None) -> float:
    """Seconds of silence after which a measurement is stale: three missed periods and five minutes of grace."""
    return _PERIODS_MISSED * (period_s or DEFAULT_PERIOD_S) + _GRACE_S


def is_fresh(age_s: float, limit_s: float) -> bool:
    """Whether a reading of this age still counts. A negative age comes from a clock that was wrong: not trusted."""
    return 0.0 <= age_s <= limit_s
