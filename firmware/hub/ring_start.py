"""What a ring in flash holds when the hub starts, and from which start it is. Borrowed: not kept in memory."""

import os
from struct import unpack

from hub.ring import records


def take_up(folder: str) -> tuple:
    """Return the position up to which all was delivered, the newest segment, and how many bodies wait. Raises OSError.

    Makes the folder if there is none, and deletes what has been delivered.
    """
    try:
        segments = [int(name) for name in os.listdir(folder) if name.isdigit()]
    except OSError:
        os.mkdir(folder)
        segments = []
    last = max(segments) if segments else 0
    ack = (min(segments) if segments else 1, 0)
    for content, _ in records(_read(folder + "/ack"), 0):
        if content and len(content) == 6:
            ack = max(ack, unpack(">IH", content))
    if ack[0] > last:  # its segment is gone: no new one may take its number
        last = ack[0]
        ack = (last + 1, 0)
    waiting = 0
    for number in segments:
        path = "%s/%08d" % (folder, number)
        if number < ack[0]:
            os.remove(path)
        else:
            after = ack[1] if number == ack[0] else 0
            header = True
            for body, end in records(_read(path), 0):
                waiting += body is not None and not header and end > after
                header = False
    return ack, last, waiting


def began(folder: str, boot: bytes) -> int:
    """Return the Unix time at which a boot of this number began, as one of its segments' headers has it; 0 if none."""
    for name in sorted(os.listdir(folder)):
        for header, _ in records(_read(folder + "/" + name), 0) if name.isdigit() else ():
            if header and header[:4] == boot and len(header) == 8 and header[4:] != bytes(4):
                return unpack("<I", header[4:])[0]
            break
    return 0


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
