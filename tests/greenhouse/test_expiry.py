from hypothesis import given, strategies as st
import pytest

from custom_components.sigacs.greenhouse.expiry import DAY_S, Stage, days_left, stage

NOW = 1_795_357_765.0
ends = st.floats(min_value=-40 * DAY_S, max_value=40 * DAY_S)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (365, None),
        (30.01, None),
        (30, Stage.SOON),
        (14.01, Stage.SOON),
        (14, Stage.NEAR),
        (13, Stage.NEAR),
        (3.01, Stage.NEAR),
        (3, Stage.URGENT),
        (0.01, Stage.URGENT),
        (0, Stage.EXPIRED),
        (-400, Stage.EXPIRED),
    ],
)
def test_people_are_told_30_14_and_3_days_before_and_after_the_end(days: float, expected: Stage | None) -> None:
    assert stage(NOW + days * DAY_S, NOW) is expected


@pytest.mark.parametrize(
    ("days", "said"), [(365, 365), (13.99, 13), (13, 13), (1, 1), (0.99, 0), (0, 0), (-0.5, 0), (-9, 0)]
)
def test_the_days_that_are_left_are_never_flattered(days: float, said: int) -> None:
    assert days_left(NOW + days * DAY_S, NOW) == said


@given(left_s=ends)
def test_never_more_days_are_said_than_there_are(left_s: float) -> None:
    said = days_left(NOW + left_s, NOW)
    assert said >= 0
    assert said * DAY_S <= max(0.0, NOW + left_s - NOW)


@given(one=ends, other=ends)
def test_the_nearer_end_is_never_of_an_earlier_stage(one: float, other: float) -> None:
    order = [None, *Stage]
    nearer, farther = sorted((one, other))
    assert order.index(stage(NOW + nearer, NOW)) >= order.index(stage(NOW + farther, NOW))
