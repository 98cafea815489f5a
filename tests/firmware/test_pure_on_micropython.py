from pathlib import Path
import subprocess

import pytest

HERE = Path(__file__).parent
PURE = sorted((HERE / "pure").glob("test_*.py"))


@pytest.mark.parametrize("file", PURE, ids=[file.stem for file in PURE])
def test_what_passes_on_cpython_passes_on_the_boards_interpreter(micropython: Path, file: Path) -> None:
    command = [micropython, HERE / "run_on_micropython.py", HERE.parents[1] / "firmware", file]
    done = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
