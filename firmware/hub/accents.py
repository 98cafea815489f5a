"""French on fonts that have none: borrowed when a text needs it, so that it costs no memory in between.

An accented letter is its base letter, and then its accent in strokes, in the room that lower-case letters leave at the
top of a line; capitals have none and go without. The degree sign is two circumflexes, mouth to mouth.
"""

from micropython import const

_ACCENTED = const("éèàùêâôûç°")
_BASE = const("eeaueaouc ?")  # the last one stands for any other letter

# in twelfths of the font's size: x and y of one end, x and y of the other, from the letter's middle and the line's top
_ACUTE = const((-1, 2, 1, 0))
_GRAVE = const((1, 2, -1, 0))
_CIRCUMFLEX = const((-2, 2, 0, 0, 2, 2, 0, 0))
_CEDILLA = const((0, 9, -1, 11))
_DEGREE = const((-2, 2, 0, 0, 2, 2, 0, 0, -2, 2, 0, 4, 2, 2, 0, 4))
_ACCENTS = const(
    (_ACUTE, _GRAVE, _GRAVE, _GRAVE, _CIRCUMFLEX, _CIRCUMFLEX, _CIRCUMFLEX, _CIRCUMFLEX, _CEDILLA, _DEGREE)
)


def plain(text: str) -> str:
    """Return the text without accents, letter by letter; "?" for what is no letter of French."""
    return "".join([one if one <= "~" else _BASE[_ACCENTED.find(one)] for one in text])


def strokes(text: str, size: int) -> list:
    """Return the lines that put the accents on: which letter of the text, then x0, y0, x1, y1 as above, in pixels.

    A stroke is as thick as the font's own, that is as many lines side by side.
    """
    lines = []
    for place, one in enumerate(text):
        accent = _ACCENTED.find(one)
        if accent < 0:
            continue
        ends = _ACCENTS[accent]
        for at in range(0, len(ends), 4):
            x0, y0, x1, y1 = [end * size // 12 for end in ends[at : at + 4]]
            lines += [(place, x0 + dx, y0, x1 + dx, y1) for dx in range(-(size // 18), (size + 17) // 18)]
    return lines
