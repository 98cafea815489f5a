import json
from typing import Any

from hypothesis import given, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
import pytest

from custom_components.sigacs.greenhouse import late
from custom_components.sigacs.greenhouse.late import Hour, HourValues, LateHours

TEN = 1_795_356_000 - 1_795_356_000 % 3600
NOW = TEN + 86_400.0
SOIL = "/serre/1/bac/1/sol"
AIR = "/serre/1/bac/1/air/temp"

times = st.integers(TEN - 7200, TEN + 7200)
values = st.floats(-40, 100)


def collected(*rows: tuple[int, float], topic: str = SOIL) -> LateHours:
    hours = LateHours()
    for time, value in rows:
        hours.add(topic, time, value, NOW)
    return hours


def waiting(hours: LateHours) -> dict[tuple[str, int], HourValues]:
    return {(hour.topic, hour.start): hour.values for hour in hours.waiting}


def only(hours: LateHours) -> Hour:
    (hour,) = hours.waiting
    return hour


def test_an_hour_has_the_mean_the_lowest_and_the_highest_of_what_was_measured_in_it() -> None:
    hours = collected((TEN, 60.0), (TEN + 900, 61.0), (TEN + 1800, 62.0), (TEN + 3599, 66.0))
    assert waiting(hours) == {(SOIL, TEN): HourValues(mean=62.25, low=60.0, high=66.0)}


def test_an_hour_ends_where_the_next_begins() -> None:
    hours = collected((TEN - 1, 1.0), (TEN, 2.0), (TEN + 3600, 3.0))
    assert {start: value.mean for (_topic, start), value in waiting(hours).items()} == {
        TEN - 3600: 1.0,
        TEN: 2.0,
        TEN + 3600: 3.0,
    }
    assert [hour.end for hour in hours.waiting] == [TEN, TEN + 3600, TEN + 7200]


def test_each_measure_has_its_own_hours() -> None:
    hours = collected((TEN, 60.0))
    hours.add(AIR, TEN, 20.0, NOW)
    assert {topic for topic, _start in waiting(hours)} == {SOIL, AIR}


def test_what_comes_twice_counts_once() -> None:
    hours = collected((TEN, 60.0), (TEN + 900, 64.0))
    assert [hours.add(SOIL, TEN, 60.0, NOW), hours.add(SOIL, TEN, 99.0, NOW)] == [False, False]
    assert only(hours).values.mean == 62.0


def test_an_hour_that_is_written_waits_no_longer() -> None:
    hours = collected((TEN, 60.0))
    hours.written(only(hours))
    assert hours.waiting == []


def test_what_comes_after_an_hour_was_written_is_added_to_it() -> None:
    hours = collected((TEN, 60.0))
    hours.written(only(hours))
    assert not hours.add(SOIL, TEN, 60.0, NOW)
    assert hours.waiting == []
    assert hours.add(SOIL, TEN + 900, 64.0, NOW)
    assert (only(hours).written, only(hours).values.mean) == (True, 62.0)


def test_an_hour_that_was_dropped_begins_anew() -> None:
    hours = collected((TEN, 60.0))
    hours.drop(only(hours))
    hours.drop(Hour(SOIL, TEN, NOW))
    assert (hours.waiting, hours.measurements) == ([], 0)
    assert hours.add(SOIL, TEN, 61.0, NOW)
    assert not only(hours).written


def test_an_hour_to_which_nothing_comes_any_more_is_forgotten_written_or_not() -> None:
    hours = collected((TEN, 60.0))
    hours.written(only(hours))
    hours.add(AIR, TEN, 20.0, NOW + 10)
    hours.drop_unchanged_since(NOW + 1)
    assert (set(waiting(hours)), hours.measurements) == ({(AIR, TEN)}, 1)
    hours.drop_unchanged_since(NOW + 11)
    assert (hours.waiting, hours.measurements) == ([], 0)


