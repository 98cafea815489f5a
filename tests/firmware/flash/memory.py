"""A board's flash in memory, to be mounted with littlefs."""

BLOCK = 4096
BLOCKS = 32


class Flash:
    """A block device over `content`; `broken` refuses writes.

    `journal` has each write unless it is None, `erased` how often each block was erased.
    """

    def __init__(self, content):
        self.content = content
        self.journal = []
        self.erased = [0] * BLOCKS
        self.broken = False

    def readblocks(self, block, into, offset=0):
        at = block * BLOCK + offset
        into[:] = self.content[at : at + len(into)]

    def writeblocks(self, block, data, offset=None):
        if self.broken:
            return -5  # EIO
        if offset is None:
            self.ioctl(6, block)
        self._write((block * BLOCK + (offset or 0), bytes(data)))
        return 0

    def ioctl(self, what, block):
        if what == 4:
            return BLOCKS
        if what == 5:
            return BLOCK
        if what == 6:
            if self.broken:
                return -5
            self.erased[block] += 1
            self._write((block * BLOCK, b"\xff" * BLOCK))
        return 0

    def _write(self, write):
        if self.journal is not None:
            self.journal.append(write)
        apply(self.content, write)


def apply(content, write, part=1):
    """Do a write of a journal again, or the first half of it."""
    at, data = write
    length = len(data) // part
    content[at : at + length] = data[:length]
