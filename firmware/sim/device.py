"""The simulated board: the folder that holds what it keeps, its own time, and which board is running now.

`modules/{machine,network,esp32,M5}.py` ask `running()` for everything that they answer. A process may die at any time:
what a real board keeps over a power cut is in the folder, and each file is replaced as a whole.

    FOLDER/flash/       the flash file system; the current directory while the board runs
    FOLDER/rtc.bin      RTC memory: survives deep sleep and the watchdog, not a power cut
    FOLDER/nvs.json     non-volatile storage, as committed
    FOLDER/clock.json   {"offset": seconds that the BM8563 is ahead of this machine}, null while it is not set
    FOLDER/life.json    how far the board's time has run ahead of ours, and how the soil around it is
    FOLDER/reset        why the next start happens; without it, power came back
    FOLDER/world.json   what is around the board, see `world.py`
    FOLDER/wifi.json    the networks in reach, see `modules/network.py`; while FOLDER/wifi.off exists there are none
    FOLDER/button       a button held down: A, B, C or PWR
"""

import json
import os

import utime  # this machine's own time; `time` is the board's

from sim.world import World

_now = [None]  # the board that runs


class AsleepError(BaseException):
    """The board sleeps; `args[0]` is for how many seconds. No handler of the firmware's may catch it."""


class ResetError(BaseException):
    """The board starts anew."""


class Device:
    """One board. `pace` is how many of its seconds pass in one of ours while it sleeps or dozes."""

    def __init__(self, folder: str, pace: float = 1) -> None:
        """Take the folder, which has a `flash` folder in it."""
        self.folder = folder
        self.pace = pace
        self.config = {}
        self.began = 0.0  # when it woke last
        self.parts = {}  # what a module keeps of this board while it is awake: WLAN, pins, watchdog
        self.reset_cause = "power"
        self._skipped_s, self._soil = self.read_json("life.json", (0.0, None))
        self._world = None

    def start(self) -> None:
        """Power up, or wake: forget what a board forgets."""
        self.parts = {}
        self.config = self.read_json("flash/%s/config.json" % self.slot(), {})
        self.began = self.time()
        self.reset_cause = self.read("reset") or "power"
        self._remove("reset")
        if self.reset_cause == "power":
            self._remove("rtc.bin")

    def slot(self) -> str:
        """Return the folder in the flash that holds the configuration: of the slot that runs, see firmware/slots.py."""
        return (self.read("flash/slot") or ".")[0]

    def sleep(self, seconds: float) -> float:
        """Go to sleep; return how many of our seconds that takes."""
        self.parts = {}
        self.write("reset", "deepsleep")
        return self.pass_by(seconds)

    def pass_by(self, seconds: float) -> float:
        """Let time pass on the board; return how many of our seconds that takes."""
        takes = seconds / self.pace
        self._skipped_s += seconds - takes
        return takes

    def ticks_ms(self) -> int:
        """Return the board's ticks."""
        return utime.ticks_add(utime.ticks_ms(), int(self._skipped_s * 1000) & 0xFFFFFFF)

    def time(self) -> float:
        """Return the Unix time of the world around the board."""
        return utime.time() + self._skipped_s

    @property
    def world(self) -> World:
        """The world around the board as it is now; reread, because a test may change it at any time."""
        settings = self._json(self.folder + "/world.json", {})
        soil = self.config.get("soil") or {}
        place = self.config.get("greenhouse", "") + "/" + self.config.get("planter", "")
        if self._world is None:
            self._world = World(place, settings, self._soil)
        self._world.settings = settings
        self._world.probe = (soil.get("dry_mv", 2900), soil.get("wet_mv", 1630))
        self._world.advance(self.time())
        return self._world

    def keep_world(self) -> None:
        """Write down what time it is and how the soil is, so that the next process goes on from there."""
        self.write_json("life.json", (self._skipped_s, self._world.state() if self._world else self._soil))

    def clock(self) -> int | None:
        """Return the Unix time in the BM8563, None when it was never set."""
        offset = self.read_json("clock.json", {"offset": 0})["offset"]
        return None if offset is None else int(self.time()) + offset

    def set_clock(self, unix: int) -> None:
        """Set the BM8563."""
        self.write_json("clock.json", {"offset": unix - int(self.time())})

    def exists(self, name: str) -> bool:
        """Tell whether the folder has this file."""
        return _exists(self.folder + "/" + name)

    def read(self, name: str) -> str | None:
        """Return a file of the folder; None if it is not there."""
        content = self.read_bytes(name)
        return None if content is None else content.decode().strip()

    def read_bytes(self, name: str) -> bytes | None:
        """Return a file of the folder; None if it is not there."""
        try:
            with open(self.folder + "/" + name, "rb") as file:
                return file.read()
        except OSError:
            return None

    def write(self, name: str, content: str | bytes) -> None:
        """Replace a file of the folder."""
        path = self.folder + "/" + name
        with open(path + ".new", "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        os.rename(path + ".new", path)

    def read_json(self, name: str, default):  # noqa: ANN201 - whatever the file holds
        """Return what a JSON file of the folder holds; `default` without one."""
        return self._json(self.folder + "/" + name, default)

    def write_json(self, name: str, content) -> None:
        """Replace a JSON file of the folder."""
        self.write(name, json.dumps(content))

    def append(self, name: str, line: str) -> None:
        """Add a line to a file of the folder."""
        with open(self.folder + "/" + name, "a") as file:
            file.write(line + "\n")

    def _json(self, path: str, default):  # noqa: ANN202 - whatever the file holds
        try:
            with open(path) as file:
                return json.load(file)
        except OSError:
            return default
        except ValueError:
            print("%s is no JSON (is it being written? replace it as a whole); taken as empty" % path)
            return default

    def _remove(self, name: str) -> None:
        try:
            os.remove(self.folder + "/" + name)
        except OSError:
            pass


def running() -> Device:
    """Return the board that runs now."""
    return _now[0]


def run(device: Device) -> Device:
    """Make this board the one that runs: its flash becomes the current directory."""
    _now[0] = device
    os.chdir(device.folder + "/flash")
    return device


def absolute(path: str) -> str:
    """Return a path that holds after a change of the current directory."""
    return path if path[0] == "/" else os.getcwd() + "/" + path


def _exists(path: str) -> bool:
    try:
        os.stat(path)
    except OSError:
        return False
    return True
