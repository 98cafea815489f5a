"""The measurements that Mosquitto has not got yet, oldest first, each with the time at which it was taken.

    add, commit -> ring `queue` -> batch -> the uplink -> done
                        `-> ring `queue-held`: too old for a live topic while the clock is not set, so it waits

A measurement is stored with the uptime at which it was taken; each segment's header tells of which boot, and at which
Unix time that boot began, if that was known. Once the clock is set, a new header says so, and dates all that this boot
has stored. What an earlier boot stored, and never dated, nobody can date any more: it is lost, and counted.
"""

import os
from struct import pack, unpack

from hub.borrow import borrow
from hub.ring import Ring

_HEADER = "<4sI"  # boot; Unix time at its uptime 0, or 0


class Queue:
    """Durable from `commit` to `done`."""

    def __init__(self, folder: str, limit: int, clock, period: int) -> None:
        """Take up what is in `folder`; `limit` is in bytes. What is at most a period old may go without a time.

        Raises OSError.
        """
        self._ring = Ring(folder, limit)
        self._held = Ring(folder + "-held", limit // 8)
        self._read = self._ring  # where the last batch is from
        self._clock = clock
        self._period = period
        self._boot = os.urandom(4)
        self._known = (None, 0)  # the last earlier boot that was looked up, and when it began
        self._undated = 0

    def __len__(self) -> int:
        return self._ring.waiting + self._held.waiting

    @property
    def dropped(self) -> int:
        """How many were lost since the start: for want of room, by damaged flash, or because they cannot be dated."""
        return self._undated + self._ring.lost + self._held.lost

    def add(self, planter: str, leaf: str, payload: str, at: int) -> None:
        """Take a measurement for the next commit; its uptime `at` is negative if it was taken before this start."""
        self._ring.add(pack("<i", at) + (planter + "/" + leaf + " " + payload).encode())

    def commit(self) -> int:
        """Make safe what was added, and return how many. Raises OSError: then none of it is."""
        return self._ring.commit(self._header())

    def batch(self, most: int) -> "list[tuple]":
        """Return up to `most` readings, oldest first: planter, leaf, payload, Unix time, age in seconds.

        Without a Unix time (None) a reading is fresh; without an age (None) it has one. Raises OSError.
        """
        header = self._header()
        readings = []
        for ring in (self._held, self._ring):
            try:
                ring.commit(header)
            except OSError:
                pass  # this boot needs no header, the next one may
            self._read = ring
            if ring.waiting and (readings := self._sendable(most)):
                break
        return readings

    def done(self, count: int) -> None:
        """Forget the first `count` readings of the last batch. Raises OSError: then they come again after a restart."""
        self._read.done(count)

    def _header(self) -> bytes:
        return pack(_HEADER, self._boot, self._clock.unix(0) or 0)

    def _sendable(self, most: int) -> "list[tuple]":
        """Return the next run of readings that can be sent; on the way, put aside or drop what cannot."""
        while True:
            header, bodies = self._read.peek(most)  # of one segment, so of one boot
            ours, began = self._boot_of(header)
            readings = []
            others = 0
            for body in bodies:
                at = unpack("<i", body[:4])[0]
                unix = began + at if began else None
                now = self._clock.uptime() if ours else self._clock.unix()
                age = None if now is None or not (ours or unix) else now - (at if ours else unix)
                if unix is None and (age is None or age > self._period):
                    if readings:
                        break
                    others += 1
                elif others:
                    break
                else:
                    planter, _, rest = str(body[4:], "utf8").partition("/")
                    leaf, _, payload = rest.rpartition(" ")
                    readings.append((planter, leaf, payload, unix, age))
            if not others:
                return readings
            if not ours:
                self._undated += others
            elif self._read is self._held:
                return []
            else:
                for body in bodies[:others]:
                    self._held.add(body)
                self._held.commit(self._header())
            self._read.done(others)

    def _boot_of(self, header: "bytes | None") -> tuple:
        """Return whether a segment is of this boot, and when its boot began, which is 0 or None if nobody knows."""
        if header is None:
            return False, 0
        boot, began = unpack(_HEADER, header)
        if boot == self._boot:
            return True, self._clock.unix(0)
        if not began and self._known[0] != boot:
            self._known = (boot, borrow("hub.ring_start", "began", self._read.folder, boot))
        return False, began or self._known[1]
