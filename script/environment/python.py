"""A Python that Home Assistant runs on: the machine's, one that uv downloads, or Debian testing's in `.tools/`."""

from pathlib import Path
import subprocess

from . import debian, private_program
from .console import SetupError, run, step
from .layout import PYTHON_VERSION, TOOLS
from .uv import uv

_FOLDER = TOOLS / "python3.14"
_PROGRAM = "usr/bin/python3.14"
# libstdc++6: compiled Python packages want it, beside the C library of the same suite
_PACKAGES = ("python3.14", "libstdc++6")


def python() -> Path:
    """Return the path of the interpreter, after bringing one where there is none. Raises SetupError."""
    if found := _find():
        return found
    if private_program.is_brought(_FOLDER, [_PROGRAM], _PACKAGES):
        return _FOLDER / _PROGRAM
    with step(f"Downloading Python {PYTHON_VERSION}"):
        refusal = _uv_python("install", "--no-bin").stderr.strip()
    if found := _find():
        return found
    if not debian.is_debian():
        raise SetupError(
            f"uv can neither find nor download a Python {PYTHON_VERSION}:\n{refusal}\n"
            "Install one (macOS: brew install python@3.14), and run this again."
        )
    with step("It cannot be downloaded here: taking the one of Debian's testing suite"):
        private_program.bring(_FOLDER, [_PROGRAM], _PACKAGES, suite="testing", finish=_compile)
    return _FOLDER / _PROGRAM


def _compile(folder: Path) -> None:
    """Compile the standard library, as the packages' installation would have done; every start is slow without."""
    run([folder / _PROGRAM, "-m", "compileall", "-q", folder / "usr" / "lib" / "python3.14"])


def _find() -> Path | None:
    found = _uv_python("find", "--no-project", "--system", "--no-python-downloads")
    return Path(found.stdout.strip()) if found.returncode == 0 else None


def _uv_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([uv(), "python", *arguments, PYTHON_VERSION], capture_output=True, text=True, check=False)
