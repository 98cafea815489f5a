"""`python -m demo`, what script/demo runs: it ends whole, however it ends."""

from collections.abc import Iterator
import os
from pathlib import Path
import queue
import re
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120.0


def _begin_as_at_a_terminal() -> None:
    """Undo what whoever runs the tests in the background, or under nohup, has made every process ignore."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Demo:
    """The demonstration in a folder of its own, at a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "demo", "--folder", str(folder)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=_begin_as_at_a_terminal,  # noqa: PLW1509 - nothing else runs in this process yet
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        # By character: a step's line ends only when the step does.
        line = ""
        while character := self.process.stdout.read(1):
            line += character
            if line.endswith((" ... ", "\n")):
                self._lines.put(line)
                line = ""

    def wait_for(self, text: str) -> None:
        """Wait until this is said."""
        while not any(text in line for line in self.said):
            try:
                self.said.append(self._lines.get(timeout=PATIENCE_S))
            except queue.Empty:
                pytest.fail(f"never said “{text}”, but:\n{''.join(self.said)}")

    def running(self, what: str = "") -> list[int]:
        """The processes of this demonstration, or those of them that are this program."""
        commands = {
            process.pid: " ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])
        }
        return [pid for pid, command in commands.items() if str(self.folder) in command and re.search(what, command)]

    def pid_of(self, what: str) -> int:
        deadline = time.monotonic() + PATIENCE_S
        while not (pids := self.running(what)):
            assert time.monotonic() < deadline, f"no process of {what}"
            time.sleep(0.05)
        return pids[0]

    def press_ctrl_c(self) -> None:
        """Signal all that a terminal would."""
        os.killpg(self.process.pid, signal.SIGINT)

    def nothing_is_left(self) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while self.running() and time.monotonic() < deadline:
            time.sleep(0.1)
        return not self.running()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all of them, because the first start takes longest."""
    return tmp_path_factory.mktemp("demo") / "state"


@pytest.fixture
def demo(folder: Path) -> Iterator[Demo]:
    """The demonstration, being started."""
    demo = Demo(folder)
    yield demo
    demo.process.kill()
    demo.process.wait()
    assert demo.nothing_is_left()


def test_ctrl_c_in_the_middle_of_the_very_first_start_stops_everything(demo: Demo) -> None:
    demo.wait_for("Home Assistant ... ")
    demo.pid_of("bin/hass")
    demo.press_ctrl_c()
    demo.wait_for("Everything is stopped.")
    assert demo.process.wait(PATIENCE_S) == 0
    assert not demo.running()


def test_it_gets_ready_and_ctrl_c_stops_everything(demo: Demo) -> None:
    demo.wait_for("Ready after")
    demo.wait_for("Ctrl-C stops everything.")

    second = subprocess.run(
        [sys.executable, "-m", "demo", "--folder", demo.folder], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert second.stdout.startswith("The demonstration runs already: http://127.0.0.1:")

    demo.press_ctrl_c()
    demo.wait_for("Everything is stopped.")
    assert demo.process.wait(PATIENCE_S) == 0
    assert not demo.running()


def test_a_closed_terminal_stops_everything(demo: Demo) -> None:
    demo.wait_for("Home Assistant ... ")
    os.killpg(demo.process.pid, signal.SIGHUP)
    assert demo.process.wait(PATIENCE_S) == 0
    assert not demo.running()


def test_killed_itself_it_leaves_nothing_behind(demo: Demo) -> None:
    demo.wait_for("Home Assistant ... ")
    demo.pid_of("bin/hass")
    demo.process.kill()
    assert demo.nothing_is_left()


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("mosquitto -c", "Mosquitto"),
        ("run.py hub", "Hub 1"),
        ("run.py fleet", "The nodes of greenhouse 1"),
        ("bin/hass", "Home Assistant"),
    ],
)
def test_a_part_that_ends_is_named_and_ends_the_rest(demo: Demo, program: str, name: str) -> None:
    demo.wait_for("Home Assistant ... ")
    demo.pid_of("bin/hass")
    os.kill(demo.pid_of(program), signal.SIGKILL)
    demo.wait_for("Everything else is stopped.")
    assert re.search(rf"{name} (has )?ended", "".join(demo.said))
    assert demo.process.wait(PATIENCE_S) == 1
    assert not demo.running()
