"""Mosquitto, the broker that the demo and the tests start: the machine's, or Debian's unpacked into `.tools/mosquitto`.

Unpacking, not installing: Debian starts an installed Mosquitto as a service on port 1883, which nobody asked for.
"""

import os
from pathlib import Path
import shutil

from . import debian, private_program
from .console import SetupError, run, step
from .layout import TOOLS

_FOLDER = TOOLS / "mosquitto"
_PROGRAMS = (
    "usr/sbin/mosquitto",
    "usr/bin/mosquitto_passwd",
    "usr/bin/mosquitto_pub",
    "usr/bin/mosquitto_sub",
)
_PACKAGES = ("mosquitto", "mosquitto-clients")
# system administration's folders, which a user's PATH often leaves out; the last two are Homebrew's
_SBIN = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin", "/opt/homebrew/opt/mosquitto/sbin")


def find_mosquitto() -> Path | None:
    """Return the broker's path, or None where `script/setup` has yet to bring it."""
    if found := shutil.which("mosquitto", path=os.pathsep.join((os.environ.get("PATH", ""), *_SBIN))):
        return Path(found)
    brought = private_program.is_brought(_FOLDER, _PROGRAMS, _PACKAGES)
    return _FOLDER / _PROGRAMS[0] if brought else None


def path_with_mosquitto() -> str:
    """Return a PATH on which the broker and its password tool are found too. Raises SetupError."""
    broker = mosquitto()
    folders = (broker.parent, broker.parents[1] / "bin")
    return os.pathsep.join((os.environ.get("PATH", os.defpath), *map(str, folders)))


def mosquitto() -> Path:
    """Return the broker's path, after bringing it where there is none. Raises SetupError."""
    if found := find_mosquitto():
        return found
    if debian.is_debian():
        with step("Bringing Mosquitto from Debian's packages"):
            private_program.bring(_FOLDER, _PROGRAMS, _PACKAGES)
    elif brew := shutil.which("brew"):
        with step("Installing Mosquitto with Homebrew"):
            run([brew, "install", "--quiet", "mosquitto"])
    if found := find_mosquitto():
        return found
    raise SetupError(
        "Mosquitto, the MQTT broker, is missing. Install it, and run this again: "
        "`brew install mosquitto` (macOS), `sudo dnf install mosquitto` (Fedora), `sudo pacman -S mosquitto` (Arch)."
    )
