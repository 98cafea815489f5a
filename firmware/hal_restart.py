"""How a device begins again when its role has ended: nothing here needs the slot, which may be what is broken."""

import gc
import io
import os
import sys
import time

import machine
from micropython import const

import slots

_KEPT = "crash.txt"  # how many there were, and the end of the last one's traceback
_LONGEST = const(1024)  # characters of that
_OPEN_S = const(5)  # a device that fails at once can still be reached on USB
_PATIENCE_MS = const(900_000)  # a node that fails again and again must not empty its battery


def keep(error: Exception) -> None:
    """Print the traceback, and keep it for who looks after the device."""
    gc.collect()
    text = io.StringIO()
    sys.print_exception(error, text)
    text = text.getvalue()[-_LONGEST:]
    print(text)
    try:
        with open(_KEPT + ".new", "w") as file:
            file.write("%d\n%s" % (_count() + 1, text))
        os.rename(_KEPT + ".new", _KEPT)
    except OSError:
        pass  # it was printed


def _count() -> int:
    try:
        with open(_KEPT) as file:
            return int(file.readline())
    except (OSError, ValueError):
        return 0


def restart() -> None:
    """Reset the chip, soon; a node whose slot is known to work sleeps first. Does not return.

    It sleeps lightly: in deep sleep a StickC Plus2 lets go of the pin that keeps its power on.
    """
    time.sleep(_OPEN_S)
    if "node" in os.listdir(slots.running) and not slots.on_trial():
        machine.lightsleep(_PATIENCE_MS)
    machine.reset()
