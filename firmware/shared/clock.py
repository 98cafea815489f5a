"""The time since the start, which always runs, and the time of day, which has to be earned.

The first comes from the ticks and survives their wrap (12.4 days on a board) as long as somebody asks within that
time; the screen does each second. The second is known only once a source has set it: until then `unix` is None, and
nobody invents one.
"""

from micropython import const

_WRAP = const(0x3FFFFFFF)  # ticks of a board are modulo 2**30 ms; a longer modulus of another port is a multiple
_BUILT = const(1793491200)  # 2026-11-01: no clock that is right can be before
_END = const(4102444800)  # 2100-01-01: the boards' clock chip counts two digits of the year
_STEP_S = const(2)  # a smaller correction is not worth that times of one batch differ when it is sent again


class Clock:
    """Seconds since the start, and Unix time while `source` is not None ("rtc" or "ntp")."""

    def __init__(self, ticks_ms) -> None:
        """Take `time.ticks_ms`."""
        self._ticks_ms = ticks_ms
        self._last = ticks_ms()
        self._s = self._ms = 0
        self._start = 0
        self.source = None

    def uptime(self) -> int:
        """Return whole seconds since the start; never goes back."""
        now = self._ticks_ms()
        self._ms += (now - self._last) & _WRAP
        self._last = now
        self._s += self._ms // 1000
        self._ms %= 1000
        return self._s

    def unix(self, at_uptime: int | None = None) -> int | None:
        """Return the Unix time now or at an uptime (negative before the start); None while no source has told it."""
        if self.source is None:
            return None
        return self._start + (self.uptime() if at_uptime is None else at_uptime)

    def set(self, unix: int, source: str) -> bool:
        """Believe a source, unless its time cannot be right or changes nothing; tell whether it was believed."""
        if not _BUILT <= unix < _END or (self.source == "ntp" and source == "rtc"):
            return False
        start = unix - self.uptime()
        if self.source is None or abs(start - self._start) >= _STEP_S:
            self._start = start
        self.source = source
        return True
