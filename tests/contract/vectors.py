"""The wire's test vectors, as contract/*.json holds them for both sides."""

from collections.abc import Callable
import json
from pathlib import Path
from typing import Any

from custom_components.sigacs.greenhouse.refusal import RefusedError

_FOLDER = Path(__file__).resolve().parents[2] / "contract"


def load(name: str, verdict: str) -> list[Any]:
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))[verdict]


def payload(case: dict[str, str]) -> bytes:
    return bytes.fromhex(case["hex"]) if "hex" in case else case["payload"].encode()


def name(case: dict[str, str]) -> str:
    return " ".join(ascii(case[key])[:60] for key in ("topic", "leaf", "payload", "hex", "why") if key in case)


def outcome[T](read: Callable[[], T]) -> T | RefusedError:
    """What reading gives: a value, or the refusal. Any other exception is a failure of the test."""
    try:
        return read()
    except RefusedError as error:
        return error
