"""Boards that run the firmware in the simulation: a Core2 as the hub, and all M5StickC of a greenhouse in one process.

Their folders are what `script/provision` makes: each holds a board's flash, and what else it keeps.
"""

from collections.abc import Mapping, Sequence
import json
from pathlib import Path
import signal
import subprocess
import sys
from typing import override

from certs.pki import Pki
from provision.image import write_hub, write_node
from provision.settings import Settings

from .planting import World
from .program import Program, ProgramError

_SIMULATION = Path(__file__).resolve().parents[1] / "firmware" / "sim"
_RUN = _SIMULATION / "run.py"
_MICROPYTHON = Path(sys.executable).with_name("micropython")
_START_LIMIT_S = 20.0
_HUB_HEAP = "heapsize=320k"
"""On 64 bit, with the simulated hardware beside it. A Core2 has twelve times as much."""
ONLINE_LIMIT_S = 30.0
"""A hub waits up to so long between two attempts when the broker was away for a while."""


def settings(broker_port: int, hub_port: int, period_s: int, language: str = "en") -> Settings:
    """Return the settings of a greenhouse whose every part is on this machine."""
    return {
        "period": period_s,
        "language": language,
        "ntp": [],  # the simulated clock is this machine's
        "wifi": {"ssid": "Serre", "password": "simulated"},
        "broker": {"host": "127.0.0.1", "port": broker_port},
        "hub": {"host": "127.0.0.1", "port": hub_port},
        "node": {"board": "stickc-plus2", "air": "sht30"},
    }


class Board(Program):
    """One process of simulated boards; Ctrl-C is how it is told to stop in order."""

    goodbye = signal.SIGINT

    def __init__(
        self, log_file: Path, arguments: Sequence[str | Path], ready: str, options: Sequence[str] = ()
    ) -> None:
        """Take what the simulation is to run, its word that it is at work, and the interpreter's options."""
        super().__init__(log_file)
        self._arguments = arguments
        self._options = options
        self._ready = ready

    @override
    def start(self) -> None:
        if self.pid is not None:
            return
        if not _MICROPYTHON.exists():
            raise ProgramError(
                "MicroPython is missing: run script/setup. There is one for Linux on x86-64 and macOS on arm64 only."
            )
        self._run([_MICROPYTHON, *self._options, _RUN, *self._arguments], self._ready, _START_LIMIT_S)


class Hub(Board):
    """The Core2 of a greenhouse."""

    def __init__(self, pki: Pki, greenhouse: str, settings: Settings, folder: Path) -> None:
        """Provision it into the folder, with certificate and login of `python -m certs hub`."""
        self.greenhouse = greenhouse
        self.folder = folder
        self.port: int = settings["hub"]["port"]
        self.what = f"Hub {greenhouse}"
        write_hub(pki.folder, greenhouse, settings, folder)
        super().__init__(folder / "console.log", ["hub", folder], "listening on port", ("-X", _HUB_HEAP))

    def wait_online(self, since: int = 0) -> None:
        """Wait until Mosquitto has accepted it. Raises ProgramError with its console."""
        self.wait_for_log("uplink: online", since=since, within_s=ONLINE_LIMIT_S)

    def photograph(self, picture: Path) -> None:
        """Write what its screen shows as PNG."""
        command = [_MICROPYTHON, _SIMULATION / "png.py", self.folder / "screen.rgb565", picture]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


class Nodes(Board):
    """All M5StickC of a greenhouse, one for each planter."""

    def __init__(
        self, pki: Pki, greenhouse: str, planters: Mapping[str, World], settings: Settings, folder: Path
    ) -> None:
        """Provision each into a folder of its own below this one, and put its surroundings around it."""
        self.folders = {planter: folder / f"node-{planter}" for planter in planters}
        self.what = f"The nodes of greenhouse {greenhouse}"
        for planter, place in self.folders.items():
            write_node(pki.folder, greenhouse, planter, settings, place)
            (place / "world.json").write_text(json.dumps(planters[planter]))
        super().__init__(folder / "console.log", ["fleet", *self.folders.values()], "nodes awake")
