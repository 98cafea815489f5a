from pathlib import Path
import subprocess

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("script", ["power_cuts", "full_and_worn"])
def test_the_hubs_queue_on_littlefs(micropython: Path, script: str) -> None:
    command = [micropython, "-X", "heapsize=8M", HERE / f"{script}.py", HERE.parents[2] / "firmware"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
