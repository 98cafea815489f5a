from itertools import pairwise
import json
import math
from typing import Any

from hypothesis import given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
import pytest

from custom_components.sigacs.greenhouse.watering import Judge, Limits, Verdict

FINE, DRY, WET = Verdict.FINE, Verdict.DRY, Verdict.WET
PERIOD = 900
PATIENCE = 2 * PERIOD
A_DAY = 96
LIMITS = Limits()
moistures = st.floats(0, 100)
all_limits = st.builds(Limits, st.floats(0, 100), st.floats(0, 30), st.floats(0, 100))


def said(moistures: list[float], limits: Limits = LIMITS, judge: Judge | None = None) -> list[Verdict | None]:
    """What is said after each of these readings, a period apart."""
    judge = judge or Judge()
    verdicts = []
    for number, moisture in enumerate(moistures):
        judge.take(moisture, 5000 + number * PERIOD, limits, PATIENCE)
        verdicts.append(judge.verdict)
    return verdicts


def changes(verdicts: list[Verdict | None]) -> int:
    return sum(before is not after for before, after in pairwise(verdicts))


def judge_of(verdict: Verdict) -> Judge:
    return Judge.from_dict({"verdict": verdict})


def test_nothing_is_said_of_a_planter_that_was_never_measured() -> None:
    assert Judge().verdict is None
    assert not Judge().watered(60, LIMITS)


def test_the_first_reading_says_at_once_whether_a_planter_is_dry() -> None:
    assert [said([moisture])[0] for moisture in (0, 29.9, 30, 95, 100)] == [DRY, DRY, FINE, FINE, FINE]


def test_a_change_is_told_once() -> None:
    judge = Judge()
    told = [judge.take(moisture, at * PERIOD, LIMITS, PATIENCE) for at, moisture in enumerate([40, 29, 29, 29, 29])]
    assert told == [True, False, False, True, False]


def test_a_longer_period_takes_as_many_readings() -> None:
    judge = Judge()
    for number, moisture in enumerate([40, 29, 29, 29]):
        judge.take(moisture, number * 3600, LIMITS, 7200)
        assert (judge.verdict is DRY) == (number == 3)


def test_readings_that_come_faster_than_the_period_do_not_hurry_the_judge() -> None:
    judge = judge_of(FINE)
    judge.take(40, 0, LIMITS, PATIENCE)
    dry_at = next(at for at in range(10, 10_000, 10) if judge.take(20, at, LIMITS, PATIENCE))
    assert 0.9 * PATIENCE <= dry_at - 10 <= PATIENCE


def test_a_lost_reading_does_not_hurry_the_judge() -> None:
    judge = judge_of(FINE)
    judge.take(40, 0, LIMITS, PATIENCE)
    for at in (900, 2700):  # the one between them was lost
        judge.take(29, at, LIMITS, PATIENCE)
        assert judge.verdict is FINE
    assert judge.take(29, 3600, LIMITS, PATIENCE)


@given(st.floats(3 * PERIOD + 1, 1e8), moistures)
def test_one_reading_behind_a_silence_decides_nothing(silence_s: float, moisture: float) -> None:
    for verdict, before in ((FINE, 50.0), (DRY, 20.0), (WET, 99.0)):
        judge = judge_of(verdict)
        judge.take(before, 0, LIMITS, PATIENCE)
        judge.take(moisture, silence_s, LIMITS, PATIENCE)
        assert judge.verdict is verdict


def test_two_readings_behind_a_silence_are_enough() -> None:
    judge = judge_of(FINE)
    judge.take(50, 0, LIMITS, PATIENCE)
    assert not judge.take(20, 50_000, LIMITS, PATIENCE)
    assert judge.take(20, 50_900, LIMITS, PATIENCE)
    assert judge.verdict is DRY


def test_a_clock_that_goes_back_counts_as_no_time() -> None:
    judge = judge_of(FINE)
    for at in (9000, 8000, 7000, 6000):
        judge.take(20, at, LIMITS, PATIENCE)
        assert judge.verdict is FINE


@given(st.floats(0, 100), st.floats(0.1, 30), st.data())
def test_noise_smaller_than_the_gap_never_says_anything_twice(
    dry_below: float, gap: float, data: st.DataObject
) -> None:
    low = data.draw(st.floats(max(0, dry_below - gap), dry_below))
    noise = st.floats(low, min(100, math.nextafter(low + gap, 0)))
    verdicts = said(data.draw(st.lists(noise, min_size=A_DAY, max_size=A_DAY)), Limits(dry_below, gap, 100))
    assert changes(verdicts) <= 1


