"""Sets the clock from the board's clock chip and from time servers. Borrowed by timekeeper.py: not kept in memory.

`system` is hal_system, or has its rtc, set_rtc, recall and remember.
"""

from micropython import const

from hub import sntp
from shared.calendar import civil, unix_of

_HOUR_S = const(3600)
_RETRY_S = const(60)
_DEFECT_S = const(946684800)  # what UIFlow2 2.4.2 adds: from 1970 to 2000
_LEAP_S = const(1000)  # a correction that one answer alone does not bring about, as in ntpd
_NEAR_S = const(10)
_KEY = "tls_shift"


def start(clock, system) -> None:
    """Take the clock chip's time, if it can be right."""
    clock.set(unix_of(*system.rtc()) + system.recall(_KEY, 0) * _DEFECT_S, "rtc")


async def synchronise(clock, system, hosts: "list[str]", doubtful: int) -> "tuple[int, int]":
    """Ask the hosts in their order; return seconds until the next time, and a correction too large to believe yet."""
    for host in hosts:
        try:
            unix = await sntp.ask(host)
        except (OSError, ValueError):
            continue
        off = unix - (clock.unix() or 0)
        if clock.source == "ntp" and abs(off) > _LEAP_S and abs(off - doubtful) > _NEAR_S:
            doubtful = off  # until the next host says so too
        elif clock.set(unix, "ntp"):
            _set(system, unix)
            return _HOUR_S, 0
    return _RETRY_S, doubtful


def shift(clock, system) -> None:
    """Set the system's clock 30 years back, or forth again: TLS has refused the broker because of a date."""
    unix = clock.unix()
    if unix is not None:
        system.remember(_KEY, 1 - system.recall(_KEY, 0))
        _set(system, unix)


def _set(system, unix: int) -> None:
    system.set_rtc(civil(unix - system.recall(_KEY, 0) * _DEFECT_S))
