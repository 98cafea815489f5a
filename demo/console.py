"""What the person at the terminal reads. A terminal that is gone is no reason to fail: cleaning up goes on."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import time

_began = time.monotonic()


def say(text: str, end: str = "\n") -> None:
    """Print at once."""
    with suppress(OSError, ValueError):
        print(text, end=end, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print what is being done, and afterwards how many seconds it took."""
    say(f"{what} ... ", end="")
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say("stopped")
        raise
    say(f"{time.monotonic() - began:.1f} s")


def elapsed_s() -> float:
    """Seconds since the demonstration began."""
    return time.monotonic() - _began
