"""A real Mosquitto, run from a configuration that `python -m certs broker` wrote."""

from pathlib import Path
import re
import signal
import subprocess
import time
from types import TracebackType
from typing import IO, Self

from script.environment.mosquitto import find_mosquitto

_START_LIMIT_S = 20.0
_STOP_LIMIT_S = 10.0
_POLL_S = 0.02


class BrokerError(RuntimeError):
    """Mosquitto is missing, or did not do what it was told; the text holds its log."""


class Broker:
    """Mosquitto as a context manager: ready when entered, gone when left; it logs to `log_file`."""

    def __init__(self, configuration: Path, log_file: Path | None = None) -> None:
        """The log lies beside the configuration unless told otherwise, and grows over restarts."""
        self.configuration = configuration.absolute()
        self.log_file = log_file or self.configuration.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def port(self) -> int:
        """The TCP port of the first listener that the configuration names."""
        files = [self.configuration, *sorted((self.configuration.parent / "conf.d").glob("*.conf"))]
        for file in files:
            if found := re.search(r"^listener (\d+)", file.read_text(), re.MULTILINE):
                return int(found[1])
        raise BrokerError(f"{self.configuration} names no listener")

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    def start(self) -> None:
        """Start and wait until it listens. Raises BrokerError with its log when it does not."""
        if self.pid is not None:
            return
        program = find_mosquitto()
        if program is None:
            raise BrokerError("Mosquitto is missing: run script/setup")
        self._log = self.log_file.open("ab")
        before = self._log.tell()
        self._process = subprocess.Popen(
            [program, "-c", str(self.configuration)],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C in the terminal is for us: hubs want to say goodbye first
        )
        # Its own word, not a probing connection: that would leave a failed handshake in the log.
        try:
            self.wait_for_log(" running\n", since=before, within_s=_START_LIMIT_S)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ask it to stop, which saves retained messages; kill it when it does not."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def reload(self) -> None:
        """Let it read certificates, revocations, passwords and access rules anew (SIGHUP)."""
        if self._process is None:
            raise BrokerError("the broker does not run, so it cannot reload")
        before = self.log_size()
        self._process.send_signal(signal.SIGHUP)
        self.wait_for_log("Reloading config", since=before)

    def log_size(self) -> int:
        """How long the log is now, to look only at what comes after."""
        return self.log_file.stat().st_size if self.log_file.exists() else 0

    def log(self, since: int = 0) -> str:
        """What it has logged, from this position on."""
        if not self.log_file.exists():
            return ""
        return self.log_file.read_bytes()[since:].decode(errors="replace")

    def wait_for_log(self, text: str, *, since: int = 0, within_s: float = 10.0) -> None:
        """Wait until it logs this text. Raises BrokerError when it does not, or has ended."""
        deadline = time.monotonic() + within_s
        while text not in (log := self.log(since)):
            ended = self._process is not None and self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                what = "ended" if ended else f"did not log “{text}” within {within_s:g} s"
                raise BrokerError(f"Mosquitto {what}; {self.log_file} says:\n{log}")
            time.sleep(_POLL_S)