@given(st.lists(moistures, min_size=3, max_size=40), st.integers(1, 38), moistures)
def test_one_odd_reading_among_steady_ones_changes_nothing(steady: list[float], place: int, odd: float) -> None:
    for verdict, low, high in ((FINE, 30, 95), (DRY, 0, 29.9), (WET, 95.1, 100)):
        readings = [low + (high - low) * one / 100 for one in steady]
        readings[min(place, len(readings) - 1)] = odd
        assert set(said(readings, judge=judge_of(verdict))) == {verdict}


def test_a_planter_just_watered_is_not_too_wet_and_one_that_stands_in_water_is() -> None:
    assert set(said([99.0] * A_DAY)) == {FINE}
    assert said([99.0] * (A_DAY + 1))[-1] is WET


def test_too_wet_ends_below_its_own_gap_like_dry() -> None:
    assert said([94, 91, 90.1, 90, 90, 90], judge=judge_of(WET)) == [WET, WET, WET, WET, WET, FINE]


def test_too_wet_ends_with_dry() -> None:
    assert said([10, 10, 10], judge=judge_of(WET))[-1] is DRY
    judge = judge_of(WET)
    assert judge.rethink(10, LIMITS)
    assert judge.verdict is DRY


def test_a_limit_of_0_never_says_dry_and_one_of_100_never_too_wet() -> None:
    assert set(said([0.0] * A_DAY, Limits(0, 0, 100))) == {FINE}
    assert set(said([100.0] * (2 * A_DAY), Limits(0, 0, 100))) == {FINE}


def test_a_recovery_beyond_100_is_at_100() -> None:
    limits = Limits(98, 30, 100)
    assert limits.dry_until == 100
    assert said([90, 99.9, 99.9, 99.9, 100, 100, 100], limits)[-2:] == [DRY, FINE]


@given(moistures, st.floats(0, 30))
def test_where_the_limits_are_upside_down_dry_goes_first(wet_above: float, gap: float) -> None:
    limits = Limits(dry_below=100.0, recovery_gap=gap, wet_above=wet_above)
    assert set(said([99.0] * (2 * A_DAY), limits)) == {DRY}
    sometimes_over = [100.0, 99.0, 99.0] * A_DAY
    assert WET not in said(sometimes_over, limits, judge_of(FINE))


@pytest.mark.parametrize(
    ("moisture", "limits", "verdict"),
    [(42, Limits(45), DRY), (42, Limits(40), FINE), (27, Limits(25), DRY), (27, Limits(25, 1), FINE)],
)
def test_a_moved_limit_is_judged_at_once(moisture: float, limits: Limits, verdict: Verdict) -> None:
    judge = Judge()
    judge.take(moisture, 0, LIMITS, PATIENCE)
    was = judge.verdict
    assert judge.rethink(moisture, limits) == (verdict is not was)
    assert judge.verdict is verdict


def test_a_reading_from_before_a_restart_can_be_judged_without_a_new_one() -> None:
    judge = Judge()
    assert judge.rethink(12, LIMITS)
    assert judge.verdict is DRY


def test_a_moved_limit_begins_the_patience_anew() -> None:
    judge = Judge()
    assert set(said([40, 29, 29], judge=judge)) == {FINE}
    assert not judge.rethink(29, Limits(28))
    assert said([27, 27, 27], Limits(28), judge) == [FINE, FINE, DRY]


def test_too_wet_begins_at_once_only_with_its_own_limit() -> None:
    judge = judge_of(FINE)
    judge.take(97, 0, LIMITS, PATIENCE)
    assert not judge.rethink(97, LIMITS._replace(dry_below=40.0))
    assert judge.rethink(97, LIMITS._replace(wet_above=96.0))
    assert judge.verdict is WET


def test_a_watering_ends_the_thirst_without_the_gap_and_a_sip_does_not() -> None:
    judge = judge_of(DRY)
    assert not judge.watered(29.9, LIMITS)
    assert judge.verdict is DRY
    assert judge.watered(30, LIMITS)
    assert judge.verdict is FINE
    assert not judge.watered(60, LIMITS)


@pytest.mark.parametrize("stored", [None, [], "dry", {}, {"verdict": "thirsty"}, {"verdict": 1}, {"verdict": []}])
def test_what_is_stored_wrong_is_a_fresh_start(stored: Any) -> None:
    assert Judge.from_dict(stored).verdict is None


