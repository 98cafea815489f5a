"""docs/install.md as a person types it, from a bare machine to the first value, then a year, then its removal."""

from collections.abc import Iterator
from pathlib import Path
import shutil
import sys

import pytest

from certs.passwords import Login
from demo.broker import Broker
from tests.certs.greenhouse import Client
from tests.documents.commands import block
from tests.documents.machine import Machine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the commands of a Raspberry Pi are those of Debian")
NEEDS_A_LISTENER = pytest.mark.skipif(
    not shutil.which("mosquitto_sub"), reason="this machine has no mosquitto_sub: script/setup brings it"
)


@pytest.fixture(scope="module")
def pi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A Raspberry Pi on which the first three steps were done."""
    with Machine(tmp_path_factory.mktemp("pi")) as machine:
        machine.run(block("docs/install.md", "1. Mosquitto and the tool for certificates", 2))
        machine.run(block("docs/install.md", "1. Mosquitto and the tool for certificates", 3))
        said = machine.run(block("docs/install.md", "2. Certificates"))
        assert "sigacs.local, localhost, 192.168.42.66, 127.0.0.1" in said
        machine.run(block("docs/install.md", "As Debian's service"))
        yield machine


@pytest.fixture(scope="module")
def computer(pi: Machine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The computer that boards are plugged into."""
    with Machine(tmp_path_factory.mktemp("computer"), pi.home) as machine:
        yield machine


def hub_of(machine: Machine) -> Client:
    folder = machine.system / "etc/sigacs/hub-1"
    broker = Broker(machine.system / "etc/sigacs/mosquitto/mosquitto.conf")
    return Client(broker, folder, login=Login.read(folder / "login.txt"))


@NEEDS_A_LISTENER
def test_a_listener_of_its_own_shows_each_measurement(pi: Machine) -> None:
    with hub_of(pi) as hub:
        hub.publish("/serre/1/etat", "online", retain=True)
        end = pi.begin(block("docs/install.md", "Does it listen?"))
        pi.wait_for_log("/serre/1/etat online")  # was kept for it, so it listens now
        hub.publish("/serre/1/bac/1/sol", "65.0")
        pi.wait_for_log("/serre/1/bac/1/sol 65.0")
        pi.interrupt(end)
    assert (pi.system / "etc/sigacs/dashboard-terminal/mosquitto_sub").stat().st_mode & 0o777 == 0o600


def test_the_hub_and_its_node_are_made_on_the_computer(pi: Machine, computer: Machine) -> None:
    pi.run(block("docs/install.md", "4. The hub and its nodes", 1))
    computer.run(block("docs/install.md", "4. The hub and its nodes", 2))
    settings = computer.home / "sigacs/pki/sigacs.toml"  # the answers that provisioning asks for
    settings.touch(mode=0o600)
    settings.write_text(
        '[wifi]\nssid = "garden"\npassword = "wet and green"\n[broker]\nhost = "192.168.42.66"\n'
        '[hub]\nhost = "192.168.42.50"\n[node]\nboard = "stickc-plus2"\n'
    )
    said = computer.run(block("docs/install.md", "4. The hub and its nodes", 3))
    assert "of the M5STACK Core2" in said
    assert (computer.home / "sigacs/board/hub/flash").is_dir()
    pi.run(block("docs/install.md", "4. The hub and its nodes", 4))
    assert not (pi.home / "sigacs/hub-1").exists()


def test_home_assistants_files_come_to_the_computer_and_go_again(pi: Machine, computer: Machine) -> None:
    said = pi.run(block("docs/install.md", "5. Home Assistant", 1))
    assert "user: dashboard" in said
    computer.run(block("docs/install.md", "5. Home Assistant", 2))
    files = {"ca.crt", "client.crt", "client.key", "login.txt"}
    folder = next(computer.home.rglob("dashboard/login.txt")).parent
    assert files <= {path.name for path in folder.iterdir()}
    for machine in (pi, computer):
        machine.run(block("docs/install.md", "5. Home Assistant", 3))
    assert not folder.exists()
    assert not (pi.home / "sigacs/dashboard").exists()


def test_after_a_year_what_is_due_is_renewed(pi: Machine) -> None:
    said = pi.run(block("docs/install.md", "6. Every year", 1))
    assert "hub-1" in said
    assert "nothing ends within 60 days" in pi.run(block("docs/install.md", "6. Every year", 2))


def test_the_broker_says_its_last_words(pi: Machine) -> None:
    said = pi.run(
        block("docs/troubleshooting.md", "At the broker", 1, instead={"sudo journalctl": ": sudo journalctl"})
    )
    assert "running" in said
    assert "sigacs.conf" in pi.run(block("docs/troubleshooting.md", "At the broker", 2))


@pytest.mark.skipif(not shutil.which("openssl"), reason="this machine has no openssl")
def test_openssl_says_whether_it_is_the_right_broker(pi: Machine) -> None:
    assert "Verify return code: 0 (ok)" in pi.run(block("docs/troubleshooting.md", "At the broker", 3))


def test_removal_leaves_nothing_on_the_machine(tmp_path: Path) -> None:
    with Machine(tmp_path) as machine:
        machine.run(block("docs/install.md", "1. Mosquitto and the tool for certificates", 2))
        machine.run(block("docs/install.md", "1. Mosquitto and the tool for certificates", 3))
        machine.run(block("docs/install.md", "2. Certificates"))
        machine.run(block("docs/install.md", "As Debian's service"))
        machine.run(block("docs/removal.md", "At the broker", 1))
        assert not (machine.system / "etc/sigacs").exists()
        assert list((machine.system / "etc/mosquitto/conf.d").iterdir()) == []
        machine.run(block("docs/removal.md", "At the broker", 2))
        assert not (machine.system / "var/lib/mosquitto").exists()
        machine.run("cd")
        machine.run(block("docs/removal.md", "At the broker", 4))
        assert not (machine.home / "sigacs").exists()
