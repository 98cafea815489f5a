"""All that the other scripts need, made where it is missing; a fraction of a second where it is there."""

from collections.abc import Callable

from .chromium import bring_chromium
from .console import SetupError
from .faketime import bring_faketime
from .layout import TOOLS
from .mosquitto import mosquitto
from .stubs import bring_stubs
from .virtual_environment import make_environments
from .whole import alone


def prepare(*, for_tests: bool = False) -> None:
    """Make both environments, and bring the broker and the boards' stubs; `for_tests`, a browser and what moves time.

    Raises SetupError; not for what only some tests need.
    """
    with alone(TOOLS / "setup.lock", waiting="Another setup is at work here: waiting for it."):
        make_environments()
        bring_stubs()
        mosquitto()
        if for_tests:
            for bring in (bring_faketime, bring_chromium):
                _try(bring)


def _try(bring: Callable[[], None]) -> None:
    try:
        bring()
    except SetupError as error:
        print(f"{error}\nGoing on without it; the tests that need it will be skipped.", flush=True)


def as_command(command: Callable[[], int | None]) -> int:
    """Return the exit code of a command, its errors told in words."""
    try:
        return command() or 0
    except SetupError as error:
        print(f"\n{error}", flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. What was finished is kept; run it again to go on.", flush=True)
        return 130
