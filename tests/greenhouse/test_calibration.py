import json
import math
from pathlib import Path
import re
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.sigacs.greenhouse.calibration import Calibration, CalibrationError, CalibrationFault, plausible
from custom_components.sigacs.greenhouse.measure import PROBE_VOLTAGE

NODE_SOIL = Path(__file__).resolve().parents[2] / "firmware" / "node" / "soil.py"
UNIT_EARTH = Calibration(dry_mv=2900, wet_mv=1630)
RESISTIVE = Calibration(dry_mv=300, wet_mv=2200)
points = st.floats(50, 3099.9)
scales = st.tuples(points, points).filter(lambda pair: abs(pair[0] - pair[1]) >= 100)
calibrations = st.builds(lambda pair: Calibration(*pair), scales)
voltages = st.floats(PROBE_VOLTAGE.low, PROBE_VOLTAGE.high)


def fault_of(dry_mv: float | None, wet_mv: float | None) -> CalibrationFault:
    with pytest.raises(CalibrationError) as refused:
        Calibration(dry_mv, wet_mv)
    assert str(refused.value)
    return refused.value.fault


@pytest.mark.parametrize("calibration", [UNIT_EARTH, RESISTIVE])
def test_the_two_points_are_0_and_100_and_the_middle_is_50(calibration: Calibration) -> None:
    dry, wet = calibration.dry_mv, calibration.wet_mv
    assert dry is not None
    assert wet is not None
    assert [calibration.moisture(mv) for mv in (dry, (dry + wet) / 2, wet)] == [0, 50, 100]


def test_soil_somewhat_drier_or_wetter_than_the_points_is_as_the_points() -> None:
    assert [UNIT_EARTH.moisture(mv) for mv in (3000, 1600, 1630 - 317)] == [0, 100, 100]


def test_a_voltage_far_beyond_the_points_is_no_moisture() -> None:
    assert [UNIT_EARTH.moisture(mv) for mv in (1312, 1000, 3300)] == [None] * 3


@given(calibrations)
def test_a_dead_probe_is_never_soaked_nor_dry(calibration: Calibration) -> None:
    for dead in (0.0, 49.9, 3100.0, 3300.0, 5000.0, math.nan):
        assert calibration.moisture(dead) is None
        assert not plausible(dead)


@given(calibrations, voltages)
def test_a_moisture_is_within_0_and_100_or_none(calibration: Calibration, raw_mv: float) -> None:
    moisture = calibration.moisture(raw_mv)
    assert moisture is None or 0 <= moisture <= 100
    assert moisture is None or plausible(raw_mv)


@given(calibrations, voltages, voltages)
def test_wetter_soil_is_never_less_moist(calibration: Calibration, one_mv: float, other_mv: float) -> None:
    dry, wet = calibration.dry_mv, calibration.wet_mv
    assert dry is not None
    assert wet is not None
    drier, wetter = sorted((one_mv, other_mv), reverse=wet < dry)
    of_drier, of_wetter = calibration.moisture(drier), calibration.moisture(wetter)
    if of_drier is not None and of_wetter is not None:
        assert of_drier <= of_wetter


def test_a_planter_is_calibrated_in_two_gestures_in_any_order() -> None:
    half = Calibration().with_dry(2900)
    assert not half.complete
    assert half.moisture(2000) is None
    whole = half.with_wet(1630)
    assert whole == Calibration().with_wet(1630).with_dry(2900) == UNIT_EARTH
    assert whole.complete


def test_a_point_can_be_taken_again() -> None:
    assert UNIT_EARTH.with_dry(2700) == Calibration(2700, 1630)


def test_two_points_that_are_nearly_the_same_are_refused() -> None:
    assert fault_of(2000, 1901) is fault_of(1901, 2000) is CalibrationFault.TOO_CLOSE
    with pytest.raises(CalibrationError, match="2900 mV and wet at 2850 mV"):
        Calibration().with_dry(2900).with_wet(2850)
    assert Calibration(2000, 1900).complete


@pytest.mark.parametrize("dead", [0, 49.9, 3100, 5000, -1, math.nan, math.inf])
def test_a_point_that_is_no_probe_is_refused(dead: float) -> None:
    assert fault_of(dead, None) is fault_of(None, dead) is fault_of(dead, 1630) is CalibrationFault.NOT_A_PROBE


def test_a_probe_is_silent_by_the_same_limits_as_on_a_node() -> None:
    limits = dict(re.findall(r"_(SHORT|RAIL)_UV = const\(([0-9_]+)\)", NODE_SOIL.read_text(encoding="utf-8")))
    short_mv, rail_mv = (int(limits[name]) / 1000 for name in ("SHORT", "RAIL"))
    assert [plausible(mv) for mv in (short_mv - 0.1, short_mv, rail_mv - 0.1, rail_mv)] == [False, True, True, False]


@given(calibrations | st.builds(Calibration, dry_mv=points) | st.builds(Calibration, wet_mv=points))
def test_a_calibration_survives_a_restart(calibration: Calibration) -> None:
    assert Calibration.from_dict(json.loads(json.dumps(calibration.as_dict()))) == calibration


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        "2900",
        {"dry_mv": "2900", "wet_mv": 1630},
        {"dry_mv": 2900, "wet_mv": [1630]},
        {"dry_mv": True, "wet_mv": 1630},
        {"dry_mv": 2900, "wet_mv": 0},
        {"dry_mv": 2900, "wet_mv": 2899},
        {"dry_mv": math.nan, "wet_mv": 1630},
    ],
)
def test_what_is_stored_wrong_is_no_calibration(stored: Any) -> None:
    assert Calibration.from_dict(stored) == Calibration()
