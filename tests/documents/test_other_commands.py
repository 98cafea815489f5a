"""The remaining blocks: of the README, of the firmware's, and what removes things from a computer and its boards."""

from collections.abc import Iterator
from pathlib import Path
import shutil
import sys

import pytest

from tests.certs.greenhouse import Greenhouse
from tests.documents.commands import block
from tests.documents.machine import Machine
from tests.documents.markdown import ROOT

SETTINGS = (
    '[wifi]\nssid = "garden"\npassword = "wet and green"\n[broker]\nhost = "127.0.0.1"\n'
    '[hub]\nhost = "127.0.0.1"\n[node]\nboard = "stickc-plus2"\n'
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A person's computer, with an authority and the answers to what provisioning asks."""
    with Machine(tmp_path_factory.mktemp("computer")) as machine:
        demo = f"{sys.executable} -m demo --help"  # tests/e2e/test_demo.py runs all of it
        said = machine.run(block("README.md", "SIGACS", 1, instead={"script/demo": demo}))
        assert "usage:" in said
        machine.run(f"ln -s {ROOT}/.venv .venv")
        machine.run(f"{sys.executable} -m certs init && {sys.executable} -m certs server --ip 127.0.0.1")
        settings = machine.home / "sigacs/pki/sigacs.toml"
        settings.touch(mode=0o600)
        settings.write_text(SETTINGS)
        yield machine


@pytest.fixture
def computer(clone: Machine) -> Machine:
    """The same, in the folder of the clone."""
    clone.run(f"cd {clone.home}/sigacs")
    return clone


def test_the_broker_of_the_readme(computer: Machine) -> None:
    computer.run(block("README.md", "Run the broker"))
    folder = computer.home / "sigacs-pki"
    assert {"ca.crt", "server", "hub-1", "dashboard", "mosquitto"} <= {path.name for path in folder.iterdir()}


def test_the_devices_of_the_readme(computer: Machine) -> None:
    assert "of the M5STACK Core2" in computer.run(block("README.md", "Build a device"))
    assert (computer.home / "sigacs/pki/hub-1/client.crt").exists()


@pytest.mark.skipif(
    not (ROOT / ".venv/bin/micropython").exists(), reason="there is no MicroPython as a package for this machine"
)
def test_two_boards_in_the_simulation(computer: Machine) -> None:
    computer.run("rm -rf board")
    background = {"hub board/hub": "hub board/hub &", "node board/node": "node board/node &"}
    drawn = {".venv/bin/micropython firmware/sim/png.py": _ONCE_DRAWN + ".venv/bin/micropython firmware/sim/png.py"}
    computer.run(block("firmware/README.md", "The simulation", instead=background | drawn))
    assert (computer.home / "sigacs/hub.png").read_bytes().startswith(b"\x89PNG")


_ONCE_DRAWN = "for _ in $(seq 300); do test -s board/hub/screen.rgb565 && break; sleep 0.1; done\n"


def test_the_firmwares_bench_and_tests_are_there(computer: Machine) -> None:
    help_only = {"script/bench devices": f"{sys.executable} -m bench.devices --help"}  # tests/bench runs it
    assert "firmware costs" in computer.run(block("firmware/README.md", "Budgets", instead=help_only))
    pytests = f"cd {ROOT} && {sys.executable} -m pytest -p no:homeassistant --collect-only --quiet"
    collect = {"script/test tests/firmware\n": "", "script/test": pytests}  # the first line is all of this folder
    said = computer.run(block("firmware/README.md", "Tests", instead=collect))
    assert "test_ring" in said


def test_a_board_is_emptied_by_a_command_that_exists(computer: Machine) -> None:
    said = computer.run(block("docs/removal.md", "On a device", instead={"erase-flash": "erase-flash --help"}))
    assert "Erase the SPI flash" in said


def test_an_empty_computer_afterwards(computer: Machine) -> None:
    computer.run(block("docs/removal.md", "On your computer"))
    assert not (computer.home / "sigacs").exists()
    assert (ROOT / ".venv").exists()


@pytest.mark.skipif(not shutil.which("mosquitto_pub"), reason="this machine has no mosquitto_pub")
def test_what_hubs_left_on_a_broker_is_cleared(greenhouse: Greenhouse, tmp_path: Path) -> None:
    with greenhouse.client("hub-1") as hub:
        for topic in ("/serre/1/etat", "/serre/1/sante"):
            hub.publish(topic, "online", retain=True)
    login, folder = greenhouse.login("hub-1"), greenhouse.pki.folder / "hub-1"
    certificates = f"--cafile {folder}/ca.crt --cert {folder}/client.crt --key {folder}/client.key"
    as_hub = {"-h localhost": f"-h 127.0.0.1 -p {greenhouse.broker.port} {certificates} -u hub-1 -P {login.password}"}
    with Machine(tmp_path / "machine") as machine:
        machine.run(block("docs/removal.md", "At the broker", 5, instead=as_hub))
    with greenhouse.client("dashboard") as dashboard, greenhouse.client("hub-1") as hub:
        dashboard.subscribe("/serre/#")
        hub.publish("/serre/1/bac/1/sol", "65.0")
        assert dashboard.next_message() == ("/serre/1/bac/1/sol", b"65.0")
