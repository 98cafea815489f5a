"""Chromium, in which tests look at Home Assistant's pages: the machine's, or Debian's unpacked into `.tools/chromium`.

Without a browser those tests are skipped; nothing else needs one. Of Debian's it is the variant without windows, which
has 100 packages less.
"""

from collections.abc import Mapping
import os
from pathlib import Path
import shutil
from typing import NamedTuple

from . import debian, private_program
from .console import step
from .layout import TOOLS

HOW_TO_INSTALL = (
    "No Chromium and no Google Chrome is installed here. Install one: `sudo apt install chromium` (Debian), "
    "`sudo dnf install chromium` (Fedora), `sudo pacman -S chromium` (Arch), `brew install --cask chromium` (macOS)."
)
_FOLDER = TOOLS / "chromium"
_PROGRAM = "usr/lib/chromium/chromium-headless-shell"
_PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core")
# The fonts of the folder, and those alone, so that pictures look the same wherever ours makes them. Without any font,
# a page has no text.
_FONTS = "fonts.conf"
_FONTS_CONFIGURATION = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>serif</family><prefer><family>DejaVu Serif</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APPLICATIONS = (
    "Chromium.app/Contents/MacOS/Chromium",
    "Google Chrome.app/Contents/MacOS/Google Chrome",
)


class Chromium(NamedTuple):
    """A browser of this machine, and what its environment must hold beside the usual."""

    program: Path
    environment: Mapping[str, str]


def find_chromium() -> Chromium | None:
    """Return the machine's browser, or ours, or None where there is none."""
    if found := next(filter(None, map(shutil.which, _NAMES)), None):
        return Chromium(Path(found), {})
    for folder in (Path("/Applications"), Path.home() / "Applications"):
        for application in _APPLICATIONS:
            if os.access(folder / application, os.X_OK):
                return Chromium(folder / application, {})
    if private_program.is_brought(_FOLDER, [_PROGRAM], _PACKAGES):
        return Chromium(_FOLDER / _PROGRAM, _at_home())
    return None


def _at_home() -> dict[str, str]:
    """What ours needs to find its fonts, and the one library that it would look for in a folder of the system."""
    sound = _FOLDER.glob("usr/lib/*/pulseaudio")
    return {"FONTCONFIG_FILE": str(_FOLDER / _FONTS), "LD_LIBRARY_PATH": os.pathsep.join(map(str, sound))}


def bring_chromium() -> None:
    """Bring it where it is missing and Debian has it."""
    if find_chromium() is None and debian.is_debian():
        with step("Bringing Chromium from Debian's packages (160 MB)"):
            private_program.bring(_FOLDER, [_PROGRAM], _PACKAGES, finish=_write_fonts)


def _write_fonts(folder: Path) -> None:
    (folder / _FONTS).write_text(_FONTS_CONFIGURATION)
