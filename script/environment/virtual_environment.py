"""The two virtual environments: they need different versions of Home Assistant, so they cannot be one."""

from pathlib import Path

from .console import run, step
from .layout import DEVELOPMENT, HOME_ASSISTANT, PYTHON_VERSION, REQUIREMENTS
from .python import python
from .uv import uv
from .whole import fingerprint, is_whole, make_whole

_ENVIRONMENTS = (
    (DEVELOPMENT, REQUIREMENTS / "dev.txt", "Making .venv (tests and checks)"),
    (HOME_ASSISTANT, REQUIREMENTS / "hass.txt", "Making .tools/hass (the newest Home Assistant)"),
)


def make_environments() -> None:
    """Make those that are not there, or not from the requirements as they are now. Raises SetupError."""
    for folder, requirements, what in _ENVIRONMENTS:
        # the place counts, because the path of a Python in `.tools/` is part of an environment
        made_from = fingerprint(requirements, str(folder), PYTHON_VERSION)
        if not (is_whole(folder, made_from) and _has_its_python(folder)):
            interpreter = python()
            with step(what):
                make_whole(folder, made_from, lambda new: _install(new, requirements, interpreter))  # noqa: B023


def _has_its_python(folder: Path) -> bool:
    return (folder / "bin" / "python").exists()  # a link, to a Python that may have been removed


def _install(environment: Path, requirements: Path, interpreter: Path) -> None:
    # relocatable: it is made beside its place, then renamed
    run([uv(), "venv", "--quiet", "--relocatable", "--no-project", "--python", interpreter, environment])
    # compiled now: otherwise the first start of Home Assistant takes twice as long
    options = ("--quiet", "--require-hashes", "--compile-bytecode")
    run([uv(), "pip", "install", *options, "--python", environment / "bin" / "python", "-r", requirements])
