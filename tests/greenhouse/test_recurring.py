from hypothesis import given, strategies as st
import pytest

from custom_components.sigacs.greenhouse.recurring import Recurring

HOUR = 3600.0
DAY = 24 * HOUR


def grown(recurring: Recurring, *hours: float) -> Recurring:
    """Let a count grow by one at each of these hours."""
    for hour in hours:
        recurring.look((recurring.count or 0) + 1, hour * HOUR)
    return recurring


def test_what_was_there_at_the_first_look_is_no_news() -> None:
    losses = Recurring(often=1)
    losses.look(70, 0)
    assert not losses.troubles(0)
    losses.look(71, 60)
    assert losses.troubles(60)


def test_what_does_not_grow_any_more_is_over_after_a_day() -> None:
    losses = grown(Recurring(often=1, count=0), 1)
    losses.look(1, 20 * HOUR)
    assert losses.troubles(24.9 * HOUR)
    assert not losses.troubles(25 * HOUR)


def test_a_counter_that_began_anew_has_grown_by_what_it_shows() -> None:
    losses = Recurring(often=1, count=70)
    losses.look(0, 0)
    assert not losses.troubles(0)
    losses.look(3, 60)
    assert losses.troubles(60)
    restarted = Recurring(often=1, count=70)
    restarted.look(2, 0)
    assert restarted.troubles(0)


@pytest.mark.parametrize(
    ("hours", "troubles"),
    [((), False), ((1,), False), ((1, 2), False), ((1, 2, 3), True), ((1, 2, 24.9), True), ((1, 2, 25.1), False)],
)
def test_it_takes_three_bursts_within_a_day(hours: tuple[float, ...], *, troubles: bool) -> None:
    refusals = grown(Recurring(often=3, count=0), *hours)
    assert refusals.troubles(max(hours, default=0) * HOUR) is troubles


def test_a_thousand_at_once_are_one_burst() -> None:
    refusals = Recurring(often=3, count=0)
    refusals.look(1000, 0)
    assert not refusals.troubles(0)


@given(counts=st.lists(st.integers(0, 5), max_size=40))
def test_a_count_that_never_grows_never_troubles(counts: list[int]) -> None:
    falling = Recurring(often=1)
    for at, count in enumerate(sorted(counts, reverse=True)):
        falling.look(0 if at else count, at)
        assert not falling.troubles(at)
