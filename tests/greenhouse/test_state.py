import math

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
import pytest

from custom_components.sigacs.greenhouse.channel import Channel, Reading
from custom_components.sigacs.greenhouse.hub import Health
from custom_components.sigacs.greenhouse.site import Site
from custom_components.sigacs.greenhouse.state import Planter
from custom_components.sigacs.greenhouse.topic import MeasureTopic

LIMIT = 3000.0


@pytest.fixture
def planter() -> Planter:
    return new_planter("sol", "air/temp")


def new_planter(*leaves: str) -> Planter:
    site = Site(max_planters=1, max_other_measures=0)
    for leaf in leaves:
        site.admit_channel(MeasureTopic("1", "1", leaf))
    return next(site.planters)


def told(channel: Channel) -> list[str]:
    """A list that grows by a word whenever the channel's listeners are told."""
    words: list[str] = []
    channel.listeners.append(lambda: words.append("told"))
    return words


def test_a_planter_never_heard_is_silent_and_has_no_values(planter: Planter) -> None:
    assert planter.silent
    assert planter.heard_at is None
    assert [channel.fresh for channel in planter.channels.values()] == [False, False]
    assert not planter.judge(1e6, LIMIT)


def test_zero_is_a_value(planter: Planter) -> None:
    soil = planter.channels["sol"]
    soil.take(0.0, 100)
    assert soil.fresh
    assert soil.reading == Reading(0.0, 100)


def test_an_unchanged_value_keeps_a_measure_fresh(planter: Planter) -> None:
    soil = planter.channels["sol"]
    for at in range(0, 86_400, 900):
        soil.take(65.0, at)
        assert not planter.judge(at + 899, LIMIT)
    assert soil.fresh
    assert planter.heard_at == 85_500


def test_a_measure_goes_stale_after_its_limit_and_tells_so_once(planter: Planter) -> None:
    soil = planter.channels["sol"]
    words = told(soil)
    soil.take(65.0, 100)
    assert not planter.judge(100 + LIMIT, LIMIT)
    assert (soil.fresh, words) == (True, [])
    assert planter.judge(100 + LIMIT + 1, LIMIT)
    assert (soil.fresh, planter.silent, words) == (False, True, ["told"])
    assert not planter.judge(1e9, LIMIT)
    assert words == ["told"]
    assert soil.reading == Reading(65.0, 100)


def test_a_planter_whose_air_probe_died_still_has_a_fresh_soil_moisture(planter: Planter) -> None:
    soil, air = planter.channels["sol"], planter.channels["air/temp"]
    soil.take(65.0, 0)
    air.take(22.5, 0)
    soil.take(64.0, 2000)
    assert not planter.judge(LIMIT + 1, LIMIT)
    assert (soil.fresh, air.fresh, planter.silent) == (True, False, False)
    assert planter.judge(2000 + LIMIT + 1, LIMIT)
    assert planter.silent


def test_without_a_limit_nothing_ever_goes_stale(planter: Planter) -> None:
    planter.channels["sol"].take(65.0, 0)
    assert not planter.judge(1e12, math.inf)
    assert planter.channels["sol"].fresh


def test_a_hub_that_announces_its_period_sets_the_limit(planter: Planter) -> None:
    assert planter.greenhouse.silence_limit_s == LIMIT
    planter.greenhouse.health = Health(period_s=10)
    assert planter.greenhouse.silence_limit_s == 330


def test_every_listener_is_told(planter: Planter) -> None:
    soil = planter.channels["sol"]
    first, second = told(soil), told(soil)
    soil.tell()
    assert (first, second) == (["told"], ["told"])


def test_the_end_of_a_silence_is_told_to_the_greenhouse_once(planter: Planter) -> None:
    soil, air = planter.channels["sol"], planter.channels["air/temp"]
    words: list[str] = []
    planter.greenhouse.listeners.append(lambda: words.append("told"))
    soil.restore(65.0, LIMIT + 1, 10_000, LIMIT)
    assert words == []
    air.restore(22.5, 600, 10_000, LIMIT)
    soil.take(64.0, 10_001)
    assert words == ["told"]


def test_a_restored_value_comes_back_with_its_true_age(planter: Planter) -> None:
    soil = planter.channels["sol"]
    soil.restore(65.0, 600, 10_000, LIMIT)
    assert (soil.fresh, planter.silent, planter.heard_at) == (True, False, 9400)
    assert soil.reading == Reading(65.0, 9400)
    assert not planter.judge(9400 + LIMIT, LIMIT)
    assert planter.judge(9401 + LIMIT, LIMIT)


