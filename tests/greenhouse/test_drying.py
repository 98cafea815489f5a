import math
from random import Random
import sys

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.sigacs.greenhouse.dry_down import Because, Unforeseen
from custom_components.sigacs.greenhouse.drying import Drying, Forecast

PERIOD = 900.0
HOUR = 3600.0
DAY = 86_400.0
BEGAN = 1_790_000_000.0 - 1_790_000_000.0 % DAY


def dried(  # noqa: PLR0913
    drying: Drying,
    hours: float,
    *,
    start: float = 80.0,
    per_hour: float = 0.4,
    began: float = BEGAN,
    noise: float = 0.0,
) -> float:
    """Let a soil dry evenly; gives the time of the last message."""
    random = Random(1)
    steps = round(hours * HOUR / PERIOD)
    for step in range(steps):
        moisture = start - per_hour * step * PERIOD / HOUR + random.uniform(-noise, noise)
        drying.take(round(moisture, 1), began + step * PERIOD, None, PERIOD)
    return began + (steps - 1) * PERIOD


def forecast(drying: Drying, now: float, dry_below: float) -> Forecast:
    told = drying.forecast(now, dry_below)
    assert isinstance(told, Forecast), told
    return told


def hourly(
    days: float, *, start: float = 80.0, per_day: float = 6.0, ends: float = BEGAN
) -> list[tuple[float, float, None]]:
    hours = round(days * 24)
    return [(ends - (hours - hour - 0.5) * HOUR, start - per_day * (hour + 0.5) / 24, None) for hour in range(hours)]


def test_an_even_drying_reaches_the_threshold_when_a_ruler_says() -> None:
    drying = Drying()
    now = dried(drying, 48, noise=1.5)
    told = forecast(drying, now, 40.0)
    level = 80.0 - 0.4 * 48
    assert told.at == pytest.approx(now + (level - 40.0) / 0.4 * HOUR, abs=8 * HOUR)
    assert now < told.earliest < told.at < told.latest


def test_a_lower_threshold_is_reached_later() -> None:
    drying = Drying()
    now = dried(drying, 48)
    times = [forecast(drying, now, below).at for below in (50.0, 40.0, 30.0)]
    assert times == sorted(times)


def test_an_exponential_drying_is_foreseen_to_slow_down() -> None:
    drying = Drying()
    hours = 96
    for step in range(hours * 4):
        drying.take(round(10 + 70 * math.exp(-step / 4 / 120), 1), BEGAN + step * PERIOD, None, PERIOD)
    now = BEGAN + hours * HOUR
    truth = BEGAN - 120 * math.log((25 - 10) / 70) * HOUR
    told = forecast(drying, now, 25.0)
    assert told.earliest <= truth <= told.latest
    assert abs(told.at - truth) < 0.2 * (truth - now)


def test_a_planter_that_dries_by_day_gets_dry_by_day() -> None:
    drying = Drying()
    moisture = 90.0
    for step in range(5 * 96):
        by_day = 6 * HOUR <= step * PERIOD % DAY < 18 * HOUR
        moisture -= 0.2 if by_day else 0.0
        drying.take(round(moisture, 1), BEGAN + step * PERIOD, None, PERIOD)
    for below in (40.2, 36.0, 33.3, 30.1):
        told = forecast(drying, BEGAN + 5 * DAY, below)
        assert 5 <= told.at % DAY / HOUR <= 19


@pytest.mark.parametrize(
    ("hours", "per_hour", "below", "because"),
    [
        (10, 0.4, 30.0, Because.LEARNING),
        (72, -0.1, 30.0, Because.NOT_DRYING),
        (72, 0.05, 10.0, Because.FAR_AWAY),
        (48, 0.4, 75.0, Because.DRY_ALREADY),
    ],
)
def test_why_it_is_unknown_is_told(hours: float, per_hour: float, below: float, because: Because) -> None:
    drying = Drying()
    now = dried(drying, hours, per_hour=per_hour, noise=0.5)
    told = drying.forecast(now, below)
    assert isinstance(told, Unforeseen)
    assert told.because is because


def test_a_soil_that_stays_as_it_is_has_no_time() -> None:
    drying = Drying()
    now = dried(drying, 72, per_hour=0.0, noise=0.5)
    assert isinstance(drying.forecast(now, 30.0), Unforeseen)


def test_a_soil_that_comes_to_rest_above_the_threshold_does_not_dry_down_to_it() -> None:
    drying = Drying()
    for step in range(5 * 96):
        drying.take(round(50 + 30 * math.exp(-step / 96), 1), BEGAN + step * PERIOD, None, PERIOD)
    assert drying.forecast(BEGAN + 5 * DAY, 30.0) == Unforeseen(Because.NOT_DRYING)


@pytest.mark.parametrize("per_hour", [0.02, 0.04, 0.05, 0.08])
def test_what_is_far_away_still_tells_before_when_it_is_not(per_hour: float) -> None:
    drying = Drying()
    now = dried(drying, 96, per_hour=per_hour, noise=0.2)
    told = drying.forecast(now, 30.0)
    assert isinstance(told, Unforeseen)
    assert told.because is Because.FAR_AWAY
    assert told.earliest is not None
    truth = now + (80.0 - per_hour * 96 - 30.0) / per_hour * HOUR
    assert now + 7 * DAY < told.earliest <= min(now + 21 * DAY, truth)


