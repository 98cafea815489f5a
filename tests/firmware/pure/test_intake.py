from hub.greenhouse import Greenhouse
from hub.intake import Intake


class Clock:
    def uptime(self):
        return 10_000


class Queue:
    def __init__(self):
        self.readings = []
        self.written = 0

    def add(self, planter, leaf, payload, at_uptime):
        self.readings.append((planter, leaf, payload, at_uptime))

    def commit(self):
        count = len(self.readings) - self.written
        self.written = len(self.readings)
        return count


class Hub:
    def __init__(self):
        self.queue = Queue()
        self.greenhouse = Greenhouse(900)
        self.woken = 0
        self.intake = Intake("1", self.greenhouse, self.queue, Clock(), self.wake)

    def wake(self):
        self.woken += 1

    def hears(self, topic, payload):
        self.intake.message("bac-1", topic, payload, False)
        self.intake.settle()
        return self.queue.readings


def test_a_measurement_is_queued_as_it_was_written_and_the_uplink_is_woken():
    hub = Hub()
    assert hub.hears("/serre/1/bac/1/sol", b"065.00") == [("1", "sol", "065.00", 10_000)]
    assert hub.woken == 1
    assert hub.greenhouse.planters[0][1] == "1"


def test_a_leaf_that_nobody_knows_is_passed_on_too():
    assert Hub().hears("/serre/1/bac/1/co2", b"412") == [("1", "co2", "412", 10_000)]


def test_what_is_no_measurement_is_counted_under_its_reason_and_goes_nowhere():
    hub = Hub()
    cases = (
        ("sol", b"65,0", "not_decimal"),
        ("sol", b"", "empty"),
        ("sol", b"101", "out_of_range"),
        ("sol", b"1" * 33, "too_long"),
        ("histo", b"1", "topic"),
    )
    for leaf, payload, reason in cases:
        assert hub.hears("/serre/1/bac/1/" + leaf, payload) == []
        assert hub.intake.refused.pop(reason) == 1
    assert hub.intake.refused == {}
    assert hub.woken == 0


def test_topics_that_are_no_planters_of_this_greenhouse_stay_between_the_hubs_clients():
    hub = Hub()
    for topic in ("/serre/2/bac/1/sol", "/serre/1/etat", "hello", "/serre/1/bac/1"):
        assert hub.hears(topic, b"1") == []
    assert hub.intake.refused == {}


def test_what_a_node_could_not_deliver_gets_the_time_of_its_age():
    waiting = b'[[1800, "sol", "64.0"], [900, "air/temp", "21.5"]]'
    assert Hub().hears("/serre/1/bac/7/retard", waiting) == [
        ("7", "sol", "64.0", 8_200),
        ("7", "air/temp", "21.5", 9_100),
    ]


def test_waiting_measurements_may_be_older_than_the_hubs_start():
    assert Hub().hears("/serre/1/bac/7/retard", b'[[20000, "sol", "64.0"]]') == [("7", "sol", "64.0", -10_000)]


def test_nothing_that_waits_gets_past_the_grammar():
    for late in (
        b"",
        b"{}x",
        b"7",
        b"\xff\xfe",
        b'["sol"]',
        b'[[1, "sol"]]',
        b'[[-1, "sol", "1"]]',
        b'[[10000000000, "sol", "1"]]',
        b'[[1.5, "sol", "1"]]',
        b'[[1, "#", "1"]]',
        b'[[1, "+", "1"]]',
        b'[[1, "", "1"]]',
        b'[[1, "a b", "1"]]',
        b'[[1, "a\\"b", "1"]]',
        b'[[1, "' + b"a" * 300 + b'", "1"]]',
        b'[[1, "histo", "1"]]',
        b'[[1, "retard", "1"]]',
        b'[[1, "sol", "nan"]]',
        b'[[1, "sol", 1]]',
    ):
        hub = Hub()
        assert hub.hears("/serre/1/bac/1/retard", late) == [], late
        assert sum(hub.intake.refused.values()) == 1, late


def test_a_fault_is_shown_and_is_no_measurement():
    hub = Hub()
    assert hub.hears("/serre/1/bac/1/defaut", b"sol: 0 V") == []
    assert hub.greenhouse.planters[0][3] == "sol: 0 V"
    hub.hears("/serre/1/bac/1/defaut", b"")
    assert hub.greenhouse.planters[0][3] == ""
    hub.hears("/serre/1/bac/1/defaut", b"\xff")
    assert hub.intake.refused == {"not_decimal": 1}
