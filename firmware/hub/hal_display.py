"""The hub's panel: the one file that draws on M5.Display. Import it when you like, draw after M5.begin().

UIFlow2's fonts DejaVu9 to DejaVu72 hold ASCII alone, one bit a pixel (M5GFX, lgfx/Fonts/Custom), so accents are drawn
over the letters (accents.py). Text paints its background, and the rest of its cell is filled around it: no pixel is
ever blank in between.
"""

import M5
from micropython import const

from hub.borrow import borrow

_SIZES = const(b"\x38\x28\x18\x12\x0c\x09")  # the fonts that we use
_MARGIN = const(4)  # pixels left free on both sides of a cell's text


def cell(text: str, x: int, y: int, width: int, height: int, ink: int, paper: int, right: bool) -> None:  # noqa: PLR0913, PLR0917
    """Fill a cell with text in the largest font that fits, words that find no room cut off; pixels, 0xRRGGBB."""
    panel = M5.Display
    plain = text if max(text or " ") <= "~" else borrow("hub.accents", "plain", text)
    font, size, high, wide = None, 0, 0, 0
    for size in _SIZES:
        font = getattr(panel.FONTS, "DejaVu%d" % size)
        high = panel.fontHeight(font)
        wide = panel.textWidth(plain, font)
        if high <= height and wide <= width - 2 * _MARGIN:
            break
    while wide > width - _MARGIN:
        space = plain.rfind(" ", 0, len(plain) - 1)
        plain = plain[: space if space > 0 else -2] + "+"
        wide = panel.textWidth(plain, font)
    left = x + (width - wide - _MARGIN if right else _MARGIN)
    top = y + (height - high) // 2

    panel.setTextColor(ink, paper)
    panel.fillRect(x, y, width, top - y, paper)
    panel.fillRect(x, top, left - x, high, paper)
    panel.drawString(plain, left, top, font)
    panel.fillRect(left + wide, top, x + width - left - wide, high, paper)
    panel.fillRect(x, top + high, width, y + height - top - high, paper)
    if plain != text:
        for place, x0, y0, x1, y1 in borrow("hub.accents", "strokes", text[: len(plain)], size):
            middle = left + panel.textWidth(plain[:place], font) + panel.textWidth(plain[place], font) // 2
            panel.drawLine(middle + x0, top + y0, middle + x1, top + y1, ink)
