"""All that the other scripts need, made where it is missing; a fraction of a second where it is there."""

from collections.abc import Callable

from .console import SetupError
from .faketime import bring_faketime
from .layout import TOOLS
from .mosquitto import mosquitto
from .stubs import bring_stubs
from .virtual_environment import make_environments
from .whole import alone


def prepare() -> None:
    """Make both environments, and bring the broker, the boards' stubs and what moves time. Raises SetupError."""
    with alone(TOOLS / "setup.lock", waiting="Another setup is at work here: waiting for it."):
        make_environments()
        bring_stubs()
        mosquitto()
        bring_faketime()


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
