from collections.abc import Callable, Iterable
import json
import math
import random
from typing import Any

from hypothesis import given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
import pytest

from custom_components.sigacs.greenhouse.wetting import Watering, Wetting

PERIOD = 900
A_DAY = 96
NOON = 1_795_348_800.0
moistures = st.floats(0, 100)
walls = st.floats(0, 4e9)


def found(moistures: Iterable[float | None], wetting: Wetting | None = None, start: float = NOON) -> list[Watering]:
    """The waterings in readings a period apart; None is a reading that never came."""
    wetting = wetting or Wetting()
    taken = (
        wetting.take(moisture, start + number * PERIOD, PERIOD)
        for number, moisture in enumerate(moistures)
        if moisture is not None
    )
    return [watering for watering in taken if watering]


def at(number: int) -> float:
    return NOON + number * PERIOD


def soil(days: int, noise: Callable[[random.Random], float], seed: int, drift: float = 5.0) -> list[float]:
    """Days of soil that nobody waters, around 50 %, with the probe's drift from night to day."""
    rng = random.Random(seed)
    return [50 + drift / 2 * math.sin(2 * math.pi * n / A_DAY) + noise(rng) for n in range(days * A_DAY)]


# A watering


def test_a_watering_is_seen_at_its_second_raised_reading_and_dated_to_the_first() -> None:
    wetting = Wetting()
    assert found([30, 29.8, 29.6, 62], wetting) == []
    assert wetting.take(61.5, at(4), PERIOD) == Watering(at(3), 29.8, 61.5)


def test_the_second_reading_ever_may_be_raised() -> None:
    assert found([20, 60, 60]) == [Watering(at(1), 20, 60)]


@given(st.floats(5, 90), st.floats(5, 10), st.lists(st.floats(-0.4, 0.4), min_size=12, max_size=12))
def test_a_sip_is_seen_in_the_readings_of_a_quiet_probe(level: float, sip: float, noise: list[float]) -> None:
    quiet = [level + odd for odd in noise[:6]] + [level + sip + odd for odd in noise[6:]]
    (watering,) = found(quiet)
    assert watering.at == at(6)
    assert watering.after - watering.before > 3


@given(st.floats(5, 50), st.floats(9, 50), st.integers(1, 3), st.lists(st.floats(-0.5, 0.5), min_size=16, max_size=16))
def test_water_that_soaks_in_over_some_readings_is_one_watering(
    level: float, rise: float, steps: int, noise: list[float]
) -> None:
    soaking = [level + rise * min(1, max(0, n - 5) / steps) + odd for n, odd in enumerate(noise)]
    assert len(found(soaking)) == 1


def test_water_that_goes_on_soaking_for_hours_is_one_watering() -> None:
    for step in (2, 3, 4, 5):
        assert len(found([20, 20, 20, *range(20, 80, step), 80, 80, 80])) == 1


def test_a_second_watering_is_another_one_unless_it_comes_at_the_very_next_reading() -> None:
    assert len(found([20, 20, 40, 40, 60, 60, 60])) == 1
    assert len(found([20, 20, 40, 40, 40, 60, 60, 60])) == 2


def test_what_goes_on_soaking_in_is_a_rise_and_not_another_watering() -> None:
    wetting = Wetting()
    risen = []
    for number, moisture in enumerate([20, 20, 26, 26, 40, 40, 40]):
        wetting.take(moisture, at(number), PERIOD)
        risen.append(wetting.risen)
    assert risen == [False, False, False, True, False, True, False]


def test_a_watering_while_the_probe_was_away_counts_at_the_first_raised_reading() -> None:
    assert found([30, 29.9, *[None] * 24, 55, 54.8]) == [Watering(at(26), 30, 54.8)]


def test_a_watering_soon_after_one_before_a_silence_is_another_one() -> None:
    assert len(found([20, 20, 40, 40, *[None] * 24, 60, 60])) == 2


# What is none


@given(st.floats(0, 97), st.lists(st.tuples(st.floats(0, 3), walls), max_size=60))
def test_noise_of_one_and_a_half_points_either_way_is_never_a_watering(
    low: float, readings: list[tuple[float, float]]
) -> None:
    wetting = Wetting()
    assert [wetting.take(low + odd, wall, PERIOD) for odd, wall in readings] == [None] * len(readings)


@given(
    st.floats(0, 97),
    st.lists(st.floats(0, 3), min_size=3, max_size=40),
    st.sets(st.integers(1, 38)),
    st.lists(moistures, min_size=40, max_size=40),
)
def test_a_spike_is_never_a_watering(low: float, noise: list[float], places: set[int], spikes: list[float]) -> None:
    alone = {place for place in places if place - 1 not in places and place + 1 not in places}
    readings = [spikes[n] if n in alone else low + odd for n, odd in enumerate(noise)]
    readings += [low]
    lows = [n for n in alone if n < len(noise) and spikes[n] < low - 3]
    if len(lows) <= 1:  # every other reading at 0 is no level with spikes
        assert found(readings) == []


