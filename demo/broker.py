"""A real Mosquitto, run from a configuration that `python -m certs broker` wrote."""

from pathlib import Path
import re
import signal

from script.environment.mosquitto import find_mosquitto

from .program import Program, ProgramError

_START_LIMIT_S = 20.0


class Broker(Program):
    """Mosquitto; asked to stop, it saves retained messages first."""

    what = "Mosquitto"

    def __init__(self, configuration: Path, log_file: Path | None = None) -> None:
        """The log lies beside the configuration unless told otherwise, and grows over restarts."""
        self.configuration = configuration.absolute()
        super().__init__(log_file or self.configuration.with_suffix(".log"))

    @property
    def port(self) -> int:
        """The TCP port of the first listener that the configuration names."""
        files = [self.configuration, *sorted((self.configuration.parent / "conf.d").glob("*.conf"))]
        for file in files:
            if found := re.search(r"^listener (\d+)", file.read_text(), re.MULTILINE):
                return int(found[1])
        raise ProgramError(f"{self.configuration} names no listener")

    def start(self) -> None:
        """Start and wait until it listens. Raises ProgramError with its log when it does not."""
        if self.pid is not None:
            return
        program = find_mosquitto()
        if program is None:
            raise ProgramError("Mosquitto is missing: run script/setup")
        # Its own word, not a probing connection: that would leave a failed handshake in the log.
        self._run([program, "-c", str(self.configuration)], " running\n", _START_LIMIT_S)

    def reload(self) -> None:
        """Let it read certificates, revocations, passwords and access rules anew (SIGHUP)."""
        if self._process is None:
            raise ProgramError("the broker does not run, so it cannot reload")
        before = self.log_size()
        self._process.send_signal(signal.SIGHUP)
        self.wait_for_log("Reloading config", since=before)
