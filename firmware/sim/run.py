"""Start simulated boards: the firmware's own files on this machine.

    micropython firmware/sim/run.py hub FOLDER                            until Ctrl-C
    micropython firmware/sim/run.py [--once] [--pace N] node FOLDER       wake, measure, send, sleep, and so on
    micropython firmware/sim/run.py [--once] [--pace N] fleet FOLDER...   many nodes in one process, side by side

FOLDER/flash holds what is on the board. What `script/provision` wrote starts as on a board, at its own boot.py;
otherwise this repository's files run, with FOLDER/flash/config.json. A fleet shares this repository's files.
`device.py` says what else a folder may hold. `--pace 60` makes a sleep of a minute last a second: the board's clock and
the world around it go on by the minute. `--once` ends when every board sleeps. Each wake of a node becomes a line of
FOLDER/wakes.jsonl if that file is there; whoever made it sees to its size.
"""

import gc
import json
import os
import sys

_HERE = __file__.rpartition("/")[0] or "."


def _root() -> str:
    """Return the firmware folder as an absolute path."""
    here = os.getcwd()
    os.chdir(_HERE + "/..")
    root = os.getcwd()
    os.chdir(here)
    return root


_ROOT = _root()
# the simulated hardware first: it hides what this port has of it
_PATH = [_ROOT + "/sim/modules", ".frozen"]
_FIRMWARE = ("hub", "node", "shared", "slots", "hal_restart", "asyncio")
sys.path[:] = [_ROOT] + _PATH

import utime as time  # noqa: E402 - this machine's own

from sim.device import AsleepError, Device, ResetError, absolute, run  # noqa: E402 - the path comes first


def start(device: Device) -> None:
    """Start a board: everything anew but what it keeps. Does not return, unless its program does."""
    forget()
    run(device)
    device.start()
    if device.config.get("role") == "hub":
        make_room()
        stay_here()
    if device.exists("flash/boot.py"):
        sys.path[:] = [""] + _PATH
        namespace = {"__name__": "__main__"}
        for name in ("boot.py", "main.py"):
            with open(name) as file:
                exec(file.read(), namespace)  # noqa: S102 - as a board does
        return
    sys.path[:] = [_ROOT] + _PATH
    settings = load(device)
    __import__(settings["role"] + ".main", None, None, ("main",)).main(settings, proven)


def make_room() -> None:
    """Let asyncio's poll set be large before a TLS socket is in it.

    A set that grows while it holds one, which has no descriptor of its own, makes this port crash (extmod/modselect.c
    with MICROPY_PY_SELECT_POSIX_OPTIMISATIONS, which boards do not have). The places stay when their sockets go.
    """
    from asyncio import core  # noqa: PLC0415 - of this start
    import socket  # noqa: PLC0415

    spare = [socket.socket() for _ in range(32)]
    for one in spare:
        core._io_queue.poller.register(one, 1)  # noqa: SLF001 - there is no other way
    for one in spare:
        core._io_queue.poller.unregister(one)  # noqa: SLF001
        one.close()


def stay_here() -> None:
    """Let a hub serve on this machine's own address only: the network that it stands in is simulated."""
    import asyncio  # noqa: PLC0415 - of this start

    serve = asyncio.start_server
    asyncio.start_server = lambda attend, _host, *rest: serve(attend, "127.0.0.1", *rest)


def forget() -> None:
    """Drop what a start drops: the firmware's modules, asyncio's tasks, every socket that one of them waited for."""
    core = sys.modules.get("asyncio.core")
    for waiting in list(core._io_queue.map.values()) if core else ():  # noqa: SLF001 - there is no other way
        waiting[2].close()
    for name in list(sys.modules):
        if name.split(".")[0] in _FIRMWARE:
            del sys.modules[name]
    core = None
    gc.collect()
    gc.collect()  # finalisers close the other sockets


def load(device: Device) -> dict:
    """Return the board's configuration, checked as a board checks it."""
    from shared.config import load as checked  # noqa: PLC0415 - of the path that was set

    run(device).parts["TZ"] = "GMT0"  # as boot.py does
    slot = "flash/" + device.slot()
    settings = checked(device.folder + "/" + slot + "/config.json")
    settings["pki"] = device.slot() + "/pki"
    return settings


