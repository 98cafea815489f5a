import gc
import json

from hub.health import Health

if not hasattr(gc, "mem_free"):
    gc.mem_free = lambda: 61000  # CPython has no such figure

DAY = 86400
NOW = 1795356000


class Clock:
    def __init__(self):
        self.now = 0
        self.source = None

    def uptime(self):
        return self.now

    def unix(self):
        return self.source and NOW + self.now


class Queue:
    dropped = 0

    def __len__(self):
        return 7


def new():
    clock, queue = Clock(), Queue()
    return Health("0.1.0", 900, clock, queue), clock, queue


def test_everything_that_the_protocol_names():
    health, clock, queue = new()
    clock.now = 100
    clock.source = "ntp"
    queue.dropped = 3
    health.certificates = {"ca": 3373401600, "client": 1831900000}
    report = json.loads(health.text())
    assert report.pop("memory") > 0
    assert report == {
        "version": "0.1.0",
        "period": 900,
        "uptime": 100,
        "queue": 7,
        "dropped": 3,
        "clock": NOW + 100,
        "certificates": {"ca": 3373401600, "client": 1831900000},
    }


def test_a_clock_that_is_not_set_is_null():
    assert json.loads(new()[0].text())["clock"] is None


def test_notes_stand_beside_it_unless_they_are_too_much():
    health, _, _ = new()
    health.notes["refused"] = {"not_decimal": 2}
    assert json.loads(health.text())["refused"] == {"not_decimal": 2}
    health.notes["more"] = "é" * 1000
    text = health.text()
    assert len(text.encode()) <= 2048
    assert "refused" not in json.loads(text)


def test_it_is_due_each_hour_and_sooner_when_something_changed():
    health, clock, queue = new()
    health.text()
    clock.now = 3599
    assert not health.due()
    clock.now = 3600
    assert health.due()
    health.text()
    queue.dropped = 1
    clock.now += 59
    assert not health.due()  # a minute at the soonest, whatever happens
    clock.now += 1
    assert health.due()
    for change in (
        lambda: setattr(clock, "source", "ntp"),
        lambda: health.certificates.update(client=NOW),
        lambda: health.notes.update(last_failure="refused"),
    ):
        health.text()
        clock.now += 60
        assert not health.due()
        change()
        assert health.due()


def test_how_long_the_certificates_last():
    health, clock, _ = new()
    assert health.certificate() is None
    clock.source = "ntp"
    assert health.certificate() is None
    for left, expected in (
        (400 * DAY, ("ok", 400)),
        (60 * DAY, ("ok", 60)),
        (60 * DAY - 1, ("soon", 59)),
        (14 * DAY, ("soon", 14)),
        (14 * DAY - 1, ("urgent", 13)),
        (0, ("urgent", 0)),
        (-1, ("expired", -1)),
    ):
        health.certificates = {"ca": NOW + 9999 * DAY, "client": NOW + left}
        assert health.certificate() == expected, left
