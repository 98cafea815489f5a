"""A hub of which only the queue and the uplink run, under MicroPython, and somebody who listens at the broker."""

import collections
import contextlib
import json
from pathlib import Path
import queue
import shutil
import signal
import subprocess
import threading
import time
from typing import Any

from tests.certs.greenhouse import Client, Greenhouse

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[2] / "firmware"
PATIENCE_S = 30.0
PERIOD_S = 900
LIMITS_S = {"tcp": 15, "login": 30, "answer": 20, "idle": 30}


class Hub:
    """Hub 1 of a greenhouse, in a folder that is its flash."""

    def __init__(self, micropython: Path, greenhouse: Greenhouse, folder: Path, **settings: Any) -> None:
        self._command = [micropython, HERE / "only_the_uplink.py", FIRMWARE, folder]
        self.folder = folder
        login = greenhouse.login("hub-1")
        self.config: dict[str, Any] = {
            "greenhouse": "1",
            "period": PERIOD_S,
            "language": "en",
            "pki": "pki",
            "broker": {"host": "127.0.0.1", "port": greenhouse.broker.port},
            "login": {"user": login.user, "password": login.password},
        }
        limits = LIMITS_S | settings.pop("limits", {})
        self.settings = settings | {"config": self.config, "limits": list(limits.values())}
        self.states: list[str] = []
        self.date_refused = 0
        self._number = 0
        self.take_certificates(greenhouse.pki.folder / "hub-1")

    def take_certificates(self, source: Path) -> None:
        """Copy them to the flash, as provisioning does."""
        (self.folder / "pki").mkdir(parents=True, exist_ok=True)
        for name in ("ca.crt", "client.crt", "client.key"):
            shutil.copy(source / name, self.folder / "pki" / name)

    def start(self) -> None:
        (self.folder / "settings.json").write_text(json.dumps(self.settings))
        self.states = []
        self.said: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )
        threading.Thread(target=self._listen, args=(self._process, self.said), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str], said: queue.Queue[dict[str, Any] | None]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            try:
                said.put(json.loads(line))
            except ValueError:
                said.put({"error": line})
        said.put(None)

    def _next(self) -> dict[str, Any]:
        told = self.said.get(timeout=PATIENCE_S)
        assert told is not None, "the hub has ended"
        if "error" in told:
            lines = [told["error"]]
            with contextlib.suppress(queue.Empty):
                while (more := self.said.get(timeout=1)) is not None:
                    lines.append(str(more.get("error", more)))
            raise AssertionError("".join(lines))
        if "state" in told:
            self.states.append(told["state"])
        self.date_refused += "date_refused" in told
        return told

    def wait_for_state(self, state: str) -> None:
        """Wait until it is in this state; what it was in before the last command does not count."""
        while not self.states or self.states[-1] != state:
            self._next()

    def wait_for_next_state(self) -> str:
        before = len(self.states)
        while len(self.states) == before:
            self._next()
        return self.states[-1]

    def tell(self, **command: Any) -> dict[str, Any]:
        """Have a command done, and return the state of the queue after it."""
        self._number += 1
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command | {"number": self._number}) + "\n")
        while True:
            told = self._next()
            if told.get("done") == self._number:
                return told

    def measure(self, *readings: tuple[str, str, str, int]) -> None:
        """Let planters have measured: planter, leaf, payload, age in seconds."""
        self.tell(measure=readings)

    def wait_until_left(self, waiting: int = 0) -> dict[str, Any]:
        """Wait until so many readings are left in the queue."""
        while (told := self.tell())["waiting"] != waiting:
            time.sleep(0.01)
        return told

    def stop(self) -> dict[str, Any]:
        """Let it say goodbye; return what it said last."""
        assert self._process.stdin is not None
        self._process.stdin.write('{"stop": true}\n')
        while True:
            told = self._next()
            if "end" in told:
                self._process.wait(PATIENCE_S)
                return told

    def kill(self) -> None:
        """As when the power fails; nothing happens if it has ended."""
        self._process.kill()
        self._process.wait()

    @contextlib.contextmanager
    def standing_still(self) -> Any:
        """Stop its clock, so that the test may do things first."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


class Dashboard:
    """Whoever listens to everything: which message came, and how often."""

    def __init__(self, greenhouse: Greenhouse) -> None:
        self._greenhouse = greenhouse
        self.came: collections.Counter[tuple[str, str]] = collections.Counter()
        self.order: list[tuple[str, str]] = []
        self.listen()

    def listen(self) -> None:
        """Connect, anew if the broker was away."""
        self._client: Client = self._greenhouse.client("dashboard")
        assert self._client.connect() == "Success"
        self._client.subscribe("/serre/#")

    def next(self) -> tuple[str, str]:
        topic, payload = self._client.next_message()
        message = (topic, payload.decode())
        self.came[message] += 1
        self.order.append(message)
        return message

    def wait_for(self, message: tuple[str, str]) -> None:
        while not self.came[message]:
            self.next()

    def wait_for_end(self) -> None:
        """Wait for the hub's goodbye, when it was seen online before."""
        while [payload for topic, payload in self.order if topic.endswith("/etat")][-1:] != ["offline"]:
            self.next()

    def collect(self) -> None:
        """Take what has come already."""
        while not self._client.messages.empty():
            self.next()

    def live(self) -> collections.Counter[tuple[str, str, str]]:
        """Planter, leaf and payload of what came on live topics."""
        counts: collections.Counter[tuple[str, str, str]] = collections.Counter()
        for (topic, payload), count in self.came.items():
            parts = topic.split("/")
            if parts[3:4] == ["bac"] and parts[5] != "histo":
                counts[parts[4], "/".join(parts[5:]), payload] += count
        return counts

    def late(self) -> collections.Counter[tuple[str, str, str]]:
        """The same of what came on `histo`; each message is checked against docs/protocol.md."""
        counts: collections.Counter[tuple[str, str, str]] = collections.Counter()
        for (topic, payload), count in self.came.items():
            if topic.endswith("/histo"):
                assert len(payload.encode()) <= 4096
                message = json.loads(payload)
                assert message["format"] == 1
                for unix, leaf, value in message["measurements"]:
                    assert isinstance(unix, int)
                    counts[topic.split("/")[4], leaf, value] += count
        return counts
