"""Folders that are there whole, or not at all, however often and however rudely setup is interrupted.

A folder is made beside its place, gets its stamp last (a fingerprint of what it was made from), and is then renamed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import fcntl
import hashlib
import os
from pathlib import Path
import shutil

_STAMP = ".made-from"


def fingerprint(*ingredients: str | bytes | Path) -> str:
    """Return a digest that changes with any ingredient; of a file, its content counts."""
    digest = hashlib.sha256()
    for ingredient in ingredients:
        match ingredient:
            case Path():
                content = ingredient.read_bytes()
            case str():
                content = ingredient.encode()
            case _:
                content = ingredient
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


def is_whole(folder: Path, made_from: str) -> bool:
    """Tell whether the folder was finished, and from exactly these ingredients."""
    try:
        return (folder / _STAMP).read_text() == made_from
    except OSError:
        return False


def make_whole(folder: Path, made_from: str, fill: Callable[[Path], None]) -> None:
    """Replace the folder by one that `fill` has filled; if `fill` raises, the old one stays."""
    beside = folder.with_name(f"{folder.name}.unfinished")
    outgoing = folder.with_name(f"{folder.name}.outgoing")
    for leftover in (beside, outgoing):
        shutil.rmtree(leftover, ignore_errors=True)
    beside.mkdir(parents=True)
    fill(beside)
    (beside / _STAMP).write_text(made_from)
    if folder.exists():
        folder.rename(outgoing)
    beside.rename(folder)
    shutil.rmtree(outgoing, ignore_errors=True)


@contextmanager
def alone(lock: Path, *, waiting: str) -> Iterator[None]:
    """Let one process at a time in; `waiting` is printed if another one is inside."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        os.set_inheritable(held.fileno(), True)  # noqa: FBT003 (a command that outlives us keeps the next one waiting)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(waiting, flush=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