def test_a_spike_of_100_on_a_dying_plant_is_none_however_often_it_comes() -> None:
    assert found([12, 11.9, 100, 11.8, 100, 11.7, 100, 11.6, 11.5, 100, 11.4]) == []
    assert found([12, 11.9, *[None] * 30, 100, 11.8, 11.7]) == []


def test_a_dropout_is_no_watering_when_it_ends() -> None:
    assert found([60, 60, 60, 0, 60, 60, 60, 0, 0, 60, 60, 60]) == []


def test_three_points_are_no_watering_even_where_the_probe_was_quiet() -> None:
    assert found([50.0] * 100 + [53.0] * 5) == []
    assert len(found([50.0] * 100 + [54.0] * 5)) == 1


def test_a_probe_that_drops_out_again_and_again_still_sees_a_watering() -> None:
    assert len(found([0.0 if n % 9 == 5 else 60.0 for n in range(200)] + [70.0, 70.0])) == 1


def test_a_reading_below_the_first_ends_the_doubt() -> None:
    assert found([30, 30, 30, 36, 31, 36, 31, 30]) == []


@pytest.mark.parametrize("spread", [0.1, 0.75, 1.25, 3.0])
def test_a_season_without_water_has_hardly_a_watering_however_noisy_the_probe(spread: float) -> None:
    waterings = [len(found(soil(90, lambda rng: rng.gauss(0, spread), seed))) for seed in range(4)]
    assert sum(waterings) <= 4  # of 34 560 readings


@pytest.mark.parametrize(("sip", "most"), [(4, 0.5), (5, 0.8), (8, 0.99)])
def test_most_sips_are_seen_in_noise_of_one_and_a_half_points_either_way(sip: float, most: float) -> None:
    rng = random.Random(4)
    seen = 0
    for seed in range(200):
        day = soil(1, lambda rng: rng.uniform(-1.5, 1.5), seed)
        watered_at = rng.randrange(40, 80)
        raised = [one + (sip if n >= watered_at else 0) for n, one in enumerate(day)]
        seen += any(at(watered_at) <= one.at <= at(watered_at + 3) for one in found(raised))
    assert seen >= most * 200


def test_the_warmth_of_the_day_behind_a_silence_is_no_watering() -> None:
    assert found([40, 40, 40, *[None] * 40, 44.5, 44.6, 44.5]) == []
    assert found([40, 40, 40, *[None] * 40, 49.0, 44.6, 44.5]) == []


def test_no_rise_is_seen_across_a_change_of_the_scale() -> None:
    wetting = Wetting()
    assert found([20, 20, 20, 50], wetting) == []
    wetting.forget()
    assert found([50, 50, 50, 50], wetting, at(4)) == []
    assert len(found([70, 70], wetting, at(8))) == 1


@given(st.lists(st.tuples(moistures, walls, st.floats(1, 86_400)), max_size=60))
def test_whatever_the_clock_does_a_watering_is_a_rise_at_a_reading(readings: list[tuple[float, float, float]]) -> None:
    wetting = Wetting()
    for number, (moisture, wall, period_s) in enumerate(readings):
        if watering := wetting.take(moisture, wall, period_s):
            assert watering.at == readings[number - 1][1]
            assert watering.after == moisture
            assert 3 < watering.after - watering.before <= 100


# "I watered"


def marked(before: list[float | None], after: list[float | None], period_s: float = PERIOD) -> list[int]:
    """After which readings it is told that nothing rose, the mark being made one minute before the first of them."""
    wetting = Wetting()
    for number, moisture in enumerate(before):
        if moisture is not None:
            wetting.take(moisture, NOON + (number - len(before)) * period_s, period_s)
    wetting.mark(NOON - 60)
    told = []
    for number, moisture in enumerate(after):
        wall = NOON + number * period_s
        if moisture is not None:
            wetting.take(moisture, wall, period_s)
        if wetting.unanswered(wall, period_s):
            told.append(number)
    return told


def test_a_mark_without_a_rise_is_told_once_within_the_hour() -> None:
    assert marked([20] * 5, [20.0] * A_DAY) == [3]


def test_at_a_short_period_the_water_still_has_its_time_to_seep_in() -> None:
    assert marked([20] * 5, [20.0] * 400, period_s=10) == [175]


def test_at_a_long_period_three_readings_have_their_chance() -> None:
    assert marked([20] * 5, [20.0] * 10, period_s=7200) == [3]


