from dataclasses import dataclass

from hypothesis import given, strategies as st

from custom_components.sigacs.greenhouse.alerts import (
    HUB_PATIENCE_S,
    Alerts,
    Cause,
    Listening,
    Silence,
    silence_of,
)

PERIOD = 900.0
LIMIT = 3000.0
START = 1_000_000.0


@dataclass(eq=False)
class Planter:
    heard_at: float | None


def listening(*, since: float | None = START, offline_since: float | None = None) -> Listening:
    return Listening(since, offline_since, LIMIT, PERIOD)


def test_nobody_is_silent_who_was_just_heard() -> None:
    assert silence_of([Planter(START + 100)], listening(), START + 200) is None


def test_one_dead_planter_is_told_one_period_after_its_limit_with_the_time_it_was_last_heard() -> None:
    dead, alive = Planter(START + 100), Planter(START + 4000)
    assert silence_of([dead, alive], listening(), START + 100 + LIMIT + PERIOD) is None
    silence = silence_of([dead, alive], listening(), START + 101 + LIMIT + PERIOD)
    assert silence == Silence(Cause.PLANTERS, (dead,), START + 100)


def test_a_hub_that_is_off_is_one_cause_and_needs_no_waiting_for_its_planters() -> None:
    planters = [Planter(START + 100 + number) for number in range(12)]
    off = listening(offline_since=START + 200)
    assert silence_of(planters, off, START + 200 + HUB_PATIENCE_S - 1) is None
    assert silence_of(planters, off, START + 200 + HUB_PATIENCE_S) == Silence(Cause.HUB, tuple(planters), START + 200)


def test_planters_that_fell_silent_within_one_period_are_one_cause_though_the_hub_never_said_so() -> None:
    planters = [Planter(START + 70 * number) for number in range(12)]
    silence = silence_of(planters, listening(), START + LIMIT + PERIOD + 1)
    assert silence == Silence(Cause.HUB, tuple(planters), START)


def test_a_greenhouse_of_one_planter_blames_the_planter() -> None:
    silence = silence_of([Planter(START)], listening(), START + LIMIT + PERIOD + 1)
    assert silence
    assert silence.cause is Cause.PLANTERS


def test_after_a_start_everybody_has_time_to_speak() -> None:
    old = [Planter(START - 9 * 86_400), Planter(None)]
    assert silence_of(old, listening(), START + LIMIT + PERIOD) is None
    assert silence_of(old, listening(), START + LIMIT + PERIOD + 1)


def test_while_we_cannot_hear_nobody_is_called_silent() -> None:
    assert silence_of([Planter(START)], listening(since=None, offline_since=START), START + 1e6) is None


def test_where_all_planters_are_at_rest_nothing_is_silent() -> None:
    assert silence_of([], listening(offline_since=START), START + 1e6) is None


def test_it_is_too_early_to_tell_until_everybody_has_had_the_time() -> None:
    assert not listening(since=None).settled(START + 1e6)
    assert not listening().settled(START + LIMIT + PERIOD)
    assert listening().settled(START + LIMIT + PERIOD + 1)


@given(
    st.lists(st.floats(0, 2e5), min_size=1, max_size=20),
    st.floats(0, 2e5),
    st.none() | st.floats(0, 2e5),
)
def test_whoever_is_named_is_really_silent_or_behind_a_dead_hub(
    heard: list[float], now_s: float, offline: float | None
) -> None:
    now = START + now_s
    planters = [Planter(min(START + at, now)) for at in heard]
    off = None if offline is None else min(START + offline, now)
    silence = silence_of(planters, listening(offline_since=off), now)
    if silence and off is None:
        assert all(now - planter.heard_at > LIMIT for planter in silence.planters if planter.heard_at)
    if silence is None:
        assert all(now - planter.heard_at <= LIMIT + PERIOD for planter in planters if planter.heard_at)


def test_only_another_judgement_is_told() -> None:
    alerts: Alerts[Planter] = Alerts()
    told: list[bool | None] = []
    alerts.listeners.append(lambda: told.append(alerts.silent))
    planter = Planter(START)
    alerts.review((), (), None, speaking=False)
    alerts.review((), (), None, speaking=True)
    alerts.review((), (), None, speaking=True)
    alerts.review((planter,), (), None, speaking=True)
    silence = Silence(Cause.PLANTERS, (planter,), START)
    alerts.review((), (planter,), silence, speaking=False)
    alerts.review((), (planter,), Silence(Cause.PLANTERS, (planter,), START), speaking=False)
    assert told == [False, False, True]
