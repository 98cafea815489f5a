"""Which of the two slots runs: an update goes to the other one, is on trial, and goes back by itself if it fails.

A slot (`a/`, `b/`) is all that provisioning writes: code, config.json and pki/. The file `slot` holds one line:

    a       slot a runs, and is known to work
    b 1     slot b is on trial and has been booted once; if it fails, a comes back
    a !     slot a runs again, because b failed

Written at boot on trial, and when a trial ends: a device that works never writes it. The new line goes to a file of its
own that is then renamed, which littlefs does whole or not at all.
"""

import os
import sys

from micropython import const

_FILE = "slot"
_BOOTS = const(3)  # that a slot on trial has to prove itself

running = "a"
_line = ""


def after_boot(line: str) -> tuple[str, str]:
    """Return the slot that this boot runs, and the line to keep; an empty slot for a line that means nothing."""
    slot, _, trial = line.strip().partition(" ")
    if slot not in ("a", "b"):
        return "", line
    if not trial.isdigit():
        return slot, line
    if int(trial) < _BOOTS:
        return slot, "%s %d" % (slot, int(trial) + 1)
    slot = "b" if slot == "a" else "a"
    return slot, slot + " !"


def enter() -> None:
    """Choose the slot, and let its code be imported. For boot.py, once."""
    global running, _line  # noqa: PLW0603 - the one module that boot.py and main.py share
    try:
        with open(_FILE) as file:
            line = file.read(9)
    except OSError:
        line = ""
    slot, _line = after_boot(line)
    running = slot or _first_there()
    if _line != line:
        _keep(_line)
    sys.path.insert(0, running)


def on_trial() -> bool:
    """Tell whether the slot that runs may still go back."""
    return _line[2:].isdigit()


def mark_good() -> None:
    """End the trial, if there is one: the device has done its work with what is in this slot."""
    global _line  # noqa: PLW0603
    if on_trial():
        _line = running
        _keep(_line)


def _first_there() -> str:
    """Without a line that can be read: what was written whole once is better than nothing."""
    there = os.listdir()
    return "b" if "b" in there and "a" not in there else "a"


def _keep(line: str) -> None:
    try:
        with open(_FILE + ".new", "w") as file:
            file.write(line)
        os.rename(_FILE + ".new", _FILE)
    except OSError:
        pass  # a flash that takes nothing more is no reason not to measure
