import random

from hub.greenhouse import Greenhouse
from hub.screen import Screen, age
from hub.words import words

CLOCK = 1795357765  # 2026-11-22 14:29 UTC
WELL = ("online", None, "192.168.1.20", CLOCK, 312, "")
BIEN = ("en ligne", None, "192.168.1.20", CLOCK, 312, "")
TURN = 5


class Panel:
    """What has been drawn: cells by place; a new one wipes what it covers."""

    def __init__(self):
        self.cells = {}
        self.drawn = 0

    def cell(self, text, x, y, width, height, ink, paper, right):  # noqa: PLR0913, PLR0917 - as hal_display.cell
        for other in list(self.cells):
            ox, oy, wide, high = other
            if x < ox + wide and ox < x + width and y < oy + high and oy < y + height:
                assert (y, height) == (oy, high)
                del self.cells[other]
        self.cells[x, y, width, height] = (text, ink, paper, right)
        self.drawn += 1

    def lines(self):
        """Texts by line, from the top; what is blank left out."""
        tops = sorted({place[1] for place in self.cells})
        return [[self.cells[place][0] for place in sorted(self.cells) if place[1] == top] for top in tops]


def planters(count, period=900, at=1000):
    greenhouse = Greenhouse(period)
    for number in range(1, count + 1):
        greenhouse.measured(str(number), "sol", 40.0 + number, at)
        greenhouse.measured(str(number), "air/temp", 22.5, at)
        greenhouse.measured(str(number), "air/hum", 58.0, at)
    return greenhouse


def shown(greenhouse, hub=WELL, now=1000, language="en"):
    """The texts of a screen that has just been switched on."""
    panel = Panel()
    Screen(panel.cell, words(language), "1").show(now, greenhouse, hub)
    return panel.lines()


def headlines(greenhouse, hub=WELL, now=1000, language="en"):
    """All headlines of some turns: word and what it is about."""
    return {
        tuple(text for line in shown(greenhouse, hub, now + TURN * turn, language)[:2] for text in line)
        for turn in range(12)
    }


def test_the_cells_cover_the_panel_without_gap_or_overlap():
    for count in (0, 1, 4, 7, 32):
        panel = Panel()
        Screen(panel.cell, words("en"), "1").show(1000, planters(count), WELL)
        assert sum([width * height for _, _, width, height in panel.cells]) == 320 * 240


def test_a_fine_planter_is_shown_with_its_values_and_their_age():
    lines = shown(planters(1), now=1130)
    assert lines[0] == ["All is well"]
    assert lines[1] == ["driest: 1, 41 %"]
    assert lines[2] == ["", "planter", "soil %", "air °C", "air %", "heard"]
    assert lines[3] == [" ", "1", "41", "22.5", "58", "2 min"]
    assert lines[-2:] == [["Greenhouse 1", "online"], ["14:29 UTC", "192.168.1.20, cert. 312 d"]]


def test_french():
    greenhouse = planters(1)
    greenhouse.measured("1", "sol", 12.0, 1000)
    lines = shown(greenhouse, BIEN, language="fr")
    assert lines[:2] == [["Arroser"], ["1  "]]
    assert lines[3][3] == "22,5"
    assert lines[-2:] == [["Serre 1", "en ligne"], ["14:29 UTC", "192.168.1.20, cert. 312 j"]]


def test_both_languages_say_the_same_things_with_the_same_values():
    english, french = words("en").split("|"), words("fr").split("|")
    assert len(english) == len(french) == 30
    for one, other in zip(english, french):
        assert [part[0] for part in one.split("%")[1:] if part] == [part[0] for part in other.split("%")[1:] if part]


def test_all_is_well_only_when_every_planter_is_fine():
    good = ("All is well", "driest: 1, 41 %")
    assert headlines(planters(3)) == {good}
    thirsty, silent, faulty, waiting = planters(3), planters(3), planters(3), planters(3)
    thirsty.measured("2", "sol", 3.0, 1000)
    silent.measured("4", "sol", 50.0, -5000)
    faulty.fault("2", "sol: 0 V", 1000)
    waiting.measured("4", "rssi", -61.0, 1000)
    for greenhouse, headline in (
        (thirsty, ("Water", "2  ")),
        (silent, ("Silent", "4  ")),
        (faulty, ("Check probe", "2  ")),
        (waiting, ("Waiting", "4  ")),
    ):
        assert headlines(greenhouse) == {headline}


def test_nothing_is_well_before_the_first_planter():
    assert headlines(Greenhouse(900), now=5) == {("Waiting", "no planter yet")}


def test_a_headline_names_the_thirstiest_first_and_says_that_there_are_more():
    greenhouse = planters(12)
    for number in range(6, 13):
        greenhouse.measured(str(number), "sol", 24.0 - number, 1000)
    assert shown(greenhouse)[1] == ["12  11  10  +"]


def test_headlines_take_turns_and_the_hubs_come_after_the_planters():
    greenhouse = planters(2, at=0)
    greenhouse.measured("2", "sol", 3.0, 2400)
    hub = ("client certificate refused", 880, None, None, -1, "RuntimeError: x")
    seen = [shown(greenhouse, hub, 2400 + TURN * turn)[0][0] for turn in range(12)]
    assert seen == ["Water", "Silent", "Offline", "Clock not set", "Certificate", "Restarted"] * 2


