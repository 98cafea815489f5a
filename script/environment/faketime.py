"""libfaketime, by which a test moves a real Home Assistant's clocks: the machine's, or Debian's unpacked into `.tools`.

Without it those tests are skipped; nothing else needs it.
"""

from pathlib import Path

from . import debian, whole
from .console import step
from .layout import TOOLS

_FOLDER = TOOLS / "faketime"
_PACKAGE = "libfaketime"
# the variant for programs with threads
_LIBRARY = "faketime/libfaketimeMT.so.1"
_PLACES = (Path("/usr/lib"), Path("/usr/local/lib"), _FOLDER / "usr" / "lib")


def find_faketime() -> Path | None:
    """Return the library's path, or None where there is none."""
    return next((path for place in _PLACES for path in (*place.glob(_LIBRARY), *place.glob(f"*/{_LIBRARY}"))), None)


def bring_faketime() -> None:
    """Bring it where it is missing and Debian has it."""
    if find_faketime() is None and debian.is_debian():
        with step("Bringing libfaketime from Debian's packages"):
            made_from = whole.fingerprint(_PACKAGE)
            whole.make_whole(_FOLDER, made_from, lambda folder: debian.unpack(folder, [_PACKAGE], alone=True))
