import json

from node import cycle
from node.memory import fresh
from shared.wire import decode

VALUES = {
    "sol": 65.04,
    "air/temp": -0.04,
    "air/hum": 58.0,
    "batterie": 87,
    "tension": 3.906,
    "rssi": -61,
    "sol/brut": 1843.4,
}
PAYLOADS = [
    ("sol", "65.0"),
    ("air/temp", "0.0"),
    ("air/hum", "58.0"),
    ("batterie", "87"),
    ("tension", "3.91"),
    ("rssi", "-61"),
    ("sol/brut", "1843"),
]


def test_a_reading_is_published_as_it_is_on_the_wire():
    assert cycle.payloads(cycle.reading(VALUES)) == PAYLOADS
    for leaf, payload in PAYLOADS:
        decode(leaf, payload.encode())


def test_what_is_missing_or_cannot_be_is_not_published():
    values = dict(VALUES, sol=None, batterie=101, rssi=5)
    del values["air/hum"]
    assert [leaf for leaf, _ in cycle.payloads(cycle.reading(values))] == ["air/temp", "tension", "sol/brut"]


def test_nought_is_a_value():
    assert cycle.payloads(cycle.reading({"sol": 0.0})) == [("sol", "0.0")]


def test_every_decimal_survives_being_kept():
    for tenth in range(1001):
        assert cycle.payloads(cycle.reading({"sol": tenth / 10})) == [("sol", "%d.%d" % (tenth // 10, tenth % 10))]


def test_without_a_hub_the_pauses_grow_to_four_periods_and_an_hour_at_most():
    assert [cycle.pause(900, away) for away in range(6)] == [900, 900, 1800, 3600, 3600, 3600]
    assert cycle.pause(10, 100) == 40  # short periods are for those who look on
    assert cycle.pause(7200, 9) == 7200  # who measures every two hours goes on doing so


def test_kept_readings_age_by_the_clock():
    known = fresh()
    known["woke"] = [1000, 900]
    known["late"] = [[5, [650]]]
    cycle.age(known, 1905)
    assert known["late"] == [[910, [650]]]
    assert known["leased"] == 905


def test_a_clock_that_jumped_is_not_believed():
    for now in (0, 999, 1000 + 8 * 86400):
        known = fresh()
        known["woke"] = [1000, 900]
        known["late"] = [[0, [650]]]
        cycle.age(known, now)
        assert known["late"] == [[900, [650]]]


def test_the_first_wake_ages_nothing():
    known = fresh()
    cycle.age(known, 1795356000)
    assert known == fresh()


def test_the_newest_24_readings_are_kept():
    late = []
    for number in range(30):
        cycle.keep(late, [number])
    assert [numbers[0] for _, numbers in late] == list(range(6, 30))


def test_a_reading_that_the_hub_has_whole_is_not_kept():
    late = []
    cycle.keep(late, [None] * 7)
    assert late == []


def test_the_backlog_is_told_with_its_ages_oldest_first_in_messages_of_bounded_size():
    numbers = cycle.reading(VALUES)
    late = [[900 * age, list(numbers)] for age in range(24, 0, -1)]
    messages = cycle.waiting(late)
    assert sum(count for _, count in messages) == 24
    assert all(len(payload) <= 1100 for payload, _ in messages)
    rows = [row for payload, _ in messages for row in json.loads(payload)]
    assert len(rows) == 24 * 7
    assert rows[0] == [900 * 24, "sol", "65.0"]
    assert [age for age, _, _ in rows] == sorted((age for age, _, _ in rows), reverse=True)


def test_no_backlog_is_no_message():
    assert cycle.waiting([]) == []


def test_a_probe_is_stuck_when_it_says_the_same_twelve_times_again():
    still = [None, 0, None, 0]
    said = [cycle.stuck(still, 0, 2_000_000) for _ in range(14)]
    assert said == [False] * 12 + [True, True]
    assert not cycle.stuck(still, 0, 2_000_001)


def test_a_probe_with_noise_is_never_stuck():
    still = [None, 0, None, 0]
    assert not any(cycle.stuck(still, 0, None) for _ in range(30))
