"""Ends what the demonstration started when the demonstration itself is ended without a chance to clean up.

`Leash` starts this file as a process of its own, which reads `+PID` and `-PID` lines from a pipe. The pipe closes when
its writer is gone, however that happened; whatever is still on the list is then stopped. Plain POSIX, so macOS too.
"""

import os
import signal
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

_PATIENCE_S = 10.0
_POLL_S = 0.1


class Leash:
    """Holds processes for as long as this one lives."""

    def __init__(self, name: str = "") -> None:
        """Take a name that tells in a list of processes whose leash it is."""
        self._name = name

    def __enter__(self) -> Self:
        """Start the process at the other end; in its own session, so that no signal meant for us reaches it."""
        self._keeper = subprocess.Popen(
            [sys.executable, __file__, self._name],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go: what is still held is stopped."""
        if self._keeper.stdin:
            self._keeper.stdin.close()
        self._keeper.wait()

    def hold(self, pid: int) -> None:
        """Take a process on the leash."""
        self._tell(f"+{pid}")

    def release(self, pid: int) -> None:
        """Let a process go that has ended."""
        self._tell(f"-{pid}")

    def _tell(self, line: str) -> None:
        if self._keeper.stdin:
            self._keeper.stdin.write(f"{line}\n".encode())
            self._keeper.stdin.flush()


def keep(held: set[int]) -> None:
    """Read the list until the writer is gone."""
    for line in sys.stdin:
        pid = int(line[1:])
        held.add(pid) if line.startswith("+") else held.discard(pid)


def end(held: set[int]) -> None:
    """Ask all of them to stop, and kill those that do not within ten seconds."""
    for signal_ in (signal.SIGTERM, signal.SIGKILL):
        for pid in held:
            _send(pid, signal_)
        deadline = time.monotonic() + _PATIENCE_S
        while (held := {pid for pid in held if _send(pid, 0)}) and time.monotonic() < deadline:
            time.sleep(_POLL_S)


def _send(pid: int, signal_: int) -> bool:
    """Signal the process group that this process leads, else the process; False when it is gone."""
    try:
        leads = os.getpgid(pid) == pid
        (os.killpg if leads else os.kill)(pid, signal_)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    on_leash: set[int] = set()
    keep(on_leash)
    end(on_leash)
