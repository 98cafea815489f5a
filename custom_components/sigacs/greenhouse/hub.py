"""What a hub says of itself: its state (`etat`) and its health (`sante`).

Each key of `sante` is read alone: one that is missing or wrong spoils no other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import json
from typing import Final

from .refusal import Reason, RefusedError

HUB_CERTIFICATE: Final = "client"
AUTHORITY: Final = "ca"
"""What a hub calls its own certificate, and that of the authority that it trusts."""

_STATES: Final = {b"online": True, b"offline": False}
_LONGEST_HEALTH: Final = 2048
_PERIOD_RANGE_S: Final = (1, 86_400)
_LONGEST_WORD: Final = 32
_MOST_NAMES: Final = 32
_LARGEST_COUNT: Final = 2**63 - 1
_LAST_SECOND: Final = 253_402_300_799
"""Unix time of the last second that a certificate, or a calendar, can name (RFC 5280, 4.1.2.5)."""
_FIRST_END: Final = 946_684_800
"""Unix time of 2000: no certificate of a hub ends before, but one whose date was misread may seem to."""


@dataclass(frozen=True, slots=True)
class Health:
    """A hub's health; what is missing or of the wrong kind is None, or empty. `text` is the whole, for diagnostics.

    `certificates` holds the Unix time at which each ends. `clock_offset_s` is by how much the hub's clock is ahead of
    ours; None when it is not known, as in a message that the broker had kept. `clock_unset`: the hub knows no time.
    `dropped` and `crashes` count since the hub's start and since its first.
    """

    period_s: float | None = None
    version: str | None = None
    uptime_s: int | None = None
    memory: int | None = None
    queue: int | None = None
    dropped: int | None = None
    clock: int | None = None
    clock_unset: bool = False
    clock_offset_s: float | None = None
    certificates: Mapping[str, float] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    local: Mapping[str, int] = field(default_factory=dict)
    crashes: int | None = None
    last_failure: str | None = None
    text: str = ""


def decode_state(payload: bytes) -> bool:
    """Read `etat`: true for online. RefusedError for anything but the two words."""
    try:
        return _STATES[payload]
    except KeyError:
        raise RefusedError(Reason.NOT_A_STATE, "neither online nor offline") from None


def decode_health(payload: bytes, wall: float | None = None) -> Health:
    """Read `sante`, a JSON object of at most 2 KiB. Keys that we do not know are never acted on.

    `wall` is the Unix time at which it came, to judge the hub's clock by; None for one that the broker had kept.
    """
    if len(payload) > _LONGEST_HEALTH:
        raise RefusedError(Reason.NOT_HEALTH, f"{len(payload)} bytes: health has at most {_LONGEST_HEALTH}")
    try:
        text = payload.decode()
        said = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise RefusedError(Reason.NOT_HEALTH, "not JSON") from None
    if not isinstance(said, dict):
        raise RefusedError(Reason.NOT_HEALTH, "not a JSON object")
    clock = _time(said.get("clock"))
    return Health(
        period_s=_period(said.get("period")),
        version=_word(said.get("version")),
        uptime_s=_count(said.get("uptime")),
        memory=_count(said.get("memory")),
        queue=_count(said.get("queue")),
        dropped=_count(said.get("dropped")),
        clock=clock,
        clock_unset="clock" in said and said["clock"] is None,
        clock_offset_s=None if clock is None or wall is None else clock - wall,
        certificates={name: float(end) for name, end in _table(said.get("certificates"), _end).items()},
        refused=_table(said.get("refused"), _count),
        local=_table(said.get("local"), _count),
        crashes=_count(said.get("crashes")),
        last_failure=_word(said.get("last_failure")),
        text=text,
    )


def _no_number(word: str) -> object:
    """Refuse NaN and Infinity, which Python takes and JSON does not have (RFC 8259, 6)."""
    raise ValueError(word)


def _period(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    low, high = _PERIOD_RANGE_S
    return float(value) if low <= value <= high else None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_WORD and value.isprintable() else None


def _integer(value: object, low: int, high: int) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high else None


def _count(value: object) -> int | None:
    return _integer(value, 0, _LARGEST_COUNT)


def _time(value: object) -> int | None:
    """A Unix time, however wrong: that a hub's clock is wrong is worth knowing."""
    return _integer(value, 0, _LAST_SECOND)


def _end(value: object) -> int | None:
    return _integer(value, _FIRST_END, _LAST_SECOND)


def _table(value: object, read: Callable[[object], int | None]) -> dict[str, int]:
    """An object of integers under short names; what is wrong in it is left out alone."""
    if not isinstance(value, dict):
        return {}
    taken = {name: number for name, one in value.items() if _word(name) and (number := read(one)) is not None}
    return dict(list(taken.items())[:_MOST_NAMES])
