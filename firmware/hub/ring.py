"""A queue of byte strings in flash that survives a power cut at any write.

    queue/00000042   header, body, body ...: a segment of at most 4 KiB, appended to by one boot, deleted whole
    queue/ack        segment and offset up to which everything was delivered

Each of these is a record: length, CRC-32, content. `commit` writes and syncs once per segment, and littlefs keeps such
a write whole or not at all. Beyond the limit the oldest segment goes. Where flash has damaged a record, the next one
whose CRC is right goes on.
"""

from binascii import crc32
import os
from struct import pack

from micropython import const

from hub.borrow import borrow

_SEGMENT = const(4096)  # bytes: one erase block of the boards
_FRAME = const(5)  # bytes before a record's content
_MISSING = const(2)  # ENOENT
_CLOSED = const(4097)  # no room in a segment for anything
_PATH = const("%s/%08d")


def _record(content: bytes) -> bytes:
    if len(content) > 255:
        raise ValueError("%d bytes in a record; at most 255" % len(content))
    return pack(">BI", len(content), crc32(content)) + content


def records(data: bytes, at: int):  # noqa: ANN201 - a generator, whose type has no name here
    """Yield the content of each record and the offset behind it; None for a stretch that holds none."""
    damaged = False
    while at < len(data):
        content = data[at + _FRAME : at + _FRAME + data[at]]
        if content and crc32(content) == int.from_bytes(data[at + 1 : at + _FRAME], "big"):
            if damaged:
                yield None, at
                damaged = False
            at += _FRAME + len(content)
            yield content, at
        else:
            damaged = True
            at += 1
    if damaged:
        yield None, at


class Ring:
    """First in, first out. `waiting` counts what is in flash, `lost` what has been lost since the start."""

    def __init__(self, folder: str, limit: int) -> None:
        """Take up what is in the folder, or make it; `limit` is in bytes. Raises OSError."""
        self.folder = folder
        self._most = max(2, limit // _SEGMENT)
        self._added = bytearray()
        self._file = self._header = None  # of the newest segment, once there is one of this boot
        self._size = _CLOSED
        self._ends = [(0, 0)]  # ack of the last peek; behind each body: where it ends, and what was lost before it
        self.lost = 0
        self._ack, self._last, self.waiting = borrow("hub.ring_start", "take_up", folder)

    def add(self, body: bytes) -> None:
        """Keep a body for the next commit. Raises ValueError above 255 bytes."""
        self._added += _record(body)

    def commit(self, header: bytes) -> int:
        """Append what was added, and return how many; they stand in a segment with this header.

        A new header is written even without bodies, while others wait. Raises OSError when flash does not take it: then
        what was added is forgotten, and the rest stays as it is.
        """
        added = self._added
        if not added and (header == self._header or not self._file or not self.waiting):
            return 0
        self._added = bytearray()
        if header != self._header:
            self._size = _CLOSED
        before = self.waiting + self.lost
        data = b"" if added else self._begin(header)
        at = 0
        while True:
            end = at
            count = 0
            room = _SEGMENT - self._size - len(data)
            while end < len(added) and end - at + _FRAME + added[end] <= room:
                end += _FRAME + added[end]
                count += 1
            self._append(data + added[at:end], count)
            if end == len(added):
                return self.waiting + self.lost - before
            at = end
            data = self._begin(header)

    def peek(self, most: int) -> tuple:
        """Return the header of a segment, None if damaged, and up to `most` of its bodies, the oldest, for `done`."""
        while self._ack[0] <= self._last:
            self._ends = [self._ack]
            bodies = []
            lost = 0
            header, data, at = self._load(self._ack[0])
            for body, end in records(data, max(at, self._ack[1])):
                if len(bodies) == most:
                    break
                if body:
                    bodies.append(body)
                    self._ends.append((end, lost))
                else:
                    lost += 1
            if bodies:
                return header, bodies
            if self._file and self._ack[0] == self._last:
                break
            self.lost += lost
            try:
                self._acknowledge(self._ack[0] + 1, 0)
            except OSError:
                pass  # what is read goes on; a restart finds that there is nothing in it
        self.waiting = 0  # whatever was counted
        return None, []

    def done(self, count: int) -> None:
        """Forget the first `count` bodies of the last `peek`. Raises OSError: then they come again after a restart."""
        if not count:
            return
        if self._ends[0] != self._ack:
            self.lost -= count  # their segment has gone meanwhile, and all of it was counted as lost
            return
        end, lost = self._ends[count]
        self.lost += lost
        self.waiting -= count
        self._acknowledge(self._ack[0], end)

    def _begin(self, header: bytes) -> bytes:
        """Create a segment, with nothing in it yet; return its header's record."""
        self._size = _CLOSED
        if self._file:
            try:
                self._file.close()
            except OSError:
                pass  # littlefs does not close a file well that failed; all that counts was synced
            self._file = None
        number = self._ack[0]
        if self._last - number + 1 >= self._most:
            _, data, at = self._load(number)
            lost = sum([1 for body, _ in records(data, max(at, self._ack[1])) if body])
            self._remove(number)
            self._ack = (number + 1, 0)
            self.waiting -= lost
            self.lost += lost
        self._file = open(_PATH % (self.folder, self._last + 1), "wb")
        self._last += 1
        self._size = 0
        self._header = header
        return _record(header)

    def _append(self, data: bytes, count: int) -> None:
        file = self._file
        if not data or not file:
            return
        try:
            if file.write(data) != len(data):
                raise OSError(28)  # ENOSPC, as a file system says that has room for some of it
            file.flush()
        except OSError:
            if not self._size:
                self._last -= 1  # nothing in it counts: the next one takes its name
            self._size = _CLOSED
            raise
        self._size += len(data)
        self.waiting += count

    def _acknowledge(self, number: int, end: int) -> None:
        """Move on, in memory before flash: what cannot be written must not be sent over and over."""
        before = self._ack[0]
        self._ack = (number, end)
        path = self.folder + "/ack"
        try:
            file = open(path, "r+b")  # in place: a program that is killed leaves the old or the new one
        except OSError:
            file = open(path, "wb")
        with file:
            file.write(_record(pack(">IH", number, end)))
        if before < number:
            self._remove(before)

    def _remove(self, number: int) -> None:
        try:
            os.remove(_PATH % (self.folder, number))
        except OSError as error:
            if error.errno != _MISSING:
                raise

    def _load(self, number: int) -> tuple:
        """Return a segment's header, None if damaged, its bytes, and where its first body is."""
        data = b""
        try:
            with open(_PATH % (self.folder, number), "rb") as file:
                data = file.read()
        except OSError as error:
            if error.errno != _MISSING:
                self.lost += 1
        for header, end in records(data, 0):
            if header and end == _FRAME + len(header):
                return header, data, end
            break
        return None, data, 0
