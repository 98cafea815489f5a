"""What the hub shows, on 320 x 240 pixels: a headline that is readable at two metres, the planters, the hub itself.

    line 0, 1  a word, and whom it is about, in the colour of what is the matter; every few seconds the next one
         2     names of the columns
         3..6  four planters, the thirstiest first; every few seconds the next four
         7, 8  greenhouse, uplink; clock, page, address or no Wi-Fi, certificate

A line is drawn again only when something in it has changed, each of its cells over its own background: nothing is
cleared, so nothing flickers. Each state has a mark and a word besides its colour; a value that is no longer true stands
in brackets. Times are shown as ages, and the clock in UTC: a hub knows no time zone.
"""

from binascii import crc32

from micropython import const

_TURN = const(5)  # seconds that a headline and a page stay; what is new waits for the next turn
_GRACE = const(60)  # seconds without uplink or clock that are no news
_SOON = const(30)  # days before the certificate's end
_NEWS = const(3600)  # seconds of uptime during which the last crash is news
_ENOUGH = const(12)  # characters of names in a headline

_PAPER = const(0xFFFFFF)
_GREY = const(0x586458)
# by state of greenhouse.py, and last the hub's own matters
_MARKS = const("!?x. ")
_COLOURS = const((0x0A4C9E, 0x5B3F78, 0x9C3A00, 0x586458, 0x1B5E34, 0x8E1B2E))

# where the lines begin and the last one ends, in pixels
_TOPS = const(b"\x00\x2a\x64\x72\x8b\xa4\xbd\xd6\xe3\xf0")
# where the six columns begin and the last one ends, in units of 4 pixels; a wider cell is made of several
_COLUMNS = const(b"\x00\x05\x12\x1f\x30\x3d\x50")


class Screen:
    """Draws with `hal_display.cell`."""

    def __init__(self, cell, words: str, name: str) -> None:
        """Take what draws a cell, words.words() of a language, and the greenhouse's name."""
        self._cell = cell
        self._words = words
        self._name = name
        self._turn = None
        self._drawn = [0] * 9  # a checksum of each line: its text would take twenty times the memory

    def show(self, now: int, greenhouse, hub: tuple) -> None:
        """Bring the screen up to date, every few seconds; may be called more often.

        now: uptime, s. hub: the uplink's state in words; the uptime when it was lost, None while it is online; the
        hub's own address, None without Wi-Fi; Unix time or None; days until the client certificate ends, or None; the
        cause of the last reset, empty if it was no crash.
        """
        turn = now // _TURN
        if turn == self._turn:
            return
        self._turn = turn
        uplink, _, address, clock, days, _ = hub
        words = self._words.split("|")
        greenhouse.update(now)
        planters = greenhouse.planters
        pages = (len(planters) + 3) // 4 or 1

        news = planters_news(planters, words) + hub_news(now, hub, words)
        state, word, about = news[turn % len(news)]
        self._line(0, (word,), _PAPER, _COLOURS[state])
        self._line(1, (about,), _PAPER, _COLOURS[state])

        self._line(2, words[18:24], _GREY, _PAPER)
        first = turn % pages * 4
        for index in range(4):
            if first + index < len(planters):
                row = planters[first + index]
                self._line(
                    3 + index, row_cells(row, now, greenhouse.limit, words, turn), _COLOURS[row[0] >> 10], _PAPER
                )
            else:
                self._line(3 + index, ("",), _GREY, _PAPER)

        self._line(7, (words[24] % self._name, uplink), _GREY, _PAPER)
        clock = words[28] if clock is None else words[27] % (clock // 3600 % 24, clock // 60 % 60)
        address = address or words[25]
        if pages > 1:
            clock += "  %d/%d" % (turn % pages + 1, pages)
        if days is not None:
            address += words[26] % days
        self._line(8, (clock, address), _GREY, _PAPER)

    def _line(self, index: int, cells, ink: int, paper: int) -> None:
        """Draw a line of one, two or six cells, unless it is what was drawn there last."""
        drawn = crc32("|".join(cells).encode(), ink ^ paper << 6) & 0x3FFFFFFF
        if drawn == self._drawn[index]:
            return
        self._drawn[index] = drawn
        count = len(cells)
        y = _TOPS[index]
        for place in range(count):
            x = _COLUMNS[place * 6 // count] * 4
            width = _COLUMNS[(place + 1) * 6 // count] * 4 - x
            self._cell(cells[place], x, y, width, _TOPS[index + 1] - y, ink, paper, place * 3 >= count)


def planters_news(planters: list, words: "list[str]") -> list:
    """Return state, word and names for each state that needs somebody; if none does, the good news."""
    news = []
    for state in range(4):
        names = ""
        for row in planters:
            if row[0] >> 10 == state and names[-1:] != "+":
                names += row[1] + "  " if len(names) < _ENOUGH else "+"
        if names:
            news.append((state, words[state], names))
    if not planters:
        return [(3, words[3], words[9])]
    return news or [(4, words[4], words[10] % (planters[0][1], planters[0][4] // 10))]


def hub_news(now: int, hub: tuple, words: "list[str]") -> list:
    """Return the same for what is the matter with the hub."""
    uplink, since, _, clock, days, crash = hub
    news = []
    if since is not None and now - since >= _GRACE:
        news.append((5, words[5], uplink + " (" + age(now - since, words) + ")"))
    if clock is None and now >= _GRACE:
        news.append((5, words[6], words[11]))
    if days is not None and days < _SOON:
        news.append((5, words[7], words[13] if days < 0 else words[12] % days))
    if crash and now < _NEWS:
        news.append((5, words[8], crash))
    return news


def row_cells(row: list, now: int, limit: int, words: "list[str]", turn: int) -> list | tuple:
    """Return what stands in a planter's line; its fault and its values take turns."""
    state = row[0] >> 10
    if row[3] and turn & 1:
        return (_MARKS[state] + " " + row[1], row[3])
    cells = [_MARKS[state], row[1]]
    for index in (4, 6, 8):
        value = row[index]
        if value is None or (state != 1 and now - row[index + 1] > limit):
            text = "--"
        else:
            text = (("%.1f" if index == 6 else "%d") % (value / 10)).replace(".", words[29])
            if state == 1:
                text = "(" + text + ")"
        cells.append(text)
    cells.append(age(now - row[2], words))
    return cells


def age(seconds: int, words: "list[str]") -> str:
    """Return how long that is, in the largest unit that leaves two digits: steady enough not to draw the eye."""
    if seconds < 100:
        return words[14] % (seconds // 5 * 5)
    if seconds < 6000:
        return words[15] % (seconds // 60)
    if seconds < 172800:
        return words[16] % (seconds // 3600)
    return words[17] % (seconds // 86400)
