import json
import os
from pathlib import Path
import pty
import re
import subprocess
import sys

import pytest

from certs.passwords import Login
from certs.pki import Pki
from provision import commands, serial_board, settings
from provision.commands import main
from tests.provision.conftest import SIGACS_TOML, WIFI_PASSWORD
from tests.provision.usb import CORE2, MICROPYTHON, UsbBoard

ROOT = Path(__file__).parents[2]
STICK = "M5STACK StickC PLUS2 with ESP32(SPIRAM)"
BUSY = "import time\nwhile True:\n    time.sleep(1)\n"


def has_pseudo_terminals() -> bool:
    """Whether something can stand for the USB cable; a bare chroot has nothing."""
    try:
        ends = os.openpty()
    except OSError:
        return False
    for end in ends:
        os.close(end)
    return True


needs_a_board = pytest.mark.skipif(
    not (MICROPYTHON.exists() and has_pseudo_terminals()),
    reason="there is no MicroPython for this machine, or it has no pseudo-terminals",
)


def secrets_of(authority: Path) -> list[str]:
    """Everything that nobody may read on a terminal."""
    key = (authority / "hub-1" / "node_key").read_text().strip()
    private = (authority / "hub-1" / "client.key").read_text().splitlines()[1]
    return [WIFI_PASSWORD, Login.read(authority / "hub-1" / "login.txt").password, key, private]