def test_a_restart_loses_nothing() -> None:
    hours = collected((TEN, 60.0), (TEN + 3600, 61.0))
    hours.written(hours.waiting[0])
    hours.add(AIR, TEN, -1.5, NOW)
    restored = LateHours.from_dict(json.loads(json.dumps(hours.as_dict())))
    assert waiting(restored) == waiting(hours)
    assert not restored.add(SOIL, TEN, 60.0, NOW)
    assert restored.add(SOIL, TEN + 1, 62.0, NOW)
    assert {(hour.topic, hour.start): hour.written for hour in restored.waiting} == {
        (SOIL, TEN): True,
        (SOIL, TEN + 3600): False,
        (AIR, TEN): False,
    }


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        "x",
        {SOIL: None},
        {SOIL: {str(TEN): []}},
        {SOIL: {str(TEN): {}}},
        {SOIL: {str(TEN): {"measurements": {"x": 1.0, "-5": 1.0, "7": "1.0", "8": None, "9": True}}}},
    ],
)
def test_what_was_stored_in_another_shape_is_left_out(kept: Any) -> None:
    assert LateHours.from_dict(kept).measurements == 0


def test_memory_stays_bounded_whatever_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late, "_MOST_MEASUREMENTS", 10)
    hours = collected(*((TEN + second, 1.0) for second in range(30)))
    assert hours.measurements == len(only(hours).measurements) == 10


def test_the_number_of_hours_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late, "_MOST_HOURS", 10)
    hours = collected(*((TEN + hour * 3600, 1.0) for hour in range(30)))
    assert len(hours.waiting) == hours.measurements == 10


def test_what_is_written_makes_room_for_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late, "_MOST_MEASUREMENTS", 10)
    hours = collected(*((TEN + second, 1.0) for second in range(10)))
    hours.written(only(hours))
    assert hours.add(SOIL, TEN + 3600, 2.0, NOW)
    assert set(waiting(hours)) == {(SOIL, TEN + 3600)}
    assert hours.measurements == 1


@given(st.lists(st.tuples(times, values), min_size=1, max_size=40), st.randoms())
def test_an_hour_is_the_same_in_whatever_order_it_came(rows: list[tuple[int, float]], random: Any) -> None:
    alone = list({time: (time, value) for time, value in rows}.values())
    shuffled = random.sample(alone, len(alone))
    assert waiting(collected(*alone)) == waiting(collected(*shuffled))


@given(st.lists(st.tuples(times, values), min_size=1, max_size=40))
def test_a_mean_lies_between_the_lowest_and_the_highest(rows: list[tuple[int, float]]) -> None:
    for value in waiting(collected(*rows)).values():
        assert value.low - 1e-9 <= value.mean <= value.high + 1e-9


class Keeping(RuleBasedStateMachine):
    """Compares with a plain record of what came, what was written and what was dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.hours = LateHours()
        self.came: dict[int, dict[int, float]] = {}
        self.unwritten: set[int] = set()

    @rule(time=times, value=values)
    def comes(self, time: int, value: float) -> None:
        start = time - time % 3600
        is_new = time not in self.came.get(start, {})
        assert self.hours.add(SOIL, time, value, NOW) is is_new
        if is_new:
            self.came.setdefault(start, {})[time] = value
            self.unwritten.add(start)

    @rule(which=st.integers(0, 5))
    def is_written(self, which: int) -> None:
        for hour in self.hours.waiting[which : which + 1]:
            self.hours.written(hour)
            self.unwritten.remove(hour.start)

    @rule(which=st.integers(0, 5))
    def is_dropped(self, which: int) -> None:
        for hour in self.hours.waiting[which : which + 1]:
            self.hours.drop(hour)
            self.unwritten.remove(hour.start)
            del self.came[hour.start]

    @rule()
    def restarts(self) -> None:
        self.hours = LateHours.from_dict(json.loads(json.dumps(self.hours.as_dict())))

    @invariant()
    def waits_for_what_is_not_written(self) -> None:
        assert {hour.start: hour.measurements for hour in self.hours.waiting} == {
            start: self.came[start] for start in self.unwritten
        }
        assert self.hours.measurements == sum(map(len, self.came.values()))


TestKeeping = Keeping.TestCase