class Soil(RuleBasedStateMachine):
    """A planter's soil over time, against what may be said of it, told from its readings alone."""

    @initialize(limits=all_limits)
    def begin(self, limits: Limits) -> None:
        self.judge = Judge()
        self.limits = limits
        self.at = 0.0
        self.moisture: float | None = None
        self.started = True  # no reading since the start, or the restart
        # How long, and by how many readings, the newest ones lie on one side; a silence counts as a period.
        self.below_s = self.recovered_s = self.above_s = -math.inf
        self.below = self.recovered = 0
        self.silent = False  # before the newest readings on one side

    def _note(self, moisture: float, step_s: float, gap_s: float) -> None:
        below, recovered = moisture < self.limits.dry_below, moisture >= self.limits.dry_until
        self.below_s = max(0, self.below_s + step_s) if below else -math.inf
        self.recovered_s = max(0, self.recovered_s + step_s) if recovered else -math.inf
        self.above_s = max(0, self.above_s + step_s) if moisture > self.limits.wet_above else -math.inf
        self.below = self.below + 1 if below else 0
        self.recovered = self.recovered + 1 if recovered else 0
        if self.started or gap_s > 3 * PERIOD:
            self.silent = True
        elif not (self.below > 1 or self.recovered > 1):
            self.silent = False

    @rule(moisture=moistures, gap_s=st.sampled_from([PERIOD, PERIOD, PERIOD, 870, 1800, 10, 0, 20_000, 1e6]))
    def a_reading_comes(self, moisture: float, gap_s: float) -> None:
        self._read(moisture, gap_s)

    @rule(
        share=st.floats(-0.5, 1.5), times=st.integers(1, 120), gap_s=st.sampled_from([PERIOD, PERIOD, 870, 930, 10_000])
    )
    def readings_go_on_around_a_level(self, share: float, times: int, gap_s: float) -> None:
        level = self.limits.dry_below + share * (self.limits.wet_above - self.limits.dry_below)
        for number in range(times):
            self._read(min(100, max(0, level + number % 3)), gap_s)

    def _read(self, moisture: float, gap_s: float) -> None:
        was, self.at = self.judge.verdict, self.at + gap_s
        self._note(moisture, 0 if self.started else min(gap_s, PERIOD), gap_s)
        changed = self.judge.take(moisture, self.at, self.limits, PATIENCE)
        first, self.started, self.moisture = was is None, False, moisture
        now = self.judge.verdict
        assert changed == (now is not was)
        if first:
            assert now is (DRY if moisture < self.limits.dry_below else FINE)
        elif changed and now is DRY:
            assert self.below >= (2 if self.silent else 3)
        elif changed and was is DRY:
            assert self.recovered >= (2 if self.silent else 3)
        elif changed and now is WET:
            assert self.above_s >= 0.99 * 24 * 3600

    @rule(limits=all_limits)
    def a_person_moves_the_limits(self, limits: Limits) -> None:
        if self.moisture is None:
            self.limits = limits
            return
        was, moved = self.judge.verdict, limits.wet_above != self.limits.wet_above
        self.limits = limits
        self.below_s = self.recovered_s = self.above_s = -math.inf
        self.below = self.recovered = 0
        changed = self.judge.rethink(self.moisture, limits)
        now = self.judge.verdict
        assert changed == (now is not was)
        if self.moisture < limits.dry_below:
            assert now is DRY
        elif self.moisture >= limits.dry_until:
            assert now is not DRY
        else:
            assert (now is DRY) == (was is DRY)
        if changed and now is WET:
            assert moved
            assert self.moisture > limits.wet_above

    @rule()
    def a_rise_is_confirmed(self) -> None:
        if self.moisture is None:
            return
        ends = self.judge.verdict is DRY and self.moisture >= self.limits.dry_below
        assert self.judge.watered(self.moisture, self.limits) == ends
        if ends:
            assert self.judge.verdict is not DRY

    @rule(stopped_s=st.floats(0, 1e6))
    def home_assistant_restarts(self, stopped_s: float) -> None:
        was = self.judge.verdict
        stored = json.dumps(self.judge.as_dict())
        self.judge = Judge.from_dict(json.loads(stored))
        assert json.dumps(self.judge.as_dict()) == stored
        assert self.judge.verdict is was
        self.at = stopped_s  # the machine's clock begins anew
        self.started = True
        self.below_s = self.recovered_s = self.above_s = -math.inf
        self.below = self.recovered = 0

    @invariant()
    def nothing_that_was_dry_for_long_enough_is_called_anything_else(self) -> None:
        if self.below_s >= PATIENCE:
            assert self.judge.verdict is DRY

    @invariant()
    def nothing_that_recovered_for_long_enough_is_called_dry(self) -> None:
        if self.recovered_s >= PATIENCE:
            assert self.judge.verdict is not DRY

    @invariant()
    def something_is_said_from_the_first_reading_on(self) -> None:
        assert (self.judge.verdict is None) == (self.moisture is None)


Soil.TestCase.settings = settings(max_examples=50, stateful_step_count=25)
test_the_soil_of_a_planter_is_judged_by_its_readings = Soil.TestCase
