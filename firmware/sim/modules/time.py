"""MicroPython's `time` on a board: the clock is the board's, and UIFlow2 adds the time zone."""

import utime
from utime import *  # noqa: F403 - this machine's own, whole

from sim.device import running


def time() -> int:
    """Return seconds of the clock that M5.begin set from the BM8563."""
    unix = running().clock()
    return ticks_ms() // 1000 if unix is None else unix


def _doze(ms: int) -> None:
    """Doze at the board's own pace, never shorter than asked for."""
    if ms > 0:
        utime.sleep_us(int(running().pass_by((ms + 1) / 1000) * 1000000))


def _ticks() -> int:
    return running().ticks_ms()


if running().pace != 1:  # else there is nothing between a board and this machine's own
    sleep_ms, ticks_ms = _doze, _ticks


def timezone(name: str | None = None) -> str | None:
    parts = running().parts
    if name is None:
        return parts.get("TZ")
    parts["TZ"] = name
    return None
