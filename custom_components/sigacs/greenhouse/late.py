"""What comes late: reading the message, and what each hour was by it.

A late measurement has its own time and never makes anything fresh. `decode_late` reads one message, `LateHours`
collects what it brought by topic and full hour of UTC until somebody has written that hour down. An hour that was
written is kept for a while longer, so that what comes later still is added to it instead of being lost.

Within an hour every measurement counts the same. They come at the even pace of the period, so weights by time would
change the mean by less than a probe's error, and would make it depend on neighbours that may not have come yet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import json
from statistics import fmean
from typing import Any, Final, NamedTuple, Self

from .measure import LATE_LEAF, measure_of
from .refusal import Reason, RefusedError
from .stored import mapping, number
from .topic import parse_measure, planter_path

HOUR_S: Final = 3600
_FORMAT: Final = 1
_LONGEST_MESSAGE: Final = 4096
_EARLIEST: Final = 1_577_836_800
"""2020-01-01. What is older comes from a clock that was never set."""
_AHEAD_S: Final = 300
_PARTS: Final = 3
_ANY_PLANTER: Final = planter_path("0", "0")

_MOST_MEASUREMENTS: Final = 50_000
_MOST_HOURS: Final = 20_000
"""A day of 200 planters with four measures each; some 15 MB at the very most, whatever is published."""


class LateMeasurement(NamedTuple):
    """One value and the Unix second at which it was measured."""

    time: int
    leaf: str
    value: float


class Late(NamedTuple):
    """What one message brought, and why some of it was refused."""

    measurements: list[LateMeasurement]
    refusals: list[RefusedError]


def decode_late(payload: bytes, now: float) -> Late:
    """Read a message of late measurements, at most 4 KiB; `now` is the reader's Unix time.

    RefusedError when it is none as a whole. A measurement that is wrong is refused alone. Of two with the same leaf and
    time the first right one counts.
    """
    rows = _rows(payload)
    values: dict[tuple[int, str], float] = {}
    refusals: list[RefusedError] = []
    for row in rows:
        try:
            time, leaf, value = _decode_row(row, now)
        except RefusedError as error:
            refusals.append(error)
        else:
            values.setdefault((time, leaf), value)
    return Late([LateMeasurement(time, leaf, value) for (time, leaf), value in values.items()], refusals)


def _rows(payload: bytes) -> list[Any]:
    if len(payload) > _LONGEST_MESSAGE:
        raise RefusedError(Reason.NOT_LATE, f"{len(payload)} bytes: late measurements have at most {_LONGEST_MESSAGE}")
    try:
        message = json.loads(payload.decode())
    except (ValueError, RecursionError):
        raise RefusedError(Reason.NOT_LATE, "not JSON") from None
    if not isinstance(message, dict):
        raise RefusedError(Reason.NOT_LATE, 'not a JSON object with "format" and "measurements"')
    if not _is_whole(format_ := message.get("format")) or format_ != _FORMAT:
        raise RefusedError(
            Reason.UNKNOWN_FORMAT, f"format {_FORMAT} is the only one known here: update the integration"
        )
    if not isinstance(rows := message.get("measurements"), list):
        raise RefusedError(Reason.NOT_LATE, '"measurements" is not a list')
    return rows


def _decode_row(row: object, now: float) -> LateMeasurement:
    if not isinstance(row, list) or len(row) != _PARTS:
        raise RefusedError(Reason.NOT_LATE, "a late measurement is [time, leaf, value]")
    time, leaf, value = row
    if not _is_whole(time) or not _EARLIEST <= time <= now + _AHEAD_S:
        raise RefusedError(
            Reason.TIME, f"time {time!r:.40}: expected whole Unix seconds, since 2020 and at most 5 minutes ahead"
        )
    if not isinstance(leaf, str) or leaf == LATE_LEAF or parse_measure(f"{_ANY_PLANTER}/{leaf}") is None:
        raise RefusedError(Reason.TOPIC, f"{leaf!r:.40} is not the leaf of a measure")
    if not isinstance(value, str):
        raise RefusedError(Reason.NOT_DECIMAL, f'{value!r:.40} is not a text such as "65.0"')
    # A lone surrogate, which JSON can write, becomes a question mark: no decimal either.
    return LateMeasurement(time, leaf, measure_of(leaf).decode(value.encode(errors="replace")))


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


class HourValues(NamedTuple):
    """What a measure was in one hour, in its own unit."""

    mean: float
    low: float
    high: float


@dataclass(slots=True, eq=False)
class Hour:
    """The late measurements of one topic in the hour that begins at the Unix second `start`, by their second.

    `written` is whether that hour was written down before, with what had come until then. `changed_at` is the Unix time
    at which the newest of it came.
    """

    topic: str
    start: int
    changed_at: float
    written: bool = False
    measurements: dict[int, float] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The Unix second at which the next hour begins."""
        return self.start + HOUR_S

    @property
    def values(self) -> HourValues:
        """Mean, lowest and highest."""
        values = self.measurements.values()
        return HourValues(fmean(values), min(values), max(values))

    def as_dict(self) -> dict[str, Any]:
        """Itself without topic and start, as JSON."""
        return {
            "changed_at": self.changed_at,
            "written": self.written,
            "measurements": {str(time): value for time, value in self.measurements.items()},
        }


