"""uv, which makes the environments: the machine's own, or the pinned one brought by pip into `.tools/uv`."""

from functools import cache
from pathlib import Path
import re
import shutil
import subprocess
import sys
import tempfile

from . import debian
from .console import SetupError, run, step
from .layout import REQUIREMENTS, TOOLS
from .whole import fingerprint, is_whole, make_whole

_OLDEST = (0, 10)  # the first series that knows where to download Python 3.14.2
_PINNED = REQUIREMENTS / "uv.txt"
_FOLDER = TOOLS / "uv"


@cache
def uv() -> Path:
    """Return the path of a uv that is new enough, after bringing one where there is none."""
    on_path = shutil.which("uv")
    if on_path and _is_new_enough(on_path):
        return Path(on_path)
    made_from = fingerprint(_PINNED)
    if not is_whole(_FOLDER, made_from):
        with step("Bringing uv, which makes the environments"):
            make_whole(_FOLDER, made_from, _install)
    return _FOLDER / "bin" / "uv"


def _is_new_enough(program: str) -> bool:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"uv (\d+)\.(\d+)", said)
    return version is not None and (int(version[1]), int(version[2])) >= _OLDEST


def _install(into: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="pip-", dir=into.parent) as name:
        options = ("--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--no-warn-script-location")
        run(
            [sys.executable, *_pip(Path(name)), "install", *options, "--target", into, "-r", _PINNED],
            PIP_DISABLE_PIP_VERSION_CHECK="1",
            PIP_ROOT_USER_ACTION="ignore",
        )


def _pip(unpacked: Path) -> tuple[str, ...]:
    """Return the arguments that make Python run pip: Debian's Python comes without it, but a package has its wheel."""
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
        return ("-m", "pip")
    if not debian.is_debian():
        raise SetupError(f"{sys.executable} has no pip. Install pip for it or uv, and run this again.")
    debian.unpack(unpacked, ["python3-pip-whl"], alone=True)
    wheel = next(unpacked.glob("usr/share/python-wheels/pip-*.whl"))
    return (str(wheel / "pip"),)
