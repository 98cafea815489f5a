"""Whoever must not get in does not, and both sides say why: the broker in its log, Home Assistant in its form."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import shutil
import socket
import ssl
import threading
from typing import Any

import pytest

from certs.pki import Pki
from certs.policy import DASHBOARD
from demo.api import ApiError
from demo.broker import Broker
from demo.credentials import HOME_ASSISTANT, TERMINAL, configure_broker
from demo.home_assistant import free_port
from demo.integration import fill_in, submit
from tests.certs.greenhouse import Client
from tests.e2e.greenhouse import Hub, tls_1_2
from tests.e2e.house import House, eventually

ENGLISH = json.loads(
    (Path(__file__).parents[2] / "custom_components/sigacs/translations/en.json").read_text(encoding="utf-8")
)
ADDRESS = "127.0.0.1"
NAME = "localhost"  # the same broker by another name; other tests have set up its address
LONG_AGO = timedelta(days=400)
WITHOUT_BROKER = shutil.ignore_patterns("mosquitto")

type Credentials = Callable[[Pki, Path], Path]


def applied(pki: Pki, change: Callable[[], object]) -> None:
    """Change the authority, and wait until the running broker has taken it up.

    Mosquitto forgets a second SIGHUP that comes while it reloads. It does one thing at a time, so whoever gets an
    answer to a handshake knows that the reload is over.
    """
    broker = Broker(pki.folder / "mosquitto" / "mosquitto.conf")
    mark = broker.log_size()
    change()
    broker.wait_for_log("Reloading config", since=mark)
    with (
        socket.create_connection((ADDRESS, broker.port), timeout=10) as connection,
        tls_1_2(pki.folder / TERMINAL).wrap_socket(connection, server_hostname=ADDRESS),
    ):
        pass


# Who tries to get in: functions that make a folder as `python -m certs dashboard` does, with one thing wrong in it.


def other_authority(scratch: Path, age: timedelta) -> Path:
    """The dashboard of another authority, whose name holds its day: one of today has the very name of ours."""
    Pki(scratch / "other", clock=lambda: datetime.now(UTC) - age).init()
    Pki(scratch / "other").issue_client(DASHBOARD)
    return scratch / "other" / HOME_ASSISTANT


def of_a_foreign_authority(_pki: Pki, scratch: Path) -> Path:
    return other_authority(scratch, LONG_AGO)


def of_an_authority_with_our_name(_pki: Pki, scratch: Path) -> Path:
    return other_authority(scratch, timedelta())


def trusting_both(pki: Pki, folder: Path) -> Path:
    """The same, but trusting our broker too: Home Assistant finds nothing wrong, so the broker has to."""
    (folder / "ca.crt").write_bytes((folder / "ca.crt").read_bytes() + (pki.folder / "ca.crt").read_bytes())
    return folder


def of_a_foreign_authority_trusting_ours(pki: Pki, scratch: Path) -> Path:
    return trusting_both(pki, of_a_foreign_authority(pki, scratch))


def of_an_authority_with_our_name_trusting_ours(pki: Pki, scratch: Path) -> Path:
    return trusting_both(pki, of_an_authority_with_our_name(pki, scratch))


def expired(pki: Pki, scratch: Path) -> Path:
    copy = Path(shutil.copytree(pki.folder, scratch / "pki", ignore=WITHOUT_BROKER))
    Pki(copy, clock=lambda: datetime.now(UTC) - timedelta(days=800)).issue_client(DASHBOARD, "expired")
    return copy / "dashboard-expired"


def revoked(pki: Pki, _scratch: Path) -> Path:
    applied(pki, lambda: pki.issue_client(DASHBOARD, "revoked"))
    applied(pki, lambda: pki.revoke("dashboard-revoked"))
    return pki.folder / "dashboard-revoked"


def with_a_wrong_password(pki: Pki, scratch: Path) -> Path:
    folder = Path(shutil.copytree(pki.folder / TERMINAL, scratch / "wrong"))
    (folder / "login.txt").write_text(f"user: {TERMINAL}\npassword: wrong\n")
    return folder


@dataclass(frozen=True)
class Case:
    """What is wrong, where the form says so, words of its sentence, and of the broker's log; None: not reached."""

    credentials: Credentials
    field: str
    sentence: str
    log: str | None


