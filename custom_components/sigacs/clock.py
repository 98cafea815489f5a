"""Between the monotonic seconds in which ages are kept and the wall clock that people read.

Converted at the last moment, so that what is shown and stored is right by the clock as it is set now, even when it was
wrong while the message came.
"""

from datetime import datetime, timedelta
from time import monotonic

from homeassistant.util import dt as dt_util


def wall_time(heard_at: float) -> datetime:
    """The time of day of a monotonic second."""
    return dt_util.utcnow() - timedelta(seconds=monotonic() - heard_at)


def age_s(when: datetime) -> float:
    """Seconds since a time of day; negative when the clock has been set back since."""
    return (dt_util.utcnow() - when).total_seconds()


def moment(wall: float | None) -> datetime | None:
    """The time of day of a Unix second."""
    return None if wall is None else dt_util.utc_from_timestamp(wall)
