"""What a hub says of itself: its state (`etat`) and its health (`sante`)."""

from dataclasses import dataclass
import json
from typing import Final

from .refusal import Reason, RefusedError

_STATES: Final = {b"online": True, b"offline": False}
_LONGEST_HEALTH: Final = 2048
_PERIOD_RANGE_S: Final = (1, 86_400)
_LONGEST_VERSION: Final = 32


@dataclass(frozen=True, slots=True)
class Health:
    """A hub's health; a key that is missing or of the wrong kind is None. `text` is the whole, for diagnostics."""

    period_s: float | None = None
    version: str | None = None
    text: str = ""


def decode_state(payload: bytes) -> bool:
    """Read `etat`: true for online. RefusedError for anything but the two words."""
    try:
        return _STATES[payload]
    except KeyError:
        raise RefusedError(Reason.NOT_A_STATE, "neither online nor offline") from None


def decode_health(payload: bytes) -> Health:
    """Read `sante`, a JSON object of at most 2 KiB. Keys that we do not know are never acted on."""
    if len(payload) > _LONGEST_HEALTH:
        raise RefusedError(Reason.NOT_HEALTH, f"{len(payload)} bytes: health has at most {_LONGEST_HEALTH}")
    try:
        text = payload.decode()
        health = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise RefusedError(Reason.NOT_HEALTH, "not JSON") from None
    if not isinstance(health, dict):
        raise RefusedError(Reason.NOT_HEALTH, "not a JSON object")
    return Health(period_s=_period(health.get("period")), version=_version(health.get("version")), text=text)


def _no_number(word: str) -> object:
    """Refuse NaN and Infinity, which Python takes and JSON does not have (RFC 8259, 6)."""
    raise ValueError(word)


def _period(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    low, high = _PERIOD_RANGE_S
    return float(value) if low <= value <= high else None


def _version(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_VERSION and value.isprintable() else None