def proven() -> None:
    """Nothing is on trial here."""


def hub(device: Device) -> None:
    """Run a hub until it is stopped; a reset starts it anew."""
    while True:
        try:
            start(device)
            return
        except ResetError:
            pass


def node(device: Device, once: bool) -> None:
    """Run a node until it is stopped."""
    while True:
        try:
            start(device)
        except ResetError:
            continue
        except AsleepError as asleep:
            record(device, sys.modules["node.main"].told)
            pause_s = fall_asleep(device, asleep.args[0])
        if once:
            return
        time.sleep_ms(int(pause_s * 1000))


def fall_asleep(device: Device, seconds: float) -> float:
    """Let a board sleep; return how many of our seconds that takes."""
    off = device.parts.get("power_off")
    pause_s = device.sleep(seconds)
    device.keep_world()
    if off:
        device.write("reset", "power")
    return pause_s


def record(device: Device, wake) -> None:
    """Write down what a wake came to, for who asked for it."""
    device.world.wakes += 1
    if device.exists("wakes.jsonl"):
        line = {"wake": device.world.wakes, "began": int(device.began), "at": int(device.time())}
        for name in ("readings", "delivered", "late_delivered", "kept", "trouble", "seconds"):
            line[name] = getattr(wake, name)
        device.append("wakes.jsonl", json.dumps(line))


class Member:
    """One node of a fleet: asleep until `due_ms`, or in the middle of a wake."""

    def __init__(self, folder: str, pace: float) -> None:
        """Take a board that is switched on now."""
        self.device = Device(folder, pace)
        self.due_ms = time.ticks_ms()
        self.slept = 0  # how often
        self._config = load(self.device)
        self._steps = self._wake = None

    def awake(self) -> bool:
        """Tell whether there is something to do now."""
        return self._steps is not None or time.ticks_diff(self.due_ms, time.ticks_ms()) <= 0

    def step(self, main) -> None:
        """Go on until the firmware waits for something."""
        run(self.device)
        try:
            if self._steps is None:
                self.device.start()
                self._wake = main.Wake(self._config, proven)
                self._steps = self._wake.steps()
            next(self._steps)
        except StopIteration:
            record(self.device, self._wake)
            self._sleep()
        except ResetError:
            self._steps = None

    def _sleep(self) -> None:
        try:
            self._wake.sleep()
        except AsleepError as asleep:
            self.due_ms = time.ticks_add(time.ticks_ms(), int(fall_asleep(self.device, asleep.args[0]) * 1000))
        self.slept += 1
        self._steps = None


def fleet(folders: list, pace: float, once: bool) -> None:
    """Run nodes until they are stopped, side by side: one that waits holds up no other."""
    sys.path[:] = [_ROOT] + _PATH
    members = [Member(folder, pace) for folder in folders]
    from node import main  # noqa: PLC0415 - of the path that was set

    told = False
    while not (once and all(member.slept for member in members)):
        awake = [member for member in members if member.awake() and not (once and member.slept)]
        for member in awake:
            member.step(main)
        if not told:
            print("%d nodes awake" % len(members))
            told = True
        if awake:
            time.sleep_ms(1)
            continue
        gc.collect()
        left = min(time.ticks_diff(member.due_ms, time.ticks_ms()) for member in members)
        time.sleep_ms(max(1, min(left, 1000)))


def main(words: list) -> int:
    """Do what the command line says; return the exit code."""
    once = "--once" in words
    pace = 1.0
    if "--pace" in words:
        at = words.index("--pace")
        pace = float(words[at + 1])
        del words[at : at + 2]
    words = [word for word in words if word != "--once"]
    if len(words) < 2 or words[0] not in ("hub", "node", "fleet"):
        print("run.py [--once] [--pace N] hub FOLDER | node FOLDER | fleet FOLDER...")
        return 2
    folders = [absolute(word) for word in words[1:]]
    try:
        if words[0] == "hub":
            hub(Device(folders[0]))
        elif words[0] == "node":
            node(Device(folders[0], pace), once)
        else:
            fleet(folders, pace, once)
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
