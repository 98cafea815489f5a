"""Make the simulated panel's fonts: `.venv/bin/python firmware/sim/fonts/make.py PATH/DejaVuSans.ttf` (needs Pillow).

M5GFX's DejaVu9 to DejaVu72 are DejaVu Sans at that many pixels, one bit a pixel, ASCII only. Their advance is
FreeType's plus one and their glyphs lie one pixel lower; the same is done here, so that widths, heights and baselines
are those of the board (README.md).

A font file: height of a line, its baseline, then for each of the characters 32 to 126: place of its bitmap (two bytes,
little-endian), width, height, advance, left and top (signed, top from the baseline); then the bitmaps, each row begun
on a byte of its own, most significant bit first.
"""

from pathlib import Path
import struct
import sys

from PIL import ImageFont

SIZES = (9, 12, 18, 24, 40, 56, 72)
CHARACTERS = [chr(code) for code in range(32, 127)]


def glyph(font: ImageFont.FreeTypeFont, character: str) -> tuple[bytes, tuple[int, int, int, int, int]]:
    """Return a character's bitmap and its width, height, advance, left and top."""
    advance = round(font.getlength(character, mode="1")) + 1
    mask, (left, top) = font.getmask2(character, mode="1", anchor="ls")
    inked = [(x, y) for y in range(mask.size[1]) for x in range(mask.size[0]) if mask.getpixel((x, y))]
    if not inked:
        return b"", (0, 0, advance, 0, 0)
    x0, y0 = min(x for x, _ in inked), min(y for _, y in inked)
    width, height = max(x for x, _ in inked) - x0 + 1, max(y for _, y in inked) - y0 + 1
    row_bytes = (width + 7) // 8
    bitmap = bytearray(row_bytes * height)
    for x, y in inked:
        bitmap[(y - y0) * row_bytes + (x - x0) // 8] |= 0x80 >> (x - x0) % 8
    return bytes(bitmap), (width, height, advance, left + x0, top + y0 + 1)


def font_file(ttf: str, size: int) -> bytes:
    """Return the font of one size as a file's content."""
    font = ImageFont.truetype(ttf, size, layout_engine=ImageFont.Layout.BASIC)
    glyphs = [glyph(font, character) for character in CHARACTERS]
    baseline = max(-top for _, (_, _, _, _, top) in glyphs)
    below = max(height + top for _, (_, height, _, _, top) in glyphs)
    table, bitmaps = b"", b""
    for bitmap, (width, height, advance, left, top) in glyphs:
        table += struct.pack("<HBBBbb", len(bitmaps), width, height, advance, left, top)
        bitmaps += bitmap
    return bytes((baseline + below, baseline)) + table + bitmaps


if __name__ == "__main__":
    for size in SIZES:
        (Path(__file__).parent / f"dejavu{size}.bin").write_bytes(font_file(sys.argv[1], size))
