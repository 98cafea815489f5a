"""The firmware's files on CPython, and the interpreter that runs them as a board does."""

from pathlib import Path
import sys

import pytest

_HERE = Path(__file__).parent
FIRMWARE = _HERE.parents[1] / "firmware"
MICROPYTHON = Path(sys.executable).with_name("micropython")

sys.path[:0] = [str(FIRMWARE), str(_HERE / "cpython")]


@pytest.fixture(scope="session")
def micropython() -> Path:
    """The unix port, whose wheel exists for 64-bit Linux on Intel and for macOS on Apple's processors."""
    if not MICROPYTHON.exists():
        pytest.skip("there is no MicroPython for this machine")
    return MICROPYTHON
