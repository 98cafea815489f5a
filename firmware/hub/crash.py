"""Why the hub started last time, if it was a crash. Borrowed once, at the start.

main.py keeps crash.txt: how many crashes there were, then the last one's traceback. What has been told of it is kept in
crash.seen: the count at that time, and how often the hardware watchdog had to act, which leaves no traceback. Both are
renamed into place, so a power cut leaves the old one; at worst a crash is told twice.
"""

import os

from micropython import const

_SEEN = const("crash.seen")


def last(by_watchdog: bool) -> "tuple[int, str]":
    """Return how often this hub has crashed, and why at the end of its last run; empty if that was no crash.

    by_watchdog: the hardware watchdog caused this start.
    """
    lines = _lines("crash.txt")
    crashes = _number(lines, 0)
    seen = _lines(_SEEN)
    stalls = _number(seen, 1)
    cause = ""
    if crashes != _number(seen, 0):
        cause = lines[-1]
    elif by_watchdog:
        stalls += 1
        cause = "watchdog: all stood still"
    if cause:
        try:
            with open(_SEEN + ".new", "w") as file:
                file.write("%d\n%d" % (crashes, stalls))
            os.rename(_SEEN + ".new", _SEEN)
        except OSError:
            pass  # told again after the next start
    return crashes + stalls, cause


def _lines(name: str) -> list:
    try:
        with open(name) as file:
            return file.read(2048).strip().split("\n")
    except (OSError, UnicodeError):
        return []


def _number(lines: list, place: int) -> int:
    try:
        return int(lines[place])
    except (IndexError, ValueError):
        return 0