def fails(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a command that is refused; return what it says."""
    assert main([str(one) for one in arguments]) == 1
    return capsys.readouterr().err


# Into a folder


def test_a_dry_run_as_a_person_types_it(authority: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "provision", "hub", "1", "--dir", authority, "--dry-run", tmp_path / "there"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "of 8060 KiB of the M5STACK Core2" in done.stdout
    assert "Slot a, " in done.stdout
    flash = tmp_path / "there" / "flash"
    assert {path.name for path in flash.iterdir()} == {
        "boot.py",
        "main.py",
        "slots.mpy",
        "hal_restart.mpy",
        "slot",
        "a",
    }
    assert json.loads((flash / "a" / "config.json").read_text())["greenhouse"] == "1"
    assert not [secret for secret in secrets_of(authority) if secret in done.stdout + done.stderr]


def test_again_it_is_an_update(authority: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["hub", "1", "--dir", str(authority), "--dry-run", str(tmp_path)]
    assert main(command) == 0
    assert main(command) == 0
    assert "Slot a holds all this already: nothing was written." in capsys.readouterr().out
    (authority / "sigacs.toml").write_text(SIGACS_TOML.replace("garden", "meadow"))
    assert main(command) == 0
    assert "Slot b, " in (said := capsys.readouterr().out)
    assert "on trial" in said
    assert (tmp_path / "flash" / "slot").read_text() == "b 0"


def test_a_node_needs_its_board_to_be_named(
    authority: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("node", "1/3", "--dir", authority, "--dry-run", tmp_path)
    assert "sigacs.toml must say which one planter 1/3 has: [node] board = one of stickc," in fails(capsys, *command)
    (authority / "sigacs.toml").write_text(SIGACS_TOML + '[node]\nboard = "stickc-plus"\n')
    assert main([str(one) for one in command]) == 0
    assert "632 KiB of the M5STACK StickC PLUS" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["hub"],
        ["hub", "1/3"],
        ["node", "1"],
        ["node", "1/3/5"],
        ["gardener", "1"],
        ["hub", "1", "--dry-run", "x", "--port", "y"],
        ["hub", "1", "--dry-run", "x", "--firmware", "y"],
    ],
)
def test_what_makes_no_sense_is_refused_with_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "usage: script/provision" in capsys.readouterr().err


# The questions of the first time


def test_the_first_time_it_asks_and_never_again(
    authority: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (authority / "sigacs.toml").unlink()
    asked = []

    def answer(question: str) -> str:
        asked.append(question)
        return {"Name of the Wi-Fi (2.4 GHz): ": "garden", "Its password: ": WIFI_PASSWORD}.get(question, "127.0.0.1")

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("getpass.getpass", answer)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    for _ in range(2):
        assert main(["hub", "1", "--dir", str(authority), "--dry-run", str(tmp_path)]) == 0
    assert len(asked) == len(settings.QUESTIONS)
    assert settings.read(authority)["wifi"] == {"ssid": "garden", "password": WIFI_PASSWORD}
    assert WIFI_PASSWORD not in capsys.readouterr().out


def test_the_environment_is_an_answer_too(
    authority: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (authority / "sigacs.toml").unlink()
    monkeypatch.setenv("SIGACS_WIFI_SSID", "meadow")
    monkeypatch.setenv("SIGACS_WIFI_PASSWORD", WIFI_PASSWORD)
    monkeypatch.setattr("builtins.input", lambda _: "127.0.0.1")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert main(["hub", "1", "--dir", str(authority), "--dry-run", str(tmp_path)]) == 0
    assert settings.read(authority)["wifi"] == {"ssid": "meadow", "password": WIFI_PASSWORD}


@pytest.mark.parametrize("key", [EOFError, KeyboardInterrupt], ids=["Ctrl-D", "Ctrl-C"])
def test_a_question_may_be_left_unanswered(
    authority: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    key: type[BaseException],
) -> None:
    def leave(_: str) -> str:
        raise key

    (authority / "sigacs.toml").unlink()
    monkeypatch.setattr("builtins.input", leave)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert main(["hub", "1", "--dir", str(authority), "--dry-run", str(tmp_path)]) == 130
    assert "Interrupted" in capsys.readouterr().err
    assert not (authority / "sigacs.toml").exists()


def test_without_a_terminal_nothing_is_asked(
    authority: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (authority / "sigacs.toml").unlink()
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    assert "no terminal to ask at" in fails(capsys, "hub", "1", "--dir", authority, "--dry-run", tmp_path)


def test_without_an_authority_it_says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = fails(capsys, "hub", "1", "--dir", tmp_path / "pki", "--dry-run", tmp_path)
    assert f"python -m certs --dir {tmp_path / 'pki'} init" in said


# Onto a board


@needs_a_board
def test_from_a_board_on_usb_to_a_running_hub(
    authority: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with UsbBoard(tmp_path / "board") as board:
        (board.flash / "main.py").write_text(BUSY)  # what was on it
        assert main(["hub", "1", "--dir", str(authority), "--port", board.port]) == 0
        board.wait_for_reset()
    said = capsys.readouterr().out
    assert "M5STACK Core2, UIFlow2 2.4.2" in said
    assert "Slot a, " in said
    assert "its screen shows its address at the bottom. It must be 192.168.42.50" in said
    assert re.search(
        r"Its certificate ends on 20\d\d-\d\d-\d\d: before that, python -m certs --dir \S+ renew hub-1", said
    )
    assert not [secret for secret in secrets_of(authority) if secret in said]
    assert main(["hub", "1", "--dir", str(authority), "--dry-run", str(tmp_path / "expected")]) == 0
    assert contents(board.flash) == contents(tmp_path / "expected" / "flash")


def contents(flash: Path) -> dict[str, bytes]:
    own = {"crash.txt"}  # of a start without M5Stack's modules
    return {
        path.relative_to(flash).as_posix(): path.read_bytes()
        for path in flash.rglob("*")
        if path.is_file() and path.name not in own
    }


@needs_a_board
def test_a_new_certificate_is_on_trial_when_the_board_starts_again(
    authority: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with UsbBoard(tmp_path / "board") as board:
        command = ["hub", "1", "--dir", str(authority), "--port", board.port]
        assert main(command) == 0
        board.wait_for_reset()
        Pki(authority).renew(["hub-1"])
        assert main(command) == 0
        board.wait_for_reset(2)
    assert "on trial" in capsys.readouterr().out
    new = (authority / "hub-1" / "client.crt").read_bytes()
    assert (board.flash / "b" / "pki" / "client.crt").read_bytes() == new
    assert (board.flash / "a" / "pki" / "client.crt").read_bytes() != new
    assert (board.flash / "slot").read_text().startswith("b ")


@needs_a_board
def test_a_node_is_told_which_board_it_is(authority: Path, tmp_path: Path) -> None:
    with UsbBoard(tmp_path / "board", STICK) as board:
        assert main(["node", "1/3", "--dir", str(authority), "--port", board.port]) == 0
        board.wait_for_reset()
    assert json.loads((board.flash / "a" / "config.json").read_text())["board"] == "stickc-plus2"


@needs_a_board
@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((CORE2, "V2.5.0"), "The board has UIFlow2 2.5.0, and SIGACS needs 2.4.2: --firmware FILE"),
        ((STICK, "V2.4.2"), "A hub is made of M5STACK Core2, and this is a M5STACK StickC PLUS2."),
        (("Generic ESP32 module with ESP32", "V2.4.2"), "The board says that it is “Generic ESP32 module with ESP32”"),
    ],
)
def test_a_board_that_cannot_be_a_hub_is_left_as_it_is_and_starts_again(
    authority: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], found: tuple[str, str], said: str
) -> None:
    with UsbBoard(tmp_path / "board", *found) as board:
        (board.flash / "main.py").write_text(BUSY)
        assert said in fails(capsys, "hub", "1", "--dir", authority, "--port", board.port)
        board.wait_for_reset()
    assert contents(board.flash) == {"main.py": BUSY.encode()}


@needs_a_board
def test_a_micropython_that_is_not_uiflow_is_named(
    authority: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with UsbBoard(tmp_path / "board") as board:
        (tmp_path / "board" / "modules" / "esp32.py").unlink()
        said = fails(capsys, "hub", "1", "--dir", authority, "--port", board.port)
    assert "runs a MicroPython that is not UIFlow2" in said


@needs_a_board
def test_a_flash_without_room_is_told_and_the_board_starts_again(
    authority: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with UsbBoard(tmp_path / "board") as board:
        (board.flash / "a").write_text("a file where the slot is to be")
        said = fails(capsys, "hub", "1", "--dir", authority, "--port", board.port)
        board.wait_for_reset()
    assert said.startswith("error: ")


@needs_a_board
def test_a_board_that_does_not_answer_says_what_to_look_at(
    authority: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serial_board, "_CATCH_S", 0.5)
    monkeypatch.setattr(serial_board, "_TRY_S", 0.1)
    ours, theirs = pty.openpty()
    try:
        said = fails(capsys, "hub", "1", "--dir", authority, "--port", os.ttyname(theirs))
    finally:
        os.close(ours)
        os.close(theirs)
    assert "answers no Ctrl-C" in said
    assert "flash UIFlow2: --firmware FILE" in said


def test_a_port_that_is_not_there_is_named(authority: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "/dev/no-such-port cannot be opened" in fails(
        capsys, "hub", "1", "--dir", authority, "--port", "/dev/no-such-port"
    )


class Port:
    def __init__(self, device: str, vid: int | None, pid: int | None) -> None:
        self.device, self.vid, self.pid = device, vid, pid


CORE2_PORT = Port("/dev/ttyACM0", 0x1A86, 0x55D4)
STICK_PORT = Port("/dev/ttyUSB0", 0x0403, 0x6001)
MODEM = Port("/dev/ttyS0", None, None)


@pytest.mark.parametrize(
    ("ports", "said"),
    [
        ([], "No board on USB"),
        ([MODEM], "No board on USB"),
        ([CORE2_PORT, STICK_PORT], "Several boards are on USB: /dev/ttyACM0, /dev/ttyUSB0. Say which: --port"),
    ],
)
def test_the_port_is_found_or_asked_for(
    authority: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, ports: list[Port], said: str
) -> None:
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: ports)
    assert said in fails(capsys, "hub", "1", "--dir", authority)


def test_the_only_board_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [MODEM, CORE2_PORT])
    assert commands.find_port() == "/dev/ttyACM0"


def test_a_wrong_image_is_refused_before_the_board_is_touched(
    authority: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "image.bin").write_bytes(b"not an image")
    said = fails(capsys, "hub", "1", "--dir", authority, "--port", "/dev/null", "--firmware", tmp_path / "image.bin")
    assert "no whole image of an ESP32" in said
