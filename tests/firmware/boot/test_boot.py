"""boot.py, main.py and the slots as a board runs them, around a role that does what each test wants."""

from collections.abc import Callable
import json
import os
from pathlib import Path
import shutil
import subprocess
from typing import Any

import pytest

from provision.firmware import FIRMWARE, first_code, role_code
from provision.flash import FolderFlash
from provision.install import Image, install
from tests.firmware.pure.test_config import HUB, NODE

HERE = Path(__file__).parent
RESET = 77  # the exit code that machine.reset() ends with here
MODULES = {
    "machine.py": f"""
import sys
def reset():
    sys.exit({RESET})
def lightsleep(ms):
    print('sleeps', ms)
""",
    "time.py": """
from utime import *
def timezone(name):
    print('zone', name)
def sleep(s):
    print('waits', s)
""",
}
START = "for name in ('boot.py', 'main.py'):\n    exec(open(name).read())\n"

WORKS = "def main(config, mark_good):\n    print('works', config['pki'])\n    mark_good()\n"
ALSO_WORKS = WORKS.replace("works", "works too")
FAILS = "def main(config, mark_good):\n    raise RuntimeError('the pump is dry')\n"
BROKEN = "import no_such_module\n"
SILENT = "def main(config, mark_good):\n    print('hears nothing')\n"


