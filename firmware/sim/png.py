"""Make a PNG of the simulated panel: `micropython firmware/sim/png.py FOLDER/screen.rgb565 OUT.png`.

The unix port has no compressor, so here is a small one, made for screens: Deflate (RFC 1951) with its fixed codes, and
of all matches only two, "as the pixel before" and "as the row above". The same panel always gives the same bytes.
"""

from binascii import crc32
import sys

WIDTH = 320
HEIGHT = 240
_LONGEST = 258  # bytes of a match
# RFC 1951, 3.2.5: first length of each length code from 257, whose extra bits grow by one every four codes from 265
_LENGTHS = (
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    13,
    15,
    17,
    19,
    23,
    27,
    31,
    35,
    43,
    51,
    59,
    67,
    83,
    99,
    115,
    131,
    163,
    195,
    227,
)
_LENGTHS += (258,)
_ROW = WIDTH + 1  # each row begins with its filter


class _Bits:
    """Bits into bytes, lowest first."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        self._pending = self._count = 0

    def put(self, value: int, count: int) -> None:
        """Append a number, lowest bit first."""
        self._pending |= value << self._count
        self._count += count
        while self._count >= 8:
            self.bytes.append(self._pending & 0xFF)
            self._pending >>= 8
            self._count -= 8

    def put_code(self, value: int, count: int) -> None:
        """Append a Huffman code, highest bit first."""
        for bit in range(count - 1, -1, -1):
            self.put(value >> bit & 1, 1)

    def symbol(self, symbol: int) -> None:
        """Append a literal or length in the fixed code (RFC 1951, 3.2.6)."""
        if symbol < 144:
            self.put_code(0x30 + symbol, 8)
        elif symbol < 256:
            self.put_code(0x190 + symbol - 144, 9)
        elif symbol < 280:
            self.put_code(symbol - 256, 7)
        else:
            self.put_code(0xC0 + symbol - 280, 8)


def zlib(data: bytes, row: int) -> bytes:
    """Return the data compressed (RFC 1950); `row`: how far back the row above lies, 193 to 384 bytes."""
    bits = _Bits()
    bits.put(0b011, 3)  # the last block, fixed codes
    at = 0
    while at < len(data):
        length, distance = max((_match(data, at, back), back) for back in (1, row))
        if length < 3:
            bits.symbol(data[at])
            at += 1
            continue
        code = max(index for index, first in enumerate(_LENGTHS) if first <= length)
        bits.symbol(257 + code)
        bits.put(length - _LENGTHS[code], 0 if code in (0, 1, 2, 3, 28) else code // 4 - 1)
        if distance == 1:
            bits.put_code(0, 5)
        else:  # codes 15 and 16 begin at 193 and 257 and have 6 and 7 extra bits
            code, first, extra = (15, 193, 6) if distance < 257 else (16, 257, 7)
            bits.put_code(code, 5)
            bits.put(distance - first, extra)
        at += length
    bits.symbol(256)
    bits.put(0, 7)
    low, high = 1, 0
    for byte in data:
        low = (low + byte) % 65521
        high = (high + low) % 65521
    return b"\x78\x01" + bytes(bits.bytes) + (high << 16 | low).to_bytes(4, "big")


def _match(data: bytes, at: int, back: int) -> int:
    """Return how many bytes from here on are as those so far back."""
    if at < back:
        return 0
    end = min(len(data), at + _LONGEST)
    here = at
    while here < end and data[here] == data[here - back]:
        here += 1
    return here - at


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + crc32(kind + data).to_bytes(4, "big")


def png(panel: bytes) -> bytes:
    """Return the picture of a panel in RGB565 with at most 256 colours."""
    colours = {}
    rows = bytearray()
    for at in range(0, len(panel), 2):
        if at % (2 * WIDTH) == 0:
            rows.append(0)  # no filter
        rows.append(colours.setdefault(panel[at] | panel[at + 1] << 8, len(colours)))
    palette = bytearray()
    for colour in sorted(colours, key=lambda one: colours[one]):
        red, green, blue = colour >> 11, colour >> 5 & 0x3F, colour & 0x1F
        palette.extend(bytes((red << 3 | red >> 2, green << 2 | green >> 4, blue << 3 | blue >> 2)))
    size = WIDTH.to_bytes(4, "big") + HEIGHT.to_bytes(4, "big")
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", size + b"\x08\x03\x00\x00\x00")  # 8 bits, palette
        + _chunk(b"PLTE", bytes(palette))
        + _chunk(b"IDAT", zlib(bytes(rows), _ROW))
        + _chunk(b"IEND", b"")
    )


def main(panel: str, picture: str) -> None:
    """Read the panel's file, write the picture's."""
    with open(panel, "rb") as file:
        pixels = file.read()
    with open(picture, "wb") as file:
        file.write(png(pixels))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
