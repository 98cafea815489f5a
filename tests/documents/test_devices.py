"""The commands of docs/devices.md, with boards at the end of a pseudo-terminal, and a hub in the simulation."""

from collections.abc import Iterator
import json
from pathlib import Path
import shlex
import shutil
import sys

from paho.mqtt.publish import single
import pytest

from certs.pki import Pki
from certs.policy import HUB
from provision.keys import node_key, node_password
from tests.certs.greenhouse import free_port
from tests.certs.house import ProvisionedHub
from tests.documents.commands import block
from tests.documents.markdown import ROOT
from tests.documents.terminal import Terminal
from tests.provision.test_commands import STICK, needs_a_board
from tests.provision.usb import UsbBoard

PYTHON = f"PYTHONPATH={shlex.quote(str(ROOT))} {shlex.quote(sys.executable)}"

pytestmark = needs_a_board


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A computer's folder with an authority and its settings."""
    folder = tmp_path / "home"
    pki = Pki(folder / "pki")
    pki.init()
    pki.issue_server([], ["127.0.0.1"])
    pki.issue_client(HUB, "1")
    settings = pki.folder / "sigacs.toml"
    settings.touch(mode=0o600)
    settings.write_text(
        'ntp = []\n[wifi]\nssid = "Garden"\npassword = "correct horse"\n[broker]\nhost = "127.0.0.1"\n'
        f'[hub]\nhost = "127.0.0.1"\nport = {free_port()}\n[node]\nboard = "stickc-plus2"\n'
    )
    return folder


@pytest.fixture
def computer(home: Path) -> Iterator[Terminal]:
    with Terminal(home, home.parent / "terminal.log", {"HOME": str(home)}) as terminal:
        yield terminal


def on(board: UsbBoard) -> dict[str, str]:
    """What script/provision sets up is there; and the port, which it finds where there is a real one."""
    return {"script/provision": f"{PYTHON} -m provision --port {board.port}"}


def test_a_hub_and_a_node_are_made_and_updated(home: Path, computer: Terminal, tmp_path: Path) -> None:
    with UsbBoard(tmp_path / "core2") as hub, UsbBoard(tmp_path / "stick", STICK) as node:
        # M5Stack's image cannot be here, and flashing it needs a chip: tests/provision/test_uiflow.py
        said = computer.run(
            block("docs/devices.md", "The hub", 1, instead=on(hub) | {" --firmware uiflow2-core2.bin": ""})
        )
        assert "M5STACK Core2, UIFlow2 2.4.2" in said
        hub.wait_for_reset()
        said = computer.run(
            block("docs/devices.md", "The nodes", instead=on(node) | {" --firmware uiflow2-stickc-plus2.bin": ""})
        )
        assert "M5STACK StickC PLUS2, UIFlow2 2.4.2" in said
        node.wait_for_reset()

        settings = home / "pki/sigacs.toml"
        settings.write_text(f"period = 1800\n{settings.read_text()}")
        each = {
            f"script/provision {role}": f"{PYTHON} -m provision --port {board.port} {role}"
            for role, board in (("hub", hub), ("node", node))
        }
        said = computer.run(block("docs/devices.md", "Updates", instead=each))
        assert said.count("on trial") == 2
    for board in (hub, node):
        assert json.loads((board.flash / "b/config.json").read_text())["period"] == 1800


def test_without_a_board_a_folder_holds_what_would_be_on_it(home: Path, computer: Terminal) -> None:
    computer.run(block("docs/devices.md", "Without a board", instead={"script/provision": f"{PYTHON} -m provision"}))
    assert (home / "there/flash/boot.py").exists()


@pytest.mark.skipif(shutil.which("mosquitto_sub") is None, reason="needs mosquitto_sub, of mosquitto-clients")
def test_the_observer_hears_what_nodes_say(home: Path, computer: Terminal) -> None:
    computer.run(f'export {PYTHON.split(maxsplit=1)[0]}\npython() {{ {PYTHON.split()[1]} "$@"; }}')
    computer.run("python -m provision hub 1 --dry-run board")
    port = json.loads((home / "board/flash/a/config.json").read_text())["listen"]
    login = {"username": "bac-3", "password": node_password(node_key(home / "pki", "1"), "bac-3")}
    with ProvisionedHub(home / "board"):
        # retained, so that it is there whenever the observer comes
        single("/serre/1/bac/3/sol", "65.0", 1, retain=True, hostname="127.0.0.1", port=port, auth=login)
        instead = {".venv/bin/python": "python", "192.168.42.50": f"127.0.0.1 -p {port}"}
        end = computer.begin(block("docs/devices.md", "Looking inside", 2, instead=instead))
        computer.wait_for_log("/serre/1/bac/3/sol 65.0")
        computer.interrupt(end)
    assert (home / "observer/mosquitto_sub").stat().st_mode & 0o077 == 0
