import json
from pathlib import Path
import subprocess
import sys

import pytest

from bench.devices.figures import Figure, table

_ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(180)
def test_the_quick_run_measures_every_figure(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, _ROOT / "script" / "bench", "devices", "--quick", "--json", figures]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    measured = {figure["name"]: figure["value"] for figure in json.loads(figures.read_text())["figures"]}
    assert all(name in ended.stdout for name in measured)
    grown = measured.pop("what it grew by over 1,000 cycles")
    assert abs(grown) < measured["heap of the hub before"]
    assert measured.pop("processor time of an idle hub") >= 0  # the clock of processes ticks in hundredths of a second
    assert min(measured.values()) > 0


def test_a_figure_beyond_its_limit_is_marked() -> None:
    figures = [
        Figure("small", 1.0, "KB", 2),
        Figure("large", 3.0, "KB", 2),
        Figure("fast", 0.6, "x", 0.5, at_least=True),
        Figure("slow", 0.4, "x", 0.5, at_least=True),
        Figure("free", 9.0, "s"),
    ]
    lines = table(figures).splitlines()[1:]
    assert [line.endswith("missed") for line in lines] == [False, True, False, True, False]