def test_what_was_heard_of_no_planter_is_unknown() -> None:
    assert Drying().forecast(BEGAN, 30.0) == Unforeseen(Because.LEARNING)


def test_a_planter_silent_for_a_day_is_unknown() -> None:
    drying = Drying()
    now = dried(drying, 48)
    assert forecast(drying, now, 30.0)
    assert drying.forecast(now + DAY, 30.0) == Unforeseen(Because.LEARNING)


def test_after_a_watering_the_past_tells_at_once() -> None:
    drying = Drying()
    now = dried(drying, 72)
    drying.watered(now + PERIOD)
    again = now + PERIOD
    now = dried(drying, 3, began=again)
    told = forecast(drying, now, 40.0)
    assert told.at == pytest.approx(again + 40.0 / 0.4 * HOUR, abs=12 * HOUR)


def test_a_rise_in_loaded_hours_is_a_watering_too() -> None:
    drying = Drying()
    drying.load(hourly(5, per_day=8, ends=BEGAN) + hourly(5, per_day=8, ends=BEGAN + 5 * DAY))
    told = forecast(drying, BEGAN + 5 * DAY, 30.0)
    assert told.at == pytest.approx(BEGAN + 5 * DAY + (40 - 30) / 8 * DAY, abs=8 * HOUR)


def test_loading_twice_or_in_another_order_changes_nothing() -> None:
    past = hourly(6)
    once, twice = Drying(), Drying()
    once.load(past)
    for _ in range(2):
        twice.load(reversed(past))
    assert forecast(once, BEGAN, 30.0) == forecast(twice, BEGAN, 30.0)


def test_live_hours_win_over_loaded_ones() -> None:
    alone, both = Drying(), Drying()
    for drying in (alone, both):
        dried(drying, 48)
    both.load((BEGAN + (hour + 0.5) * HOUR, 5.0, None) for hour in range(47))
    assert forecast(alone, BEGAN + 2 * DAY, 30.0) == forecast(both, BEGAN + 2 * DAY, 30.0)


def test_a_forgotten_scale_is_unknown_until_seen_again() -> None:
    drying = Drying()
    now = dried(drying, 48)
    drying.forget()
    assert drying.forecast(now, 30.0) == Unforeseen(Because.LEARNING)
    now = dried(drying, 48, began=now + PERIOD)
    assert forecast(drying, now, 30.0)


def test_one_reading_far_off_moves_it_little() -> None:
    clean, odd = Drying(), Drying()
    for drying in (clean, odd):
        now = dried(drying, 60)
    odd.take(0.0, now + PERIOD, None, PERIOD)
    clean.take(56.0, now + PERIOD, None, PERIOD)
    now += 3 * HOUR
    for drying in (clean, odd):
        drying.take(55.0, now, None, PERIOD)
    first, second = forecast(clean, now, 30.0), forecast(odd, now, 30.0)
    assert abs(first.at - second.at) < 6 * HOUR


def test_a_clock_that_was_ahead_and_set_back_does_not_blind_it() -> None:
    drying = Drying()
    dried(drying, 2, began=BEGAN + 400 * DAY)
    now = dried(drying, 48)
    told = forecast(drying, now, 40.0)
    assert told.at == pytest.approx(now + (80 - 0.4 * 48 - 40) / 0.4 * HOUR, abs=8 * HOUR)


def test_a_fast_demonstration_is_foreseen_in_minutes() -> None:
    drying = Drying()
    for step in range(400):
        drying.take(round(90 - 0.1 * step, 1), BEGAN + 10 * step, None, 10.0)
    now = BEGAN + 4000
    told = forecast(drying, now, 30.0)
    assert told.at == pytest.approx(now + 200 * 10, rel=0.2)


def test_a_year_needs_no_more_memory_than_a_month() -> None:
    drying = Drying()
    sizes = []
    for month in range(12):
        for _ in range(3):
            drying.watered(dried(drying, 240, began=BEGAN + month * 30 * DAY))
        columns = (getattr(drying, name) for name in Drying.__slots__)
        sizes.append(sum(sys.getsizeof(column) for column in columns))
    assert sizes[-1] <= 1.1 * sizes[2] <= 6_600


times = st.floats(-1e12, 1e12) | st.sampled_from([BEGAN + hour * HOUR / 2 for hour in range(200)])
moistures = st.floats(0, 100)
deficits = st.none() | st.floats(0, 60)


@settings(max_examples=60, deadline=None)
@given(
    taken=st.lists(st.tuples(moistures, times, deficits, st.sampled_from([10.0, 900.0, 3600.0])), max_size=150),
    loaded=st.lists(st.tuples(times, moistures, deficits), max_size=150),
    watered=st.lists(times, max_size=5),
    now=times,
    below=moistures,
)
def test_whatever_comes_it_answers_in_order_or_not_at_all(
    taken: list[tuple[float, float, float | None, float]],
    loaded: list[tuple[float, float, float | None]],
    watered: list[float],
    now: float,
    below: float,
) -> None:
    drying = Drying()
    for moisture, wall, vpd, period in taken:
        drying.take(moisture, wall, vpd, period)
    for wall in watered:
        drying.watered(wall)
    drying.load(loaded)
    told = drying.forecast(now, below)
    if isinstance(told, Unforeseen):
        assert told.earliest is None or now <= told.earliest < math.inf
    else:
        assert all(math.isfinite(time) for time in told)
        assert now <= told.earliest <= told.at <= told.latest