class LateHours:
    """Late measurements by topic and hour, few enough for memory whatever is published.

    An hour is `waiting` while something of it is not written.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting: dict[tuple[str, int], Hour] = {}
        self._done: dict[tuple[str, int], Hour] = {}
        self._measurements = 0

    @property
    def waiting(self) -> list[Hour]:
        """The hours of which something is not written."""
        return list(self._waiting.values())

    @property
    def measurements(self) -> int:
        """How many are kept, written or not."""
        return self._measurements

    def add(self, topic: str, time: int, value: float, now: float) -> bool:
        """Take a measurement; false when it was there already, or when there is no room for it."""
        if self._full:
            self._drop_all(list(self._done.values()))
        if self._full:
            return False
        key = (topic, time - time % HOUR_S)
        hour = self._waiting.get(key) or self._done.get(key) or Hour(*key, now)
        if time in hour.measurements:
            return False
        hour.measurements[time] = value
        hour.changed_at = now
        self._measurements += 1
        self._done.pop(key, None)
        self._waiting[key] = hour
        return True

    def written(self, hour: Hour) -> None:
        """Note that all of a waiting hour is written down."""
        key = (hour.topic, hour.start)
        if self._waiting.pop(key, None):
            hour.written = True
            self._done[key] = hour

    def drop(self, hour: Hour) -> None:
        """Take an hour away; twice does no harm."""
        key = (hour.topic, hour.start)
        if self._waiting.pop(key, None) or self._done.pop(key, None):
            self._measurements -= len(hour.measurements)

    def drop_unchanged_since(self, wall: float) -> None:
        """Take away the hours to which nothing has come since a Unix time, written or not."""
        self._drop_all([hour for hour in self._all() if hour.changed_at < wall])

    def as_dict(self) -> dict[str, Any]:
        """What a restart must not lose, as JSON."""
        kept: dict[str, Any] = {}
        for hour in self._all():
            waits = (hour.topic, hour.start) in self._waiting
            kept.setdefault(hour.topic, {})[str(hour.start)] = {"waits": waits, **hour.as_dict()}
        return kept

    @classmethod
    def from_dict(cls, kept: object) -> Self:
        """Read what `as_dict` wrote; what is of another shape is left out."""
        hours = cls()
        for topic, by_start in mapping(kept).items():
            for record in map(mapping, mapping(by_start).values()):
                hours._restore(topic, record)
        return hours

    def _restore(self, topic: str, record: Mapping[str, Any]) -> None:
        changed_at = number(record.get("changed_at"), 0.0)
        restored = set()
        for second, value in mapping(record.get("measurements")).items():
            if second.isdecimal() and (known := number(value)) is not None:
                self.add(topic, int(second), known, changed_at)
                restored.add((topic, int(second) - int(second) % HOUR_S))
        for key in restored & self._waiting.keys():
            hour = self._waiting[key]
            hour.written = record.get("written") is True
            if record.get("waits") is False:
                self.written(hour)

    @property
    def _full(self) -> bool:
        return self._measurements >= _MOST_MEASUREMENTS or len(self._waiting) + len(self._done) >= _MOST_HOURS

    def _all(self) -> Iterator[Hour]:
        yield from self._waiting.values()
        yield from self._done.values()

    def _drop_all(self, hours: list[Hour]) -> None:
        for hour in hours:
            self.drop(hour)
