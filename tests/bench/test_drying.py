import json
from pathlib import Path
import subprocess
import sys

import pytest

from bench.drying.evaluation import Case, simulated
from bench.drying.report import BASELINES, OURS, errors, ranges

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return list(simulated(range(1000, 1060)))


@pytest.mark.parametrize("baseline", BASELINES)
@pytest.mark.parametrize("horizon", ["< 12 h", "12-48 h", "> 48 h", "all"])
def test_a_forecast_is_nearer_than_what_anybody_would_do(cases: list[Case], horizon: str, baseline: str) -> None:
    compared = errors(cases)[horizon]
    assert compared[OURS].cases >= 15
    assert compared[OURS].median_h < 0.9 * compared[baseline].median_h
    assert compared[OURS].p90_h < compared[baseline].p90_h


def test_the_range_holds_what_it_promises(cases: list[Case]) -> None:
    found = ranges(cases)
    assert 0.74 <= found["all"]["held"] <= 0.9
    for regime in found.values():
        assert regime["held"] >= 0.65
        assert regime["unknown"] <= 0.35


def test_the_quick_run_tells_every_figure(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench.drying", "--quick", "--json", figures]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, cwd=_ROOT)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert {OURS, *BASELINES} == json.loads(figures.read_text())["errors"]["all"].keys()
    assert all(name in ended.stdout for name in (OURS, *BASELINES))


def test_a_real_curve_is_read_from_a_file(tmp_path: Path) -> None:
    curve = tmp_path / "curve.csv"
    hours = [(hour, 80 - 0.5 * (hour % 96)) for hour in range(96 * 3)]
    curve.write_text("wall,moisture,vpd\n" + "".join(f"{3600 * hour},{moisture},\n" for hour, moisture in hours))
    command = [sys.executable, "-m", "bench.drying", "--recorded", curve]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, cwd=_ROOT)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert OURS in ended.stdout


def test_a_file_that_is_no_curve_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n")
    command = [sys.executable, "-m", "bench.drying", "--recorded", wrong]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, cwd=_ROOT)
    assert ended.returncode == 1
    assert "wall, moisture, vpd" in ended.stdout
