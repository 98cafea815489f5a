"""A simulated Stick and the hub that it speaks to, as a test handles them."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
import signal
import socket
import subprocess
import time
from typing import Any

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[2] / "firmware"
KEY = "5a" * 32


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Hub:
    """The hub's broker, and what it was told."""

    def __init__(self, micropython: Path, log: Path) -> None:
        self.port = free_port()
        self._micropython = micropython
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        log.touch()

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = [self._micropython, HERE / "listener.py", FIRMWARE, str(self.port), "1", KEY]
            self._process = subprocess.Popen(command, stdout=log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("the hub's broker does not start")

    def stop(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    @property
    def heard(self) -> list[tuple[str, str]]:
        """Leaf and payload of every message, in order."""
        return [
            (topic.removeprefix("/serre/1/bac/1/"), payload)
            for _, topic, payload in map(json.loads, self._log.read_text().splitlines())
        ]

    def latest(self, leaf: str) -> str | None:
        return dict(self.heard).get(leaf)


class Stick:
    """One board in a folder."""

    def __init__(self, micropython: Path, folder: Path, port: int) -> None:
        self.folder = folder
        self._micropython = micropython
        self.said = ""
        (folder / "flash").mkdir(parents=True)
        (folder / "wakes.jsonl").touch()
        self.write("wifi.json", {"connect_ms": 40, "dhcp_ms": 20})
        user = "bac-" + folder.name
        password = hmac.new(bytes.fromhex(KEY), user.encode(), hashlib.sha256).hexdigest()[:32]
        self.configure(
            role="node",
            greenhouse="1",
            planter=folder.name,
            period=10,
            wifi={"ssid": "serre", "password": "simulated"},
            hub={"host": "127.0.0.1", "port": port},
            login={"user": user, "password": password},
            board="stickc",
            soil={"dry_mv": 2900, "wet_mv": 1630},
            air="sht30",
            pins={},
        )

    def configure(self, **changes: Any) -> None:
        path = self.folder / "flash/config.json"
        config = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps(config | changes))

    def write(self, name: str, content: object) -> None:
        (self.folder / name).write_text(json.dumps(content))

    def world(self, **settings: Any) -> None:
        self.write("world.json", settings)

    def asleep(self) -> None:
        """Let the next start be a wake by the timer, not somebody who switches it on and looks for 5 s."""
        (self.folder / "reset").write_text("deepsleep")

    def wake(self, expect: int = 0) -> dict[str, Any]:
        """Let it wake once, by its timer; return what came of it."""
        if not (self.folder / "reset").exists():
            self.asleep()
        command = [self._micropython, FIRMWARE / "sim/run.py", "--once", "--pace", "8", "node", self.folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=40)
        self.said = done.stdout + done.stderr
        assert done.returncode == expect, self.said
        return self.wakes[-1]

    def live(self, *words: str) -> subprocess.Popen[bytes]:
        """Let it live on its own."""
        command = [self._micropython, FIRMWARE / "sim/run.py", *words, "node", self.folder]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)

    @property
    def wakes(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "wakes.jsonl").read_text().splitlines()]

    @property
    def known(self) -> dict[str, Any]:
        """What it keeps over sleep."""
        known: dict[str, Any] = json.loads((self.folder / "rtc.bin").read_bytes()[4:])
        return known


def until(condition: Any, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.02)