@pytest.mark.parametrize("first_raised", [0, 1, 2])
def test_a_rise_after_the_mark_answers_it(first_raised: int) -> None:
    assert marked([20] * 5, [20.0] * first_raised + [50.0] * A_DAY) == []


@pytest.mark.parametrize("raised", [1, 2, 3, 4])
def test_first_watered_then_marked_is_answered_too(raised: int) -> None:
    assert marked([20.0] * 5 + [50.0] * raised, [50.0] * A_DAY) == []


def test_a_watering_of_this_morning_does_not_answer_the_mark_of_tonight() -> None:
    assert marked([20.0] * 5 + [50.0] * 40, [50.0] * A_DAY) == [3]


def test_a_spike_does_not_answer_a_mark() -> None:
    assert marked([20] * 5, [20.0, 100.0, 20.0, 20.0, 20.0, 20.0]) == [3]
    assert marked([20] * 5, [20.0, 20.0, 20.0, 100.0, 20.0, 20.0]) == [4]


def test_a_silent_probe_never_proves_that_nothing_rose() -> None:
    assert marked([20] * 5, [None] * A_DAY) == []
    assert marked([20] * 5, [20.0, 20.0, 20.0, *[None] * A_DAY]) == []


def test_a_probe_that_returns_the_next_day_does_not_prove_it_either() -> None:
    assert marked([20] * 5, [*[None] * A_DAY, *[20.0] * A_DAY]) == []


def test_a_slow_rise_is_not_called_none() -> None:
    assert found([20, 21, 22, 23, 24, 24, 24]) == []
    assert marked([20] * 5, [20, 21, 22, 23, 24, 24, 24, *[24.0] * A_DAY]) == []


def test_a_rise_that_is_gone_again_within_the_hour_was_one() -> None:
    assert marked([20] * 5, [26, 26, 20.5, 20.4, 20.4, 20.4, 20.4]) == []


def test_a_rise_in_doubt_is_waited_for() -> None:
    wetting = Wetting()
    found([20] * 5, wetting)
    wetting.mark(at(5))
    told = []
    for seconds, moisture in ((1900, 20), (2000, 20), (2800, 50), (3700, 50)):
        wetting.take(moisture, at(5) + seconds, PERIOD)
        told.append(wetting.unanswered(at(5) + seconds, PERIOD))
    assert told == [False] * 4
    assert wetting.risen


def test_a_clock_set_back_begins_the_hour_anew() -> None:
    wetting = Wetting()
    found([20] * 5, wetting)
    wetting.mark(at(5) + 86_400)
    told = []
    for number in range(5, 30):
        wetting.take(20, at(number), PERIOD)
        told += [number] if wetting.unanswered(at(number), PERIOD) else []
    assert told == [8]


def test_most_marks_without_a_rise_are_told_in_noise_of_one_and_a_half_points_either_way() -> None:
    told = 0
    for seed in range(200):
        day = soil(1, lambda rng: rng.uniform(-1.5, 1.5), seed)
        told += len(marked(day[:40], day[40:]))
    assert 160 <= told <= 200


def test_of_soil_that_is_full_nobody_can_tell() -> None:
    assert marked([98] * 5, [98.0] * A_DAY) == []


def test_of_a_planter_never_measured_nobody_can_tell() -> None:
    assert marked([], [20.0] * A_DAY) == []


def test_a_mark_does_not_outlive_a_change_of_the_scale() -> None:
    wetting = Wetting()
    found([20] * 4, wetting)
    wetting.mark(at(4))
    wetting.forget()
    found([20] * 10, wetting, at(4))
    assert not wetting.unanswered(at(14), PERIOD)


def test_a_second_mark_begins_anew() -> None:
    wetting = Wetting()
    found([20] * 4, wetting)
    wetting.mark(at(4))
    found([20] * 3, wetting, at(4))
    wetting.mark(at(7))
    told = []
    for number in range(7, 30):
        wetting.take(20, at(number), PERIOD)
        told += [number] if wetting.unanswered(at(number), PERIOD) else []
    assert told == [10]


# Restarts


def restarted(wetting: Wetting) -> Wetting:
    stored = json.dumps(wetting.as_dict())
    again = Wetting.from_dict(json.loads(stored))
    assert json.dumps(again.as_dict()) == stored
    return again


def test_a_watering_while_nobody_listened_is_seen() -> None:
    wetting = Wetting()
    found([30] * 4, wetting)
    assert found([60, 60], restarted(wetting), at(12)) == [Watering(at(12), 30, 60)]


