"""What the person at the terminal reads: one line per step, the file in hand on the same line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import shutil
import sys
import time

_AGAIN = "\r\033[K"  # the same line from its beginning


@contextmanager
def step(what: str) -> Iterator[Callable[[str], None]]:
    """Print what is being done, then what is told meanwhile (on a terminal), and at last how many seconds it took."""
    live = sys.stdout.isatty()

    def tell(detail: str) -> None:
        if live:
            width = shutil.get_terminal_size().columns - 1
            print(_AGAIN + f"{what} ... {detail}"[:width], end="", flush=True)

    print(f"{what} ... ", end="", flush=True)
    began = time.monotonic()
    try:
        yield tell
    except BaseException:
        print("failed", flush=True)
        raise
    print((f"{_AGAIN}{what} ... " if live else "") + f"{time.monotonic() - began:.1f} s", flush=True)
