"""The folder of the authority: one run at a time, every change whole or not at all.

A change is written to `.staging`, synced, and renamed to `.commit`: from that
moment it counts. Then each file is moved into its place, the broker is told,
and `.commit` goes. Whatever a killed run left behind, the next one settles
before anything else: `.staging` is thrown away, `.commit` is finished.

Files are created with their final mode and never chmod-ed. When root works in
somebody's folder, new files get the owner of the folder that they go into.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
import fcntl
import os
from pathlib import Path
import shutil

from .errors import BusyError, FolderError

PUBLIC, SECRET, FOLDER = 0o644, 0o600, 0o700
_STAGING, _COMMIT = ".staging", ".commit"


@dataclass(frozen=True)
class File:
    """What a file shall hold, and its mode."""

    content: bytes
    mode: int = SECRET


class Store:
    """Reads and changes files below one folder; paths are relative to it, with slashes."""

    def __init__(self, folder: Path, when_applied: Callable[[], None]) -> None:
        """`when_applied` runs after each change, and again after one that was interrupted."""
        self.folder = folder.absolute()
        self._when_applied = when_applied

    @contextmanager
    def locked(self, *, create: bool = False) -> Iterator[None]:
        """Hold the folder for one command. Raises BusyError, FolderError."""
        if create:
            self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        try:
            lock = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            raise FolderError(
                f"there is no folder {self.folder}: make an authority with `init`, "
                "or name the folder of yours with --dir"
            ) from None
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BusyError(
                    f"another run is at work in {self.folder}: wait until it is done, then repeat"
                ) from None
            self._settle()
            yield
        finally:
            os.close(lock)

    def read(self, path: str) -> bytes | None:
        """Read a file; None when there is none."""
        try:
            return (self.folder / path).read_bytes()
        except FileNotFoundError:
            return None

    def commit(self, files: Mapping[str, File], new_owners: Mapping[str, tuple[int, int]] | None = None) -> None:
        """Replace all these files, as one change.

        `new_owners` says to whom (uid, gid) a folder that does not exist yet shall belong.
        """
        owners = new_owners or {}
        staging = self.folder / _STAGING
        staging.mkdir(mode=FOLDER)
        for path, file in files.items():
            _write(staging / path, file, owners.get(path.split("/")[0]) or self._owner(path))
        for folder, _, _ in os.walk(staging):
            _sync(Path(folder))
        staging.rename(self.folder / _COMMIT)
        _sync(self.folder)
        self._apply()

    def _settle(self) -> None:
        if (self.folder / _STAGING).exists():
            shutil.rmtree(self.folder / _STAGING)
        if (self.folder / _COMMIT).exists():
            self._apply()

    def _apply(self) -> None:
        commit = self.folder / _COMMIT
        for source in sorted(path for path in commit.rglob("*") if path.is_file()):
            target = self.folder / source.relative_to(commit)
            self._make_folder(target.parent, source.stat())
            source.replace(target)
        for staged, _, _ in os.walk(commit):
            target = self.folder / Path(staged).relative_to(commit)
            if target.is_dir():  # as it is, unless somebody deleted it since an interrupted run
                _sync(target)
        self._when_applied()
        shutil.rmtree(commit)
        _sync(self.folder)

    def _make_folder(self, folder: Path, like: os.stat_result) -> None:
        """Make what is missing of the way to a file, closed to others, owned as the file is."""
        if folder.exists():
            return
        self._make_folder(folder.parent, like)
        folder.mkdir(mode=FOLDER)
        if os.geteuid() == 0:
            os.chown(folder, like.st_uid, like.st_gid)
        _sync(folder.parent)

    def _owner(self, path: str) -> tuple[int, int]:
        folder = (self.folder / path).parent
        while not folder.exists():
            folder = folder.parent
        status = folder.stat()
        return status.st_uid, status.st_gid


def _write(path: Path, file: File, owner: tuple[int, int]) -> None:
    path.parent.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, file.mode), "wb") as stream:
        if os.geteuid() == 0:
            os.fchown(stream.fileno(), *owner)
        stream.write(file.content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Make renames in this folder survive a power cut, where the file system can do that."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
