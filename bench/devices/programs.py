"""What is measured, each a process: the hub on hardware that costs nothing, its broker, a loop that only reads."""

from collections.abc import Sequence
from pathlib import Path
import re
import sys
import time
from typing import override

from certs.pki import Pki
from demo.boards import ONLINE_LIMIT_S, settings
from demo.home_assistant import free_port
from demo.program import Program, ProgramError
from provision.image import write_hub
from provision.keys import node_key, node_password

GREENHOUSE = "1"
_PERIOD_S = 900
_BOARD = Path(__file__).resolve().parent / "board"
_FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
_MICROPYTHON = Path(sys.executable).with_name("micropython")
_START_LIMIT_S = 20.0
_HEAP = re.compile(r"^heap (\d+)$", re.MULTILINE)
_HEAP_TIMES = 3
_HEAP_LIMIT_S = 30.0


class OnMicroPython(Program):
    """A script that listens on `port`."""

    def __init__(
        self, what: str, log_file: Path, port: int, command: Sequence[object], ready: str = "listening on port"
    ) -> None:
        """Take the script and its arguments, and what it says once it listens."""
        super().__init__(log_file)
        self.what = what
        self._ready = ready
        self.port = port
        self._command = [str(_MICROPYTHON), *map(str, command)]

    @override
    def start(self) -> None:
        self._run(self._command, self._ready, _START_LIMIT_S)


class BareLoop(OnMicroPython):
    """Reads so many bytes of each connection, `packets` or `chunks`, and does nothing with them."""

    def __init__(self, how: str, size: int, folder: Path) -> None:
        """Take how, and how many."""
        port = free_port()
        super().__init__(f"The bare loop ({how})", folder / f"{how}.log", port, [_BOARD / "bare.py", how, port, size])


class BrokerAlone(OnMicroPython):
    """The hub's broker, open to everybody, with nothing behind it."""

    def __init__(self, folder: Path) -> None:
        """Take a folder for its log."""
        port = free_port()
        command = [_FIRMWARE / "sim" / "broker.py", port, "--heap"]  # it says nothing else, so that tells that it runs
        super().__init__("The broker alone", folder / "alone.log", port, command, ready="{")


class LeanHub(OnMicroPython):
    """The hub as provisioned, with its flash on this machine's disk and an uplink to Mosquitto."""

    def __init__(self, pki: Pki, broker_port: int, folder: Path) -> None:
        """Provision it into the folder."""
        there = settings(broker_port, free_port(), _PERIOD_S)
        write_hub(pki.folder, GREENHOUSE, there, folder)
        self._key = node_key(pki.folder, GREENHOUSE)
        super().__init__("The hub", folder / "hub.log", there["hub"]["port"], [_BOARD / "start.py", folder / "flash"])

    @override
    def start(self) -> None:
        since = self.log_size()
        super().start()
        self.wait_for_log("uplink: online", since=since, within_s=ONLINE_LIMIT_S)

    def password(self, user: str) -> str:
        """Return a node's."""
        return node_password(self._key, user)

    def heap(self) -> int:
        """Return the bytes in use after a collection: the least of what it tells next. Raises ProgramError."""
        since = self.log_size()
        deadline = time.monotonic() + _HEAP_LIMIT_S
        while len(told := _HEAP.findall(self.log(since))) < _HEAP_TIMES:
            if self.pid is None or time.monotonic() > deadline:
                raise ProgramError(f"{self.what} tells nothing of its heap:\n{self.log(since)}")
            time.sleep(0.1)
        return min(map(int, told))
