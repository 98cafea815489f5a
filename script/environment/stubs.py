"""What the boards' MicroPython offers, as type stubs: `script/check` checks the firmware against them."""

from pathlib import Path

from .console import run, step
from .layout import DEVELOPMENT, REQUIREMENTS, STUBS
from .uv import uv
from .whole import fingerprint, is_whole, make_whole

_REQUIREMENTS = REQUIREMENTS / "stubs.txt"


def bring_stubs() -> None:
    """Bring them unless they are there. Raises SetupError."""
    made_from = fingerprint(_REQUIREMENTS)
    if not is_whole(STUBS, made_from):
        with step("Bringing the stubs of MicroPython on the ESP32"):
            make_whole(STUBS, made_from, _install)


def _install(folder: Path) -> None:
    options = ("--quiet", "--require-hashes", "--python", DEVELOPMENT / "bin" / "python")
    run([uv(), "pip", "install", *options, "--target", folder, "-r", _REQUIREMENTS])