CASES = (
    # Here it is Home Assistant that hangs up: the broker only sees that it does, in the middle of the handshake.
    Case(of_a_foreign_authority, "ca_file", "this authority did not sign", "unexpected eof"),
    Case(of_an_authority_with_our_name, "ca_file", "this authority did not sign", "unexpected eof"),
    Case(of_a_foreign_authority_trusting_ours, "certificate_file", "does not know the authority", "verify failed"),
    Case(
        of_an_authority_with_our_name_trusting_ours, "certificate_file", "does not know the authority", "verify failed"
    ),
    Case(expired, "certificate_file", "has expired", None),
    Case(revoked, "certificate_file", "was revoked", "verify failed"),
    Case(with_a_wrong_password, "password", "does not accept this user name and password", "not authorised"),
)


async def sentence_of(house: House, form: dict[str, Any]) -> dict[str, str]:
    """Send the form, and return what a person reads beside each field."""
    answer = await submit(house.api, form)
    assert answer["type"] == "form", answer
    await house.api.delete(f"/api/config/config_entries/flow/{answer['flow_id']}")
    return {field: ENGLISH["config"]["error"][error] for field, error in answer["errors"].items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.credentials.__name__)
async def test_the_form_says_what_is_wrong_and_the_broker_why(
    bare_house: House, pki: Pki, broker: Broker, tmp_path: Path, case: Case
) -> None:
    folder = case.credentials(pki, tmp_path)
    mark = broker.log_size()
    said = await sentence_of(bare_house, await fill_in(bare_house.api, NAME, broker.port, folder))
    assert list(said) == [case.field]
    assert case.sentence in said[case.field]
    if case.log is None:
        assert "New connection" not in broker.log(mark)
    else:
        broker.wait_for_log(case.log, since=mark)
    assert "CONNACK to dashboard (0, 0)" not in broker.log(mark)


async def test_a_broker_with_a_certificate_for_another_name(bare_house: House, pki: Pki, tmp_path: Path) -> None:
    copy = Pki(Path(shutil.copytree(pki.folder, tmp_path / "pki", ignore=WITHOUT_BROKER)))
    copy.renew(["server"], ["elsewhere.example"])
    with Broker(configure_broker(copy, free_port())) as elsewhere:
        form = await fill_in(bare_house.api, ADDRESS, elsewhere.port, copy.folder / HOME_ASSISTANT)
        assert "is for another name" in (await sentence_of(bare_house, form))["base"]
        elsewhere.wait_for_log("unexpected eof")


async def test_a_broker_without_tls(bare_house: House, pki: Pki, tmp_path: Path) -> None:
    configuration = tmp_path / "plain.conf"
    configuration.write_text(f"listener {free_port()} {ADDRESS}\nallow_anonymous true\nlog_dest stderr\n")
    with Broker(configuration) as plain:
        form = await fill_in(bare_house.api, ADDRESS, plain.port, pki.folder / HOME_ASSISTANT)
        assert "does not speak TLS" in (await sentence_of(bare_house, form))["base"]
        plain.wait_for_log("disconnected")


def test_plain_tcp_towards_our_broker(broker: Broker) -> None:
    mark = broker.log_size()
    with socket.create_connection((ADDRESS, broker.port), timeout=10) as plain:
        plain.sendall(bytes.fromhex("100c00044d5154540402003c0000"))  # CONNECT
        with suppress(ConnectionResetError):
            assert not plain.recv(4).startswith(b"\x20")  # no CONNACK
    broker.wait_for_log("wrong version number", since=mark)


async def test_nothing_listens_there(bare_house: House, pki: Pki) -> None:
    form = await fill_in(bare_house.api, ADDRESS, free_port(), pki.folder / HOME_ASSISTANT)
    assert "Nothing answers on this port" in (await sentence_of(bare_house, form))["base"]


