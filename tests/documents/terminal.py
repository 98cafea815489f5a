"""A terminal for the blocks of a document: what one of them sets, defines or changes counts for the next."""

from collections.abc import Mapping
import os
from pathlib import Path
import signal
import subprocess

import psutil

from demo.program import Program

_BEGINNING = """\
set -o pipefail -E
trap 'echo "FAILED: $BASH_COMMAND" >&2; failed=1' ERR
"""
_PATIENCE_S = 120.0


class Terminal(Program):
    """Bash in a folder, with an environment of its own. A command that fails fails the test, with all that was said."""

    what = "The terminal"

    def __init__(self, folder: Path, log_file: Path, environment: Mapping[str, str]) -> None:
        super().__init__(log_file)
        self._folder = folder
        self._environment = environment
        self._typed = 0
        self._ran_before: set[psutil.Process] = set()

    def start(self) -> None:
        self._log = self.log_file.open("ab")
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **self._environment},
            start_new_session=True,
        )
        self.run(_BEGINNING)

    def run(self, commands: str, *, exit_code: int = 0) -> str:
        """Type them, wait for the end, and return all that was said.

        With `exit_code`, the last command ends with that. Raises AssertionError otherwise.
        """
        since = self.log_size()
        end = self.begin(commands)
        self.wait_for_log(end, since=since, within_s=_PATIENCE_S)
        said, _, ended = self.log(since).partition(end)
        assert ended.split()[0] == str(exit_code), said
        assert exit_code or "FAILED: " not in said, said
        return said

    def begin(self, commands: str) -> str:
        """Type them and do not wait; return what the terminal will say at their end, before the exit code."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._typed += 1
        self._ran_before = set(self._processes())
        file = self.log_file.with_suffix(f".{self._typed}.sh")
        file.write_text(commands)
        end = f"[end of {self._typed}]"
        self._process.stdin.write(f"failed=; source '{file}' </dev/null; echo '{end}' $?\n".encode())
        self._process.stdin.flush()
        return end

    def interrupt(self, end: str) -> None:
        """Press Ctrl-C, which does not concern what runs in the background, and wait for the end of what was begun."""
        for process in set(self._processes()) - self._ran_before:
            process.send_signal(signal.SIGINT)
        self.wait_for_log(end)

    def _processes(self) -> list[psutil.Process]:
        assert self._process is not None
        return psutil.Process(self._process.pid).children(recursive=True)

    def stop(self) -> None:
        """Close it, and end whatever still runs in it."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._forget()
