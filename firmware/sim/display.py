"""The simulated panel of a Core2: the methods of `M5.Display` that hal_display.py calls, drawing into a file.

The file is 320 x 240 pixels of RGB565, little-endian, row by row: as on a board, pixels and fonts lie outside the
Python heap, so that the heap of a simulated hub is an honest one. `png.py` makes a picture of it.

What a board does is done here too, read in M5GFX and UIFlow2 2.4.2: the fonts hold ASCII only and anything else
becomes a blank; text always paints its background; a line of Bresenham; what lies outside is cut off.
"""

from struct import unpack

from framebuf import MONO_HLSB, RGB565, FrameBuffer

WIDTH = 320
HEIGHT = 240
_STRIP = 512  # pixels of a glyph that are made at a time
_FONTS = __file__[: -len("display.py")] + "fonts/dejavu%d.bin"


class _Font:
    """One font file, opened when it is first drawn with."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._file = None

    def open(self) -> "tuple[int, int]":
        """Return the height of a line, and the baseline below its top."""
        if self._file is None:
            self._file = open(_FONTS % self._size, "rb")
            self._line = tuple(self._file.read(2))
        return self._line

    def glyph(self, character: str) -> "tuple[int, int, int, int, int, int]":
        """Return place, width, height, advance, left, top; the blank for what the font does not hold."""
        self.open()
        code = ord(character)
        if not 32 <= code < 127:
            code = 32
        self._file.seek(2 + 7 * (code - 32))
        return unpack("<HBBBbb", self._file.read(7))

    def bitmap(self, place: int, length: int) -> bytearray:
        """Return a glyph's bitmap."""
        self._file.seek(2 + 7 * 95 + place)
        return bytearray(self._file.read(length))


class _Fonts:
    DejaVu9 = _Font(9)
    DejaVu12 = _Font(12)
    DejaVu18 = _Font(18)
    DejaVu24 = _Font(24)
    DejaVu40 = _Font(40)
    DejaVu56 = _Font(56)
    DejaVu72 = _Font(72)


def rgb565(color: int) -> int:
    """Return the panel's colour of 0xRRGGBB."""
    return (color >> 8 & 0xF800) | (color >> 5 & 0x7E0) | (color >> 3 & 0x1F)


class Display:
    """`M5.Display`, on a file."""

    FONTS = _Fonts

    def __init__(self, path: str) -> None:
        """Make the panel black, as M5.begin() does."""
        self._file = open(path, "w+b")
        self._pixels = bytearray(2 * _STRIP)
        self._palette = FrameBuffer(bytearray(4), 2, 1, RGB565)
        self._font = _Fonts.DejaVu9
        for _ in range(WIDTH * HEIGHT // _STRIP):
            self._file.write(self._pixels)

    def fillRect(self, x: int, y: int, w: int, h: int, color: int) -> None:  # noqa: N802 - M5's name
        """Fill a rectangle."""
        x0, x1 = max(0, x), min(WIDTH, x + w)
        if x0 >= x1:
            return
        FrameBuffer(self._pixels, _STRIP, 1, RGB565).fill(rgb565(color))
        row = memoryview(self._pixels)[: 2 * (x1 - x0)]
        for line in range(max(0, y), min(HEIGHT, y + h)):
            self._file.seek(2 * (WIDTH * line + x0))
            self._file.write(row)

    def drawLine(self, x0: int, y0: int, x1: int, y1: int, color: int) -> None:  # noqa: N802
        """Draw a line with both its ends."""
        dx, dy = abs(x1 - x0), -abs(y1 - y0)
        error = dx + dy
        while True:
            self.fillRect(x0, y0, 1, 1, color)
            if (x0, y0) == (x1, y1):
                return
            twice = 2 * error
            if twice >= dy:
                error += dy
                x0 += 1 if x0 < x1 else -1
            if twice <= dx:
                error += dx
                y0 += 1 if y0 < y1 else -1

    def setTextColor(self, fgcolor: int, bgcolor: int = 0) -> None:  # noqa: N802
        """Set the colours of what is written next."""
        self._palette.pixel(0, 0, rgb565(bgcolor))
        self._palette.pixel(1, 0, rgb565(fgcolor))

    def fontHeight(self, font: _Font) -> int:  # noqa: N802
        """Return the height of a line."""
        return font.open()[0]

    def textWidth(self, text: str, font: _Font) -> int:  # noqa: N802
        """Return the width of a text in pixels; the font stays set, as on a board."""
        self._font = font
        end = right = 0
        for character in text:
            _, width, _, advance, left, _ = font.glyph(character)
            if right == 0 and left < 0:
                end = -left
            right = end + max(advance, left + width)
            end += advance
        return right

    def drawString(self, text: str, x: int, y: int, font: _Font) -> None:  # noqa: N802
        """Write a text with its upper left corner there."""
        self._font = font
        height, baseline = font.open()
        filled = 0
        for index, character in enumerate(text):
            place, width, rows, advance, left, top = font.glyph(character)
            if index == 0 and left < 0:
                x -= left
            cell = max(filled, x + min(0, left))
            filled = x + max(advance, left + width)
            if cell < filled:
                bitmap = None
                if rows:
                    bitmap = FrameBuffer(font.bitmap(place, (width + 7) // 8 * rows), width, rows, MONO_HLSB)
                self._glyph(bitmap, x + left - cell, baseline + top, cell, y, filled - cell, height)
            x += advance

    def _glyph(self, bitmap, left: int, top: int, x: int, y: int, w: int, h: int) -> None:  # noqa: PLR0913, PLR0917
        """Paint one character's cell, some rows at a time; the bitmap (None: blank) lies at left, top in it."""
        visible = min(w, WIDTH - x)
        if visible <= 0:
            return
        step = _STRIP // w
        strip = FrameBuffer(self._pixels, w, step, RGB565)
        rows = memoryview(self._pixels)
        for done in range(0, h, step):
            strip.fill(self._palette.pixel(0, 0))
            if bitmap:
                strip.blit(bitmap, left, top - done, -1, self._palette)
            for row in range(min(step, h - done)):
                if 0 <= y + done + row < HEIGHT:
                    self._file.seek(2 * (WIDTH * (y + done + row) + x))
                    self._file.write(rows[2 * w * row : 2 * (w * row + visible)])