@pytest.fixture
def tls_1_1_server(pki: Pki) -> Iterator[int]:
    """A server that speaks nothing newer than TLS 1.1, with the certificate of ours; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    old_tls(context)
    context.load_cert_chain(pki.folder / "server/server.crt", pki.folder / "server/server.key")
    with socket.create_server((ADDRESS, 0)) as server:

        def answer() -> None:
            try:
                while True:
                    connection, _ = server.accept()
                    with connection:
                        shake_hands(context, connection)
            except OSError:
                return  # closed at the end of the test

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def shake_hands(context: ssl.SSLContext, connection: socket.socket) -> None:
    with suppress(ssl.SSLError):
        context.wrap_socket(connection, server_side=True).close()


def old_tls(context: ssl.SSLContext) -> None:
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1


async def test_a_broker_of_tls_1_1(bare_house: House, pki: Pki, tls_1_1_server: int) -> None:
    form = await fill_in(bare_house.api, ADDRESS, tls_1_1_server, pki.folder / HOME_ASSISTANT)
    said = await sentence_of(bare_house, form)
    assert "TLS 1.2" in said["base"]


def test_tls_1_1_towards_our_broker(pki: Pki, broker: Broker) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(pki.folder / "ca.crt")
    context.set_ciphers("DEFAULT@SECLEVEL=0")  # else this side would not even offer it
    old_tls(context)
    mark = broker.log_size()
    with (
        socket.create_connection((ADDRESS, broker.port)) as plain,
        pytest.raises(ssl.SSLError, match=r"(?i)protocol.version"),
    ):
        context.wrap_socket(plain, server_hostname=ADDRESS)
    broker.wait_for_log("unsupported protocol", since=mark)


async def test_no_client_certificate(bare_house: House, pki: Pki, broker: Broker) -> None:
    form = await fill_in(bare_house.api, NAME, broker.port, pki.folder / HOME_ASSISTANT)
    del form["certificate_file"]
    with pytest.raises(ApiError, match="certificate_file"):  # the form is not even sent without
        await submit(bare_house.api, form)
    mark = broker.log_size()
    bare = Client(broker, pki.folder / HOME_ASSISTANT, certificate=Path("none.crt"))
    with pytest.raises(ssl.SSLError):
        bare.connect()
    broker.wait_for_log("peer did not return a certificate", since=mark)


async def test_anonymous(bare_house: House, pki: Pki, broker: Broker) -> None:
    form = await fill_in(bare_house.api, NAME, broker.port, pki.folder / HOME_ASSISTANT)
    del form["username"]
    with pytest.raises(ApiError, match="username"):
        await submit(bare_house.api, form)
    mark = broker.log_size()
    anonymous = Client(broker, pki.folder / HOME_ASSISTANT, login=None)
    assert anonymous.connect() == "Not authorized"
    anonymous.close()
    broker.wait_for_log("not authorised", since=mark)


async def test_a_key_that_does_not_belong_to_the_certificate(bare_house: House, pki: Pki, broker: Broker) -> None:
    form = await fill_in(bare_house.api, NAME, broker.port, pki.folder / HOME_ASSISTANT)
    form["key_file"] = await bare_house.api.upload_file(pki.folder / TERMINAL / "client.key")
    mark = broker.log_size()
    assert "does not belong to the certificate" in (await sentence_of(bare_house, form))["key_file"]
    assert "New connection" not in broker.log(mark)


async def test_hub_1_publishing_for_greenhouse_2(house: House, broker: Broker, hub: Hub, listener: Client) -> None:
    listener.subscribe("/serre/#")
    mark = broker.log_size()
    with hub.replaced(broker) as client:
        client.publish("/serre/2/bac/forged/sol", "1.0")
        broker.wait_for_log("Denied PUBLISH from hub-1", since=mark)
    hub.publish("honest", [("sol", "65.0")])
    heard = [listener.next_message()]
    while heard[-1][0] != "/serre/1/bac/honest/sol":
        heard.append(listener.next_message())
    assert all("forged" not in topic for topic, _ in heard)
    await house.until(await house.entity("/serre/1/bac/honest/sol"), "65.0")
    assert not await house.knows("/bac/forged/sol")


async def test_a_dashboard_publishing(house: House, broker: Broker, hub: Hub, listener: Client) -> None:
    mark = broker.log_size()
    listener.publish("/serre/1/bac/painted/sol", "1.0")
    broker.wait_for_log(f"Denied PUBLISH from {TERMINAL}", since=mark)
    hub.publish("later", [("sol", "65.0")])
    await house.until(await house.entity("/serre/1/bac/later/sol"), "65.0")
    assert not await house.knows("/bac/painted/sol")


async def test_home_assistant_revoked_while_it_is_connected_asks_for_new_credentials_and_takes_them(
    house: House, pki: Pki, broker: Broker
) -> None:
    connection = await house.connection()
    await house.until(connection, "on")
    mark = broker.log_size()
    applied(pki, lambda: pki.revoke(HOME_ASSISTANT))
    await house.until(connection, "off")
    broker.wait_for_log("verify failed", since=mark)

    async def request() -> dict[str, Any] | None:
        flows = await house.api.command("config_entries/flow/progress")
        return next((flow for flow in flows if flow["context"]["source"] == "reauth"), None)

    flow = await eventually(request, "a request for new credentials")
    applied(pki, lambda: pki.issue_client(DASHBOARD))
    form = await fill_in(house.api, ADDRESS, broker.port, pki.folder / HOME_ASSISTANT)
    answers = {field: answer for field, answer in form.items() if field not in ("host", "port")}
    assert flow
    answer = await house.api.post(f"/api/config/config_entries/flow/{flow['flow_id']}", answers)
    assert answer["reason"] == "reauth_successful"
    await house.until(connection, "on")
