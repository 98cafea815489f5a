"""What a hub says of itself: its state (`etat`) and its health (`sante`).

Each key of `sante` is read alone: one that is missing or wrong spoils no other.
"""

from collections.abc import Mapping
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
    """What is acted on of a hub's health; what is missing or wrong is None, or empty. `text` is all of it.

    `certificates` holds the Unix time at which each ends. `clock_offset_s` is by how much the hub's clock is ahead of
    ours; None when it is not known, as in a message that the broker had kept. `clock_unset`: the hub knows no time.
    `dropped` counts measurements that were lost since its start.
    """

    period_s: float | None = None
    version: str | None = None
    uptime_s: int | None = None
    dropped: int | None = None
    clock_unset: bool = False
    clock_offset_s: float | None = None
    certificates: Mapping[str, float] = field(default_factory=dict)
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
        dropped=_count(said.get("dropped")),
        clock_unset="clock" in said and said["clock"] is None,
        clock_offset_s=None if clock is None or wall is None else clock - wall,
        certificates=_certificates(said.get("certificates")),
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


def _certificates(value: object) -> dict[str, float]:
    """The ends by short names; what is wrong in it is left out alone."""
    if not isinstance(value, dict):
        return {}
    ends = {name: _integer(end, _FIRST_END, _LAST_SECOND) for name, end in value.items() if _word(name)}
    return {name: float(end) for name, end in list(ends.items())[:_MOST_NAMES] if end is not None}