def test_without_uplink_or_clock_the_first_minute_is_no_news():
    hub = ("starting", 0, None, None, None, "")
    assert headlines(planters(1), hub, now=-60) == {("All is well", "driest: 1, 41 %")}
    assert ("Offline", "starting (1 min)") in headlines(planters(1), hub, now=110)
    assert ("Clock not set", "check the time server") in headlines(planters(1), hub, now=60)


def test_the_certificates_end_is_news_in_the_last_month():
    for days, news in (
        (None, None),
        (30, None),
        (29, "ends in 29 days"),
        (0, "ends in 0 days"),
        (-1, "has ended"),
    ):
        hub = ("online", None, "192.168.1.20", CLOCK, days, "")
        assert (("Certificate", news) in headlines(planters(1), hub)) == bool(news)


def test_a_crash_is_news_for_an_hour():
    hub = ("online", None, "192.168.1.20", CLOCK, 312, "MemoryError: ")
    assert ("Restarted", "MemoryError: ") in headlines(planters(1, at=3000), hub, now=3500)
    assert headlines(planters(1, at=3000), hub, now=3600) == {("All is well", "driest: 1, 41 %")}


def test_a_hub_without_wifi_and_clock_says_so():
    assert shown(planters(1), ("no Wi-Fi", 0, None, None, None, ""))[-2:] == [
        ["Greenhouse 1", "no Wi-Fi"],
        ["--:--", "no Wi-Fi"],
    ]


def test_a_silent_planter_shows_its_last_values_in_brackets_and_how_long_ago():
    greenhouse = Greenhouse(900)
    greenhouse.measured("1", "sol", 12.0, 1000)
    greenhouse.measured("1", "air/temp", -3.5, 1000)
    assert shown(greenhouse, now=11000)[3] == ["?", "1", "(12)", "(-3.5)", "--", "2 h"]


def test_a_value_that_is_too_old_is_not_shown_beside_younger_ones():
    greenhouse = planters(1)
    greenhouse.measured("1", "air/temp", 20.0, 4000)
    assert shown(greenhouse, now=4000)[3] == ["x", "1", "--", "20.0", "--", " 0 sec"]


def test_a_fault_and_the_values_take_turns():
    greenhouse = planters(1)
    greenhouse.fault("1", "sol: 0 V", 1000)
    assert shown(greenhouse, now=1000)[3] == ["x", "1", "41", "22.5", "58", " 0 sec"]
    assert shown(greenhouse, now=1005)[3] == ["x 1", "sol: 0 V"]


def test_each_planter_is_seen_once_while_the_pages_go_round():
    for count, pages in ((1, 1), (4, 1), (7, 2), (12, 3), (32, 8)):
        seen = []
        for page in range(pages):
            rows = [row for row in shown(planters(count), now=1000 + TURN * page)[3:-2] if row != [""]]
            seen += [row[1] for row in rows]
        assert sorted(seen, key=int) == [str(number) for number in range(1, count + 1)]


def test_ages_stand_in_their_largest_unit_of_two_digits():
    texts = words("en").split("|")
    assert [age(s, texts) for s in (0, 4, 99, 100, 5999, 6000, 172799, 172800, 10**8)] == [
        " 0 sec",
        " 0 sec",
        "95 sec",
        "1 min",
        "99 min",
        "1 h",
        "47 h",
        "2 d",
        "1157 d",
    ]


def test_what_has_not_changed_is_not_drawn_again():
    panel, greenhouse = Panel(), planters(4)
    screen = Screen(panel.cell, words("en"), "1")
    screen.show(1200, greenhouse, WELL)
    before = panel.drawn
    screen.show(1205, greenhouse, WELL)
    assert panel.drawn == before
    greenhouse.measured("3", "air/hum", 59.0, 1000)
    screen.show(1209, greenhouse, WELL)
    assert panel.drawn == before
    screen.show(1210, greenhouse, WELL)
    assert panel.drawn == before + 6


def test_a_screen_that_is_brought_up_to_date_looks_like_one_that_is_drawn_anew():
    random.seed(7)
    panel, greenhouse, now = Panel(), Greenhouse(900), 0
    screen = Screen(panel.cell, words("fr"), "1")
    hub = list(WELL)
    for _ in range(300):
        now += random.choice((5, 5, 5, 30, 400))
        planter, kind = str(random.randint(1, 9)), random.randint(0, 9)
        if kind < 6:
            leaf = ("sol", "air/temp", "air/hum")[kind % 3]
            greenhouse.measured(planter, leaf, random.randint(0, 600) / 10, now)
        elif kind == 6:
            greenhouse.fault(planter, random.choice(("", "sol: rail", "air: crc")), now)
        else:
            place = random.randint(0, 5)
            hub[place] = random.choice(
                (
                    ("en ligne", "refus\u00e9"),
                    (None, now),
                    (None, "10.0.0.2"),
                    (None, now + CLOCK),
                    (None, -1, 12, 312),
                    ("", "MemoryError: "),
                )[place]
            )
        screen.show(now, greenhouse, tuple(hub))
        anew = Panel()
        Screen(anew.cell, words("fr"), "1").show(now, greenhouse, tuple(hub))
        assert panel.cells == anew.cells
