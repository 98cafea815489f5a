"""A device's flash, as provisioning needs it: six calls, over a folder here and over a board in `serial_board`."""

from collections.abc import Sequence
import hashlib
import os
from pathlib import Path
import shutil
from typing import Protocol


class Flash(Protocol):
    """Files by their path below /flash, with slashes. A path that is not there is None or no entry, not an error."""

    def hashes(self, places: Sequence[str]) -> dict[str, str]:
        """Return the SHA-256 of every file that is one of these places or lies below one, computed on the device."""
        ...

    def read(self, path: str) -> bytes | None:
        """Return a small file."""
        ...

    def write(self, path: str, content: bytes) -> None:
        """Write a file, and the folders that it needs."""
        ...

    def rename(self, old: str, new: str) -> None:
        """Replace `new` by `old`, whole or not at all."""
        ...

    def remove(self, path: str) -> None:
        """Remove a file."""
        ...

    def free_bytes(self) -> int:
        """Return how much can still be written."""
        ...


class FolderFlash:
    """A folder on this machine; closed to others, because what lies on a device is secret."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that stands for /flash; it is made where it is missing."""
        self._folder = folder
        _make_closed(folder)

    def hashes(self, places: Sequence[str]) -> dict[str, str]:
        """See Flash."""
        found = [path for place in places for path in (self._folder / place, *(self._folder / place).rglob("*"))]
        return {
            path.relative_to(self._folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in found
            if path.is_file()
        }

    def read(self, path: str) -> bytes | None:
        """See Flash."""
        file = self._folder / path
        return file.read_bytes() if file.is_file() else None

    def write(self, path: str, content: bytes) -> None:
        """See Flash."""
        file = self._folder / path
        _make_closed(file.parent)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
            opened.write(content)

    def rename(self, old: str, new: str) -> None:
        """See Flash."""
        (self._folder / old).replace(self._folder / new)

    def remove(self, path: str) -> None:
        """See Flash."""
        (self._folder / path).unlink(missing_ok=True)

    def free_bytes(self) -> int:
        """See Flash."""
        return shutil.disk_usage(self._folder).free


def _make_closed(folder: Path) -> None:
    if not folder.exists():
        _make_closed(folder.parent)
        folder.mkdir(mode=0o700)
