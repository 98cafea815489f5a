"""What docs/install.md says of a container, as far as it goes without Docker.

The broker that compose.yaml names is a real Mosquitto here, started with its command on the files that `certs` wrote;
that nothing outside can signal it by its process id is brought about by taking that away.
"""

from collections.abc import Iterator
import getpass
import os
from pathlib import Path
import shlex
import sys
from typing import Any

import pytest
import yaml

from certs.mosquitto import DEFAULT_PORT
from certs.passwords import Login
from demo.broker import Broker
from tests.certs.greenhouse import Client
from tests.documents.commands import block
from tests.documents.machine import Machine
from tests.documents.markdown import document

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the commands of a Raspberry Pi are those of Debian")


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    """The one service of compose.yaml."""
    blocks = document("docs/install.md").blocks
    (compose,) = [one.content for one in blocks if one.language == "yaml" and one.heading == "In a container"]
    found: dict[str, Any] = yaml.safe_load(compose)["services"]["mosquitto"]
    return found


@pytest.fixture(scope="module")
def pi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which the first two steps were done, and the broker's files written."""
    with Machine(tmp_path_factory.mktemp("pi")) as machine:
        machine.run(block("docs/install.md", "1. Mosquitto and the tool for certificates", 2))
        machine.run(block("docs/install.md", "1. Mosquitto and the tool for certificates", 3))
        machine.run(block("docs/install.md", "2. Certificates"))
        accounts = {"sudo groupadd": ": groupadd", "sudo useradd": ": useradd"}  # the next test makes them
        machine.run(block("docs/install.md", "In a container", 1, instead=accounts))
        yield machine


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes accounts, be it in a folder")
def test_the_account_outside_is_the_one_inside(service: dict[str, Any], tmp_path: Path) -> None:
    for name in ("passwd", "group", "shadow", "gshadow"):
        (tmp_path / "etc").mkdir(exist_ok=True)
        (tmp_path / "etc" / name).touch()
    there = {
        "sudo groupadd": f"/usr/sbin/groupadd --prefix {tmp_path}",
        "sudo useradd": f"/usr/sbin/useradd --prefix {tmp_path}",
        "certs broker": ":",
    }
    with Machine(tmp_path / "machine") as machine:
        machine.run(block("docs/install.md", "In a container", 1, instead=there))
    name, _, uid, gid, *_ = (tmp_path / "etc/passwd").read_text().strip().split(":")
    assert name == "mosquitto"
    assert f"{uid}:{gid}" == service["user"]


def test_the_folder_is_the_same_inside_and_outside(service: dict[str, Any], pi: Machine) -> None:
    ((outside, inside),) = [volume.split(":") for volume in service["volumes"]]
    assert outside == inside
    assert service["ports"] == [f"{DEFAULT_PORT}:{DEFAULT_PORT}"]
    folder = pi.system / inside.removeprefix("/")
    for configuration in (folder / "mosquitto.conf", folder / "conf.d/sigacs.conf"):
        paths = [word for word in configuration.read_text().split() if word.startswith(f"{pi.system}/")]
        assert paths, configuration
        assert all(path.rstrip(".").startswith(str(folder)) for path in paths), "all that it needs is in the volume"


def test_it_runs_as_an_ordinary_account(service: dict[str, Any], pi: Machine) -> None:
    """Nothing that the broker needs is root's."""
    assert service["user"].split(":")[0] != "0"
    for path in (pi.system / "etc/sigacs/mosquitto").rglob("*"):
        assert path.owner() == getpass.getuser()
        assert path.stat().st_mode & 0o077 == 0


def test_a_revoked_hub_is_let_in_until_the_signal(service: dict[str, Any], pi: Machine) -> None:
    program, *options = shlex.split(service["command"].replace("/etc/", f"{pi.system}/etc/"))
    assert Path(program).name == "mosquitto"
    assert options[0] == "-c"
    folder = pi.system / "etc/sigacs"
    login = Login.read(folder / "hub-1/login.txt")
    with Broker(Path(options[1])) as broker:
        (folder / "mosquitto/mosquitto.pid").unlink()
        assert "no Mosquitto with these files runs here" in pi.run("certs revoke hub-1")

        def answer() -> str:
            client = Client(broker, folder / "hub-1", login=login)
            try:
                return client.connect()
            except OSError:
                return "refused"
            finally:
                client.close()

        assert answer() == "Success"
        before = broker.log_size()
        pi.run(
            block(
                "docs/install.md",
                "In a container",
                3,
                instead={"sudo docker compose exec mosquitto kill -HUP 1": f"kill -HUP {broker.pid}"},
            )
        )
        broker.wait_for_log("Reloading config", since=before)
        assert answer() == "refused"