def test_a_restored_value_that_is_too_old_is_kept_but_not_fresh(planter: Planter) -> None:
    soil = planter.channels["sol"]
    soil.restore(65.0, LIMIT + 1, 10_000, LIMIT)
    assert (soil.fresh, planter.silent) == (False, True)
    assert soil.reading == Reading(65.0, 10_000 - LIMIT - 1)
    assert planter.heard_at == 10_000 - LIMIT - 1


def test_a_restored_value_from_the_future_is_not_taken(planter: Planter) -> None:
    soil = planter.channels["sol"]
    soil.restore(65.0, -60, 10_000, LIMIT)
    assert (soil.fresh, soil.reading) == (False, None)
    assert (planter.silent, planter.heard_at) == (True, None)


def test_a_limit_that_was_moved_is_judged_by_both_ways(planter: Planter) -> None:
    soil = planter.channels["sol"]
    words = told(soil)
    soil.take(65.0, 0)
    assert planter.judge(1000, 500)
    assert (soil.fresh, planter.silent, words) == (False, True, ["told"])
    assert not planter.judge(1000, LIMIT)
    assert (soil.fresh, planter.silent, words) == (True, False, ["told", "told"])


@pytest.mark.parametrize(
    ("said", "heard", "connected"),
    [
        (None, False, None),
        (None, True, None),
        (True, True, True),
        (True, False, None),
        (False, True, False),
        (False, False, False),
    ],
)
def test_a_hub_is_as_it_says_unless_all_its_planters_are_silent(
    planter: Planter, *, said: bool | None, heard: bool, connected: bool | None
) -> None:
    planter.greenhouse.online = said
    if heard:
        planter.channels["sol"].take(65.0, 0)
    assert planter.greenhouse.connected is connected


def test_a_hub_without_planters_is_as_it_says() -> None:
    greenhouse = Site(max_planters=1, max_other_measures=0).admit_greenhouse("1")
    greenhouse.online = True
    assert greenhouse.connected


def test_a_live_value_is_not_overwritten_by_a_restored_one(planter: Planter) -> None:
    soil = planter.channels["sol"]
    soil.take(64.0, 10_000)
    soil.restore(65.0, 600, 10_001, LIMIT)
    assert soil.reading == Reading(64.0, 10_000)


def test_the_newest_message_is_remembered_whatever_the_order(planter: Planter) -> None:
    for at in (100, 300, 200):
        planter.heard(at)
    assert planter.heard_at == 300


@settings(max_examples=60, stateful_step_count=40)
class AgeingPlanter(RuleBasedStateMachine):
    """A planter, against the plain rule: a measure is fresh if its last message is not older than the limit."""

    leaves = st.sampled_from(["sol", "air/temp", "air/hum"])

    @initialize()
    def begin(self) -> None:
        self.now = 1000.0
        self.planter = new_planter("sol", "air/temp", "air/hum")
        self.heard: dict[str, float] = {}

    @rule(leaf=leaves, value=st.floats(0, 80))
    def a_measure_is_heard(self, leaf: str, value: float) -> None:
        channel = self.planter.channels[leaf]
        was_silent = self.planter.silent
        assert channel.take(value, self.now) == was_silent
        self.heard[leaf] = self.now
        assert channel.reading == Reading(value, self.now)

    @rule(leaf=leaves, age_s=st.floats(-5000, 5000))
    def a_measure_is_restored(self, leaf: str, age_s: float) -> None:
        self.planter.channels[leaf].restore(1.0, age_s, self.now, LIMIT)
        if age_s >= 0:
            self.heard.setdefault(leaf, self.now - age_s)

    @rule(seconds=st.floats(0, 4000))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        was_silent = self.planter.silent
        became_silent = self.planter.judge(self.now, LIMIT)
        assert became_silent == (self.planter.silent and not was_silent)

    @invariant()
    def every_measure_is_as_fresh_as_the_rule_says(self) -> None:
        expected = {leaf for leaf, at in self.heard.items() if self.now - at <= LIMIT}
        fresh = {leaf for leaf, channel in self.planter.channels.items() if channel.fresh}
        assert fresh == expected
        assert self.planter.silent == (not fresh)

    @invariant()
    def the_planter_remembers_its_newest_message(self) -> None:
        assert self.planter.heard_at == max(self.heard.values(), default=None)


test_a_planter_ages_as_the_rule_says = AgeingPlanter.TestCase
