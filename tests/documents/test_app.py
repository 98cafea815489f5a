"""What docs/install.md says that Home Assistant's Mosquitto app can and cannot do, tried on a real Mosquitto.

The app itself runs in Home Assistant OS only. Its template is written here as far as it decides anything: listeners,
certificates, the folder for further files. Its plugin for passwords is not there; a password file takes its place.
"""

from collections.abc import Iterator, Mapping
import getpass
from pathlib import Path
from typing import Any

import pytest
import yaml

from certs.passwords import Login
from certs.pki import Pki
from demo.broker import Broker
from tests.certs.greenhouse import Client, free_port
from tests.documents.commands import block
from tests.documents.machine import Machine
from tests.documents.markdown import document

APP = "Home Assistant's Mosquitto app"
_TEMPLATE = """\
user {account}
log_dest stderr
persistence false
password_file {share}/pw
include_dir {share}/{folder}
listener {tls} 127.0.0.1
cafile {ssl}/{cafile}
certfile {ssl}/{certfile}
keyfile {ssl}/{keyfile}
require_certificate {require_certificate}
listener {plain} 127.0.0.1
"""


def of_the_document(language: str) -> list[str]:
    return [one.content for one in document("docs/install.md").blocks if (one.heading, one.language) == (APP, language)]


@pytest.fixture(scope="module")
def options() -> Mapping[str, Any]:
    """The app's configuration."""
    (text,) = of_the_document("yaml")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def pki(folder: Path) -> Pki:
    """The authority as the document makes it."""
    with Machine(folder / "computer") as computer:
        computer.run("git clone --quiet https://github.com/sigacs/sigacs.git && cd sigacs")
        computer.run(
            block(
                "docs/install.md",
                "Home Assistant's Mosquitto app",
                1,
                instead={"--ip 192.168.42.66": "--ip 192.168.42.66 127.0.0.1"},
            )
        )
    return Pki(folder / "computer/home/sigacs/pki")


@pytest.fixture(scope="module")
def app(pki: Pki, options: Mapping[str, Any], folder: Path) -> Iterator[Broker]:
    """The broker that these options make, with the two files in share/mosquitto."""
    ssl, share = folder / "ssl", folder / "share"
    ssl.mkdir()
    (share / options["customize"]["folder"]).mkdir(parents=True)
    for source, name in (("ca.crt", "cafile"), ("server/server.crt", "certfile"), ("server/server.key", "keyfile")):
        (ssl / options[name]).write_bytes((pki.folder / source).read_bytes())
    acl_conf, access = of_the_document("text")
    (share / "mosquitto/acl.conf").write_text(acl_conf.replace("/share/", f"{share}/"))
    (share / "mosquitto/accesscontrollist").write_text(access)
    users = [Login.read(pki.folder / "hub-1/login.txt"), Login("homeassistant", "its own"), Login("visitor", "in")]
    (share / "pw").touch(mode=0o600)
    (share / "pw").write_text("".join(f"{user.hashed}\n" for user in users))
    (folder / "app.conf").write_text(
        _TEMPLATE.format(
            account=getpass.getuser(),
            share=share,
            ssl=ssl,
            folder=options["customize"]["folder"],
            tls=free_port(),
            plain=free_port(),
            **{name: options[name] for name in ("cafile", "certfile", "keyfile")},
            require_certificate=str(options["require_certificate"]).lower(),
        )
    )
    with Broker(folder / "app.conf") as broker:
        yield broker


def client(app: Broker, pki: Pki, login: Login, name: str = "", **changes: Path) -> Client:
    """Who logs in like this, with the hub's certificate, and calls itself as its user unless told otherwise."""
    made = Client(app, pki.folder / "hub-1", login=login, **changes)  # type: ignore[arg-type]
    made.mqtt._client_id = (name or login.user).encode()
    return made


def hub(app: Broker, pki: Pki) -> Client:
    return client(app, pki, Login.read(pki.folder / "hub-1/login.txt"))


def test_the_documented_login_is_the_hubs(options: Mapping[str, Any], pki: Pki) -> None:
    assert [login["username"] for login in options["logins"]] == [Login.read(pki.folder / "hub-1/login.txt").user]


def test_it_refuses_who_has_no_certificate(app: Broker, pki: Pki, tmp_path: Path) -> None:
    login = Login.read(pki.folder / "hub-1/login.txt")
    with pytest.raises(OSError):  # noqa: PT011 - how TLS says it differs
        client(app, pki, login, certificate=tmp_path / "none.crt").connect()


def test_a_hub_writes_its_greenhouse_only_and_home_assistant_reads_and_writes_all(app: Broker, pki: Pki) -> None:
    with client(app, pki, Login("homeassistant", "its own")) as home_assistant, hub(app, pki) as one:
        home_assistant.subscribe("/serre/#")
        one.publish("/serre/2/bac/1/sol", "forged")
        one.publish("/serre/1/bac/1/sol", "65.0")
        assert home_assistant.next_message() == ("/serre/1/bac/1/sol", b"65.0")
        home_assistant.publish("/serre/2/bac/1/sol", "12.0")
        assert home_assistant.next_message() == ("/serre/2/bac/1/sol", b"12.0")


def test_who_is_not_in_the_access_file_may_do_nothing(app: Broker, pki: Pki) -> None:
    with client(app, pki, Login("homeassistant", "its own")) as home_assistant:
        home_assistant.subscribe("#")
        with client(app, pki, Login("visitor", "in")) as visitor:
            visitor.publish("elsewhere", "1")
        home_assistant.publish("elsewhere", "2")
        assert home_assistant.next_message() == ("elsewhere", b"2")


def test_a_second_client_with_the_hubs_name_pushes_it_off(app: Broker, pki: Pki) -> None:
    with hub(app, pki) as one:
        with client(app, pki, Login("visitor", "in"), "hub-1"):
            pass
        assert one.wait_until_cut_off()


def test_revoking_has_no_effect_on_it(app: Broker, pki: Pki) -> None:
    login = Login.read(pki.folder / "hub-1/login.txt")
    pki.revoke("hub-1")
    assert client(app, pki, login).connect() == "Success"
