"""A program that runs beside us and writes a log: started, waited for by its own words, stopped."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
import os
from pathlib import Path
import signal
import subprocess
import time
from types import TracebackType
from typing import IO, Self

_STOP_LIMIT_S = 10.0
_POLL_S = 0.02


class ProgramError(RuntimeError):
    """It is missing, or did not do what it was told; the text holds its log."""


class Program(ABC):
    """Ready when entered, gone when left. A subclass says what `start` runs, and when that is ready."""

    what = "The program"
    """What people call it."""
    goodbye = signal.SIGTERM
    """What asks it to stop."""

    def __init__(self, log_file: Path) -> None:
        """Take the file that its words go to, which grows over restarts."""
        self.log_file = log_file
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    @abstractmethod
    def start(self) -> None:
        """Start and wait until it is ready. Raises ProgramError with its log when it does not get there."""

    def stop(self) -> None:
        """Ask it to stop; kill it when it does not."""
        if self._process is not None:
            self._process.send_signal(self.goodbye)
            try:
                self._process.wait(_STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._forget()

    def kill(self) -> None:
        """End it without a chance to do anything, as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._forget()

    def log_size(self) -> int:
        """How long the log is now, to look only at what comes after."""
        return self.log_file.stat().st_size if self.log_file.exists() else 0

    def log(self, since: int = 0) -> str:
        """What it has logged, from this position on."""
        if not self.log_file.exists():
            return ""
        return self.log_file.read_bytes()[since:].decode(errors="replace")

    def wait_for_log(self, text: str, *, since: int = 0, within_s: float = 10.0) -> None:
        """Wait until it logs this text. Raises ProgramError when it does not, or has ended."""
        deadline = time.monotonic() + within_s
        while text not in (log := self.log(since)):
            ended = self._process is not None and self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                how = "ended" if ended else f"did not log “{text}” within {within_s:g} s"
                raise ProgramError(f"{self.what} {how}; {self.log_file} says:\n{log}")
            time.sleep(_POLL_S)

    def _run(self, command: Sequence[str | Path], ready: str, within_s: float) -> None:
        """Start the command, and wait for its own word that it is ready."""
        self._log = self.log_file.open("ab")
        before = self._log.tell()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            start_new_session=True,  # a Ctrl-C in the terminal is for us: hubs want to say goodbye first
        )
        try:
            self.wait_for_log(ready, since=before, within_s=within_s)
        except BaseException:
            self.stop()
            raise

    def _forget(self) -> None:
        self._process = None
        if self._log is not None:
            self._log.close()
            self._log = None
