"""What the person at the terminal reads: one short line per step, and one sentence where something is missing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
import os
from pathlib import Path
import subprocess
import time

_LINES_OF_AN_ERROR = 20


class SetupError(Exception):
    """A sentence that says what is missing and what to do next."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print `what` before the work, and how many seconds it took after it."""
    print(f"{what} ... ", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def run(command: Sequence[str | Path], *, cwd: Path | None = None, **environment: str) -> str:
    """Return what the command wrote to its standard output; no input is given to it.

    Raises SetupError with the end of what the command said if it fails.
    """
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        close_fds=False,  # it holds the lock of setup too: see whole.alone
    )
    if result.returncode:
        said = "\n".join(f"{result.stdout}\n{result.stderr}".strip().splitlines()[-_LINES_OF_AN_ERROR:])
        line = " ".join(str(part) for part in command)
        raise SetupError(
            f"This command failed (exit code {result.returncode}):\n  {line}\n{said}\n"
            "Put that right (often it is the network), and run this again: what was finished is kept."
        )
    return result.stdout
