"""Puts an image on a device so that at every moment, power cuts included, there is a slot that runs.

1. the files of the slot that is not known to work: those that differ, each read back by its SHA-256
2. the first code (boot.py and what it needs): the same way, each renamed into its place
3. the file `slot`: the new one, on trial where there is one to go back to (firmware/slots.py says what the line means)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import hashlib

from .boards import BLOCK
from .errors import ProvisionError
from .flash import Flash

Files = Mapping[str, bytes]
Tell = Callable[[str], None]

_STATE, _CRASH = "slot", "crash.txt"
_NEW = ".new"
_OTHER = {"a": "b", "b": "a"}


@dataclass(frozen=True)
class Image:
    """All that provisioning writes on a device."""

    first: Files
    """What runs before a slot is chosen, by path, in the order of writing."""
    slot: Files
    """Code, config.json and pki/, by path in the slot."""


@dataclass(frozen=True)
class Installed:
    """What became of it."""

    slot: str
    trial: bool
    """It goes back to the other slot unless it proves itself."""
    written: int
    """Files."""
    failed_before: str | None
    """What the device kept of its last crash, when the update before this one did not prove itself."""


def install(flash: Flash, image: Image, tell: Tell = lambda _: None) -> Installed:
    """Write what differs, verify it, switch to it. Raises ProvisionError; what ran before still runs then."""
    line = (flash.read(_STATE) or b"").decode(errors="replace").strip()
    there = flash.hashes((*_OTHER, *image.first))
    good = _known_to_work(line, there)
    slot = _OTHER.get(good, "a")
    crash = (flash.read(_CRASH) or b"").decode(errors="replace") if line.endswith("!") else None
    files = {f"{slot}/{path}": content for path, content in image.slot.items()}
    first = {path: content for path, content in image.first.items() if there.get(path) != _sha256(content)}
    if good and not first and _holds(there, good, image.slot):
        _switch(flash, line, good)
        return Installed(good, trial=False, written=0, failed_before=crash)
    changed = {path: content for path, content in files.items() if there.get(path) != _sha256(content)}
    stale = [path for path in there if path.startswith(f"{slot}/") and path not in files]
    _check_room(flash, {**changed, **first})
    if good:
        _switch(flash, line, good)  # nobody may boot what is being written
    for path in stale:
        tell(f"removing {path}")
        flash.remove(path)
    _write(flash, changed, tell)
    _verify(flash, files, (slot,))
    staged = {path + _NEW: content for path, content in first.items()}
    _write(flash, staged, tell)
    _verify(flash, staged, tuple(staged))
    for path in first:
        flash.rename(path + _NEW, path)
    _switch(flash, good, f"{slot} 0" if good else slot)
    return Installed(slot, trial=bool(good), written=len(changed) + len(first), failed_before=crash)


def _known_to_work(line: str, there: Mapping[str, str]) -> str:
    """Return the slot to leave alone: the one that has proved itself; empty on a device that has none."""
    slot, _, trial = line.partition(" ")
    good = _OTHER.get(slot, "") if trial.isdigit() else slot
    return good if good in _OTHER and any(path.startswith(f"{good}/") for path in there) else ""


def _holds(there: Mapping[str, str], slot: str, wanted: Files) -> bool:
    held = {path.removeprefix(f"{slot}/"): digest for path, digest in there.items() if path.startswith(f"{slot}/")}
    return held == {path: _sha256(content) for path, content in wanted.items()}


def _switch(flash: Flash, before: str, after: str) -> None:
    if before != after:
        flash.write(_STATE + _NEW, after.encode())
        flash.rename(_STATE + _NEW, _STATE)


def _write(flash: Flash, files: Files, tell: Tell) -> None:
    for number, (path, content) in enumerate(files.items(), 1):
        tell(f"{number}/{len(files)} {path}")
        flash.write(path, content)


def _verify(flash: Flash, files: Files, places: tuple[str, ...]) -> None:
    """Raise ProvisionError unless the device holds exactly these files there."""
    held = flash.hashes(places)
    wanted = {path: _sha256(content) for path, content in files.items()}
    if held != wanted:
        wrong = sorted(path for path in held.keys() | wanted.keys() if held.get(path) != wanted.get(path))
        raise ProvisionError(
            f"Read back, {', '.join(wrong)} is not what was written. What ran on the device before still does. "
            "Run this again; if it happens again, its flash is worn out: take another board."
        )


def _check_room(flash: Flash, files: Files) -> None:
    needed = sum(BLOCK * (1 + len(content) // BLOCK) for content in files.values())
    if needed > (free := flash.free_bytes()):
        raise ProvisionError(
            f"The device has {free // 1024} KiB left, and {needed // 1024} KiB are to be written. Remove what is not "
            "ours from its flash, or begin with an empty one: --firmware FILE erases everything."
        )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
