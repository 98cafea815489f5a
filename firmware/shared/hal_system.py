"""The board itself: its start, clock, non-volatile numbers, watchdog. What only a node needs is in node/hal_*.py.

The traps that are kept here were found in the source of UIFlow2 2.4.2 (docs: firmware/README.md).
"""

import esp32
import M5
import machine

_NAMESPACE = "sigacs"
_CAUSES = {
    machine.PWRON_RESET: "power on",
    machine.HARD_RESET: "reset",
    machine.WDT_RESET: "watchdog",
    machine.DEEPSLEEP_RESET: "deep sleep",
    machine.SOFT_RESET: "soft reset",
}


def begin() -> None:
    """Start the board's chips, and the system's clock from the clock chip. Once after each start, before the rest here.

    boot.py has set the time zone by then, without which the clock moves here and `set_rtc` crashes.
    """
    M5.begin()


def rtc() -> tuple:
    """Return year, month, day, hour, minute, second of the clock chip (UTC), which may never have been set."""
    year, month, day, _, hour, minute, second, _ = machine.RTC().datetime()
    return year, month, day, hour, minute, second


def set_rtc(civil: tuple) -> None:
    """Set the clock chip to year, month, day, hour, minute, second (UTC); what follows in the tuple is ignored."""
    year, month, day, hour, minute, second = civil[:6]
    machine.RTC().datetime((year, month, day, 0, hour, minute, second, 0))


def recall(key: str, default: int) -> int:
    """Return a number that survives a power cut; `default` if it was never remembered."""
    try:
        return esp32.NVS(_NAMESPACE).get_i32(key)
    except OSError:
        return default


def remember(key: str, number: int) -> None:
    """Keep a number of 32 bits over power cuts; `key`: at most 15 characters. The same number again costs no wear."""
    storage = esp32.NVS(_NAMESPACE)
    storage.set_i32(key, number)
    storage.commit()


def watchdog(timeout_ms: int) -> machine.WDT:
    """Reset the board when `.feed()` is not called for this long. It cannot be stopped, only be given another time."""
    return machine.WDT(timeout=timeout_ms)


def reset_cause() -> str:
    """Return in words why the board started."""
    return _CAUSES.get(machine.reset_cause(), "unknown")
