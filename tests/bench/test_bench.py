import json
from pathlib import Path
import subprocess
import sys

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_SENSORS = 300


@pytest.mark.timeout(300)
def test_the_quick_run_measures_all_three_ways_and_no_burst_is_void(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, _ROOT / "script" / "bench", "--quick", "--json", figures]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "(a) core mqtt" in ended.stdout
    (size,) = json.loads(figures.read_text())["sizes"]
    assert size["sensors"] == _SENSORS
    assert set(size["measured"]) == {"a", "b", "c"}
    for way in size["measured"].values():
        (changed,), (unchanged,) = way["bursts"]["changed"], way["bursts"]["unchanged"]
        assert changed["messages"] == changed["writes"] == 8 * _SENSORS
        assert (unchanged["messages"], unchanged["writes"]) == (8 * _SENSORS + 1, 1)
        assert changed["cpu_s"] > 0 < unchanged["cpu_s"]
        assert way["seen_bytes"] > way["empty_bytes"] > 0
        assert min(way["alone_s"], way["first_sight_s"], way["restart_s"]) > 0


def test_a_mistaken_option_is_refused_in_words() -> None:
    command = [sys.executable, _ROOT / "script" / "bench", "--rounds", "0"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 2
    assert "--rounds" in ended.stderr