class Board:
    """A flash, and what happens when it starts."""

    def __init__(self, micropython: Path, folder: Path, role: str) -> None:
        self.flash = folder / "flash"
        self.role = role
        self._folder = folder
        self._micropython = micropython
        self._number = 0
        for name, text in MODULES.items():
            (folder / name).write_text(text)

    def update(self, main: str, **changes: Any) -> None:
        """Provision it with this as its role's main."""
        self._number += 1
        firmware = self._folder / f"firmware-{self._number}"
        shutil.copytree(FIRMWARE / "shared", firmware / "shared")
        for name in ("boot.py", "main.py", "slots.py", "hal_restart.py"):
            shutil.copy(FIRMWARE / name, firmware)
        (firmware / self.role).mkdir()
        (firmware / self.role / "main.py").write_text(main)
        config = (HUB if self.role == "hub" else NODE) | changes
        slot = {**role_code(self.role, firmware), "config.json": as_json(config)}
        install(FolderFlash(self.flash), Image(first_code(), slot))

    def start(self) -> str:
        """Run it until it resets; return what it says."""
        done = subprocess.run(
            [self._micropython, "-c", START],
            cwd=self.flash,
            env={**os.environ, "MICROPYPATH": f":{self._folder}:.frozen"},
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
        assert done.returncode == RESET, done.stdout + done.stderr
        return done.stdout

    @property
    def line(self) -> str:
        return (self.flash / "slot").read_text()

    @property
    def crash(self) -> str:
        return (self.flash / "crash.txt").read_text()


def as_json(config: dict[str, Any]) -> bytes:
    return json.dumps(config).encode()


@pytest.fixture
def board(micropython: Path, tmp_path: Path) -> Callable[[str], Board]:
    return lambda role: Board(micropython, tmp_path, role)


def test_a_new_device_runs_and_its_clock_is_set_to_gmt_first(board: Callable[[str], Board]) -> None:
    hub = board("hub")
    hub.update(WORKS)
    assert hub.line == "a"
    assert hub.start().startswith("zone GMT0\nworks a/pki\n")
    assert hub.line == "a"


def test_an_update_that_works_stays(board: Callable[[str], Board]) -> None:
    hub = board("hub")
    hub.update(WORKS)
    hub.update(ALSO_WORKS)
    assert hub.line == "b 0"
    assert "works too b/pki" in hub.start()
    assert hub.line == "b"
    hub.update(WORKS)
    assert hub.line == "a 0"
    assert "works a/pki" in hub.start()
    assert hub.line == "a"


@pytest.mark.parametrize("update", [FAILS, BROKEN, SILENT], ids=["fails", "cannot be imported", "never proves itself"])
def test_an_update_that_does_not_work_is_taken_back_after_three_starts(
    board: Callable[[str], Board], update: str
) -> None:
    hub = board("hub")
    hub.update(WORKS)
    hub.update(update)
    for _ in range(3):
        assert "works" not in hub.start()
    assert "works a/pki" in hub.start()
    assert hub.line == "a !"
    assert "works a/pki" in hub.start()


def test_a_configuration_that_cannot_run_is_taken_back_too(board: Callable[[str], Board]) -> None:
    hub = board("hub")
    hub.update(WORKS)
    hub.update(WORKS, period=0)
    for _ in range(3):
        assert "period: must be a number from 1 to 86400, not 0" in hub.start()
    assert "works a/pki" in hub.start()


def test_a_wake_that_publishes_ends_the_trial_and_one_that_does_not_counts(board: Callable[[str], Board]) -> None:
    second = "import os\ndef main(config, mark_good):\n    'online' in os.listdir() and mark_good()\n"
    node = board("node")
    node.update(WORKS)
    node.update(second)
    node.start()
    node.start()
    assert node.line == "b 2"
    (node.flash / "online").touch()
    node.start()
    assert node.line == "b"


def test_a_crash_is_kept_with_its_cause_and_counted(board: Callable[[str], Board]) -> None:
    hub = board("hub")
    hub.update(FAILS)
    said = hub.start()
    assert hub.crash.splitlines()[0] == "1"
    assert hub.crash.splitlines()[-1] == "RuntimeError: the pump is dry"
    assert hub.crash.splitlines()[-1] in said
    assert "waits 5" in said, "time to reach it on USB"
    hub.start()
    assert hub.crash.splitlines()[0] == "2"


def test_what_is_kept_of_a_crash_is_bounded(board: Callable[[str], Board]) -> None:
    hub = board("hub")
    hub.update("def main(config, mark_good):\n    raise RuntimeError('x' * 5000 + ' the end')\n")
    hub.start()
    assert len(hub.crash) < 1100
    assert hub.crash.rstrip().endswith("the end")


def test_a_node_that_fails_again_and_again_spares_its_battery(board: Callable[[str], Board]) -> None:
    node = board("node")
    node.update(FAILS)
    assert "sleeps 900000" in node.start()


def test_a_node_on_trial_fails_quickly_so_that_the_slot_before_comes_back(board: Callable[[str], Board]) -> None:
    node = board("node")
    node.update(WORKS)
    node.update(FAILS)
    for _ in range(3):
        assert "sleeps" not in node.start()
    assert "works" in node.start()


def test_a_hub_begins_again_at_once(board: Callable[[str], Board]) -> None:
    hub = board("hub")
    hub.update(FAILS)
    assert "sleeps" not in hub.start()


@pytest.mark.parametrize("line", [None, "", "\0\0\0", "c", "a/b"])
def test_without_a_line_that_can_be_read_what_is_there_runs(board: Callable[[str], Board], line: str | None) -> None:
    hub = board("hub")
    hub.update(WORKS)
    (hub.flash / "slot").unlink()
    if line is not None:
        (hub.flash / "slot").write_text(line)
    assert "works a/pki" in hub.start()
    (hub.flash / "a").rename(hub.flash / "b")
    assert "works b/pki" in hub.start()


def test_a_flash_that_takes_nothing_more_is_no_reason_not_to_run(board: Callable[[str], Board]) -> None:
    hub = board("hub")
    hub.update(FAILS)
    hub.update(WORKS)
    (hub.flash / "slot.new").mkdir()  # so that it cannot be written
    assert "works b/pki" in hub.start()


def test_a_crash_that_cannot_be_kept_is_still_told(board: Callable[[str], Board]) -> None:
    hub = board("hub")
    hub.update(FAILS)
    (hub.flash / "crash.txt.new").mkdir()
    assert "the pump is dry" in hub.start()


def test_the_role_has_the_memory_that_start_up_needed(board: Callable[[str], Board]) -> None:
    hub = board("hub")
    hub.update(
        "import sys\ndef main(config, mark_good):\n"
        "    print('loaded', sorted(name for name in sys.modules if 'config' in name or 'hal' in name))\n"
        "    print('held', hasattr(sys.modules['shared'], 'config'))\n"
    )
    said = hub.start()
    assert "loaded []\n" in said
    assert "held False\n" in said


def test_ctrl_c_reaches_the_prompt(board: Callable[[str], Board]) -> None:
    hub = board("hub")
    hub.update("def main(config, mark_good):\n    raise KeyboardInterrupt\n")
    with pytest.raises(AssertionError, match="KeyboardInterrupt"):  # no reset: it ends where a board shows its prompt
        hub.start()


def test_power_may_fail_at_every_write_of_the_state(micropython: Path) -> None:
    command = [micropython, HERE / "power_cuts.py", FIRMWARE]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[0]) >= 20, "writes"
