import asyncio
import json

from hub import uplink as module
from hub.uplink import Uplink
from shared.clock import Clock
from shared.mqtt import Packets

NOW = 1795356000
PERIOD = 900
CONFIG = {"greenhouse": "1", "period": PERIOD, "language": "en"}


class Health:
    def __init__(self):
        self.notes = {}


class Course(Uplink):
    """An uplink whose sessions go as told: how long each lasts, what it brings, and what ends it."""

    def __init__(self, sessions):
        self.ms = 0
        self.waits = []
        self.ticks = 0
        self.shifted = 0
        self.states = []
        self.network = [True]
        self.sessions = sessions
        clock = Clock(lambda: self.ms & 0x3FFFFFFF)
        super().__init__(CONFIG, None, clock, Health(), lambda: self.network[0], self.shift)

    def shift(self):
        self.shifted += 1

    def tick(self):
        self.ticks += 1

    async def _session(self, _tick):
        seconds, progress, end = self.sessions.pop(0)
        self.ms += seconds * 1000
        self._progress = progress
        self._tell("online")
        if not self.sessions:
            self.stop()
        if end:
            raise end

    def _tell(self, code):
        super()._tell(code)
        self.states.append(code)


def waits(*sessions):
    """Return the seconds that were waited after each session but the last."""
    course = Course(list(sessions))

    async def within(waiting, seconds):
        waiting.close()
        course.waits.append(seconds)

    before = module._within
    module._within = within
    try:
        asyncio.run(course.run(course.tick))
    finally:
        module._within = before
    assert course.state == "stopped"
    assert course.stopped.is_set()
    assert course.ticks >= len(sessions)
    return course


def assert_about(seconds, expected):
    """Each wait is between half of what is expected and all of it."""
    assert len(seconds) >= len(expected)
    for one, longest in zip(seconds, expected):
        assert longest / 2 <= one <= longest, (seconds, expected)


def test_the_wait_doubles_up_to_five_minutes_while_nothing_works():
    course = waits(*[(1, False, RuntimeError("refused"))] * 12)
    assert_about(course.waits, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])


def test_two_waits_are_hardly_ever_the_same():
    seen = [waits((0, False, OSError()), (0, False, None)).waits[0] for _ in range(12)]
    assert len(set(seen)) > 1


def test_a_session_that_took_something_is_followed_by_the_shortest_wait():
    broken = (1, False, OSError())
    course = waits(broken, broken, broken, (1, True, OSError()), broken, broken)
    assert_about(course.waits, [2, 4, 8, 2, 4])


def test_a_session_that_stood_for_long_is_followed_by_the_shortest_wait():
    broken = (1, False, OSError())
    course = waits(broken, broken, (31, False, OSError()), broken, broken)
    assert_about(course.waits, [2, 4, 2, 4])


def test_each_end_has_its_word():
    # asyncio's, which is an OSError on CPython and none on MicroPython
    ends = (RuntimeError("tls-ca"), asyncio.TimeoutError(), OSError(32), None)
    course = waits(*[(1, False, end) for end in ends])
    assert [state for state in course.states if state != "online"] == ["start", "tls-ca", "frozen", "lost", "stopped"]
    assert course._health.notes["last_failure"] == "lost"


def test_the_clock_is_asked_when_tls_refuses_a_date():
    for code, expected in (("tls-expired", 1), ("tls-future", 1), ("tls-ca", 0)):
        assert waits((1, False, RuntimeError(code)), (1, False, None)).shifted == expected


def packets(readings):
    """Return topic and payload of what is sent for these readings."""
    whole = Course([])._packets(readings)
    sent = []
    for first, body in Packets(65536).feed(whole):
        assert first == 0x30
        length = body[0] << 8 | body[1]
        sent.append((str(body[2 : 2 + length], "utf8"), str(body[2 + length :], "utf8")))
    return sent


def test_what_is_at_most_a_period_old_is_live_and_the_rest_is_not():
    assert packets(
        [
            ("1", "sol", "1.0", NOW, 0),
            ("1", "sol", "2.0", NOW, PERIOD),
            ("1", "sol", "3.0", NOW, PERIOD + 1),
            ("1", "sol", "4.0", NOW, None),  # of an earlier start, while nobody knows the time
            ("1", "sol", "5.0", None, 5),
        ]
    ) == [
        ("/serre/1/bac/1/histo", '{"format":1,"measurements":[[%d,"sol","3.0"],[%d,"sol","4.0"]]}' % (NOW, NOW)),
        ("/serre/1/bac/1/sol", "1.0"),
        ("/serre/1/bac/1/sol", "2.0"),
        ("/serre/1/bac/1/sol", "5.0"),
    ]


def test_late_readings_go_by_planter_in_messages_of_4096_bytes_at_most_and_in_order():
    for width in (1, 26, 40, 131):
        leaf = "a" * width
        readings = [(str(n % 3), leaf, "%d.%s" % (n, "5" * 20), NOW + n, 99999) for n in range(600)]
        came = {}
        longest = 0
        for topic, payload in packets(readings):
            longest = max(longest, len(payload))
            rows = json.loads(payload)["measurements"]
            came.setdefault(topic, []).extend(rows)
        assert 4096 - width - 45 < longest <= 4096
        for planter in range(3):
            expected = [[unix, leaf, payload] for name, _, payload, unix, _ in readings if name == str(planter)]
            assert came["/serre/1/bac/%d/histo" % planter] == expected


def test_nothing_to_send_is_nothing_sent():
    assert packets([]) == []
