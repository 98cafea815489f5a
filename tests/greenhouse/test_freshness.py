import math

from hypothesis import given, strategies as st
import pytest

from custom_components.sigacs.greenhouse.freshness import is_fresh, silence_limit_s

ages = st.floats(-1e9, 1e9)
limits = st.floats(0, 1e9)


@pytest.mark.parametrize(
    ("period_s", "limit_s"),
    [(None, 3000), (900, 3000), (10, 330), (1, 303), (86_400, 259_500)],
)
def test_three_periods_and_five_minutes_of_silence_are_allowed(period_s: float | None, limit_s: float) -> None:
    assert silence_limit_s(period_s) == limit_s


@pytest.mark.parametrize(
    ("age_s", "fresh"),
    [(0.0, True), (2999.9, True), (3000.0, True), (3000.1, False), (-0.1, False), (-3600.0, False), (math.inf, False)],
)
def test_a_reading_is_fresh_up_to_its_limit_and_never_from_the_future(age_s: float, *, fresh: bool) -> None:
    assert is_fresh(age_s, 3000) is fresh


def test_without_a_limit_only_the_future_is_not_fresh() -> None:
    assert is_fresh(1e9, math.inf)
    assert not is_fresh(-1, math.inf)


@given(ages, limits, st.floats(0, 1e9))
def test_time_never_makes_a_stale_reading_fresh_again(age_s: float, limit_s: float, later_s: float) -> None:
    if age_s >= 0 and not is_fresh(age_s, limit_s):
        assert not is_fresh(age_s + later_s, limit_s)