def test_a_watering_told_before_a_restart_is_not_told_after_it() -> None:
    wetting = Wetting()
    assert len(found([30, 30, 50, 50], wetting)) == 1
    assert found([50, 50, 49], restarted(wetting), at(4)) == []


def test_a_mark_survives_a_restart() -> None:
    wetting = Wetting()
    found([20] * 4, wetting)
    wetting.mark(at(4))
    wetting = restarted(wetting)
    found([20] * 4, wetting, at(4) + 60)
    assert wetting.unanswered(at(7) + 60, PERIOD)


@pytest.mark.parametrize(
    "wrong",
    [
        {"levels": None},
        {"levels": [1, 2, 3, 4, 5, 6]},
        {"levels": ["50"]},
        {"levels": [True]},
        {"levels": [101]},
        {"levels": [math.nan]},
        {"levels": [10**400]},
        {"noise": None},
        {"noise": -1},
        {"noise": 50},
        {"heard": "now"},
        {"heard": math.inf},
        {"raised": -5},
        {"raised": [1]},
    ],
)
def test_what_is_stored_wrong_is_a_fresh_start(wrong: dict[str, Any]) -> None:
    wetting = Wetting()
    found([20] * 4, wetting)
    assert Wetting.from_dict(wetting.as_dict() | wrong).as_dict() == Wetting().as_dict()


@pytest.mark.parametrize("mark", [True, "mark", [], [1], [NOON], [NOON, "20"], [NOON, 120], [math.nan, 20], {"at": 1}])
def test_a_mark_stored_wrong_is_none(mark: Any) -> None:
    wetting = Wetting()
    found([20] * 4, wetting)
    assert Wetting.from_dict(wetting.as_dict() | {"mark": mark}).as_dict() == wetting.as_dict()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(json_values | st.fixed_dictionaries(dict.fromkeys(("levels", "noise", "heard", "raised", "mark"), json_values)))
def test_whatever_is_stored_readings_go_on(stored: Any) -> None:
    assert len(found([20, 20, 20, 20, 20, 60, 60], Wetting.from_dict(stored), 1e11)) <= 2


class Probe(RuleBasedStateMachine):
    """A probe in soil that somebody waters, marks, silences and restarts, against what may be told of it."""

    @initialize(level=st.floats(5, 60))
    def begin(self, level: float) -> None:
        self.wetting = Wetting()
        self.level = level
        self.wall = NOON
        self.watered = False  # since the last watering that was told, or could have been
        self.calm = 0  # readings since anything happened
        self.mark: float | None = None
        self.readings_since_mark = 0

    @rule(noise=st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=12), gap=st.sampled_from([1, 1, 1, 2, 20]))
    def readings_come(self, noise: list[float], gap: int) -> None:
        self.wall += (gap - 1) * PERIOD
        for odd in noise:
            self._read(self.level + odd)

    @rule(spike=moistures)
    def an_odd_reading_comes(self, spike: float) -> None:
        if self.calm >= 6:
            self._read(spike)
            self.calm = 0
            self._read(self.level)

    def _read(self, moisture: float) -> None:
        self.wall += PERIOD
        self.calm += 1
        self.readings_since_mark += 1
        watering = self.wetting.take(moisture, self.wall, PERIOD)
        if watering:
            assert self.watered
            assert self.wall - watering.at >= PERIOD
            self.watered, self.mark = False, None
        if self.wetting.unanswered(self.wall, PERIOD):
            assert self.mark is not None
            assert self.readings_since_mark >= 2
            assert 1800 <= self.wall - self.mark <= 7200
            self.mark = None

    @rule(rise=st.floats(12, 30))
    def somebody_waters(self, rise: float) -> None:
        if self.calm >= 2 and self.level + rise < 99:
            self.level += rise
            self.watered = True
            self._read(self.level)
            self._read(self.level)
            assert not self.watered  # told at the second reading
            self.calm = 0

    @rule()
    def the_soil_dries(self) -> None:
        self.level = max(1.0, self.level - 1.0)

    @rule()
    def somebody_says_so(self) -> None:
        self.wetting.mark(self.wall)
        self.mark, self.readings_since_mark = self.wall, 0

    @rule()
    def home_assistant_restarts(self) -> None:
        self.wetting = restarted(self.wetting)

    @rule()
    def the_scale_changes(self) -> None:
        self.wetting.forget()
        self.level = 100 - self.level if self.level > 50 else self.level
        self.calm, self.watered, self.mark = 0, False, None
        self._read(self.level)

    @invariant()
    def what_is_stored_stays_small(self) -> None:
        assert len(json.dumps(self.wetting.as_dict())) < 400


Probe.TestCase.settings = settings(max_examples=50, stateful_step_count=25)
test_a_probe_tells_waterings_and_nothing_else = Probe.TestCase
