from hypothesis import given, strategies as st
import pytest

from custom_components.sigacs.greenhouse.calibration import Calibration
from custom_components.sigacs.greenhouse.care import GreenhouseCare, PlanterCare
from custom_components.sigacs.greenhouse.watering import Limits

PERCENT = st.floats(0, 100)
VOLTAGES = st.just(Calibration()) | st.builds(Calibration, st.floats(2000, 3000), st.floats(500, 1800))
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
)


@given(st.builds(Limits, PERCENT, PERCENT, PERCENT), VOLTAGES, st.none() | st.floats(0, 4e9), st.floats(0, 4e9))
def test_what_was_set_for_a_planter_is_read_back(
    limits: Limits, calibration: Calibration, rest_until: float | None, calibrated_at: float
) -> None:
    care = PlanterCare(limits=limits, calibration=calibration, rest_until=rest_until, calibrated_at=calibrated_at)
    assert PlanterCare.from_dict(care.as_dict()).as_dict() == care.as_dict()


@given(st.none() | st.floats(0, 4e9), st.floats(-20, 20))
def test_what_was_set_for_a_greenhouse_is_read_back(rest_until: float | None, frost_below_c: float) -> None:
    care = GreenhouseCare(rest_until=rest_until, frost_below_c=frost_below_c)
    assert GreenhouseCare.from_dict(care.as_dict()).as_dict() == care.as_dict()


@given(st.dictionaries(st.sampled_from(["limits", "calibration", "rest_until", "calibrated_at"]), JSON))
def test_a_damaged_record_counts_as_not_set_and_leaves_the_planter_watched(stored: dict[str, object]) -> None:
    limits = PlanterCare.from_dict(stored).limits
    assert all(0 <= limit <= 100 for limit in limits)


@pytest.mark.parametrize(
    ("limits", "kept"),
    [
        ({"dry_below": 45, "recovery_gap": "5"}, Limits(dry_below=45)),
        ({"dry_below": -1, "wet_above": 101}, Limits()),
        ({"dry_below": True}, Limits()),
        (None, Limits()),
    ],
)
def test_a_limit_that_cannot_be_is_the_default_one(limits: object, kept: Limits) -> None:
    assert PlanterCare.from_dict({"limits": limits}).limits == kept


def test_a_rest_ends_at_its_second() -> None:
    care = PlanterCare(rest_until=1000.0)
    assert care.resting(999.9)
    assert not care.resting(1000.0)
    assert not PlanterCare().resting(0.0)
