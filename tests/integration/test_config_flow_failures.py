"""Every way in which a connection can fail, made for real: the form names it beside the right field."""

from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
import os
from pathlib import Path
import signal
import socket
import ssl
import struct
from typing import Any

from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util
import pytest

from certs.pki import Pki
from certs.policy import DASHBOARD
from custom_components.sigacs.transport import session
from custom_components.sigacs.transport.link import Problem
from demo.broker import Broker
from tests.certs.greenhouse import Greenhouse, free_port
from tests.integration.papers import CLIENT, NOW, SERVER, YEAR, Paper, issue, server_context
from tests.integration.person import FILES, Person, no_host_name_is_known, own_files
from tests.integration.stage import PATIENCE_S

pytestmark = pytest.mark.usefixtures("little_patience")

CA = issue("Other greenhouses", None, authority=True)
MINE = issue("dashboard", CA, usage=CLIENT)


type Change = tuple[dict[str, Any], dict[str, bytes]]


@dataclass
class Scene:
    """What a situation may use."""

    person: Person
    monkeypatch: pytest.MonkeyPatch
    stack: ExitStack
    tmp_path: Path

    @property
    def greenhouse(self) -> Greenhouse:
        return self.person.greenhouse


@pytest.fixture
def scene(person: Person, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Scene]:
    """A stage for one situation; what it starts ends with the test."""
    with ExitStack() as stack:
        yield Scene(person, monkeypatch, stack, tmp_path)


type Answer = Callable[[socket.socket], object]


@contextmanager
def server(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server on 127.0.0.1 that is no Mosquitto, for one connection; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(PATIENCE_S)

    def serve() -> None:
        with suppress(OSError), listener.accept()[0] as accepted:
            answer(tls.wrap_socket(accepted, server_side=True) if tls else accepted)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(serve)
        yield listener.getsockname()[1]
        listener.close()


def _says_nothing(connection: socket.socket) -> None:
    while connection.recv(1000):
        pass


def _says(answer: bytes) -> Answer:
    def say(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(answer)
        _says_nothing(connection)

    return say


def _hangs_up(connection: socket.socket) -> None:
    connection.close()


def _breaks(connection: socket.socket) -> None:
    """Accept the login, then end with a reset."""
    connection.recv(1000)
    connection.sendall(b"\x20\x03\x00\x00\x00")
    connection.recv(1000)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


async def _at(scene: Scene, answer: Answer, paper: Paper | None = None, **changes: Any) -> Change:
    """Connect to a server of our own that shows a certificate of the authority CA."""
    paper = paper or issue("server", CA, usage=SERVER, names=["127.0.0.1"])
    context = await scene.person.hass.async_add_executor_job(server_context, paper, scene.tmp_path)
    port = scene.stack.enter_context(server(answer, context))
    return {"port": port} | changes, own_files(MINE, CA)


async def _broker_is_stopped(scene: Scene) -> Change:
    await scene.person.hass.async_add_executor_job(scene.greenhouse.broker.stop)
    return {}, {}


async def _two_addresses_both_refuse(scene: Scene) -> Change:
    await scene.person.hass.async_add_executor_job(scene.greenhouse.broker.stop)

    def getaddrinfo(*_arguments: Any, **_named: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", free_port())) for _ in range(2)]

    scene.monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return {"host": "localhost"}, {}


async def _name_is_unknown(scene: Scene) -> Change:
    no_host_name_is_known(scene.monkeypatch)
    return {"host": "no-such-host.test"}, {}


async def _nobody_accepts(scene: Scene) -> Change:
    scene.monkeypatch.setattr(session, "CONNECT_TIMEOUT_S", 0.3)
    return {"port": scene.stack.enter_context(server(_says_nothing))}, {}


async def _broker_is_frozen(scene: Scene) -> Change:
    scene.monkeypatch.setattr(session, "CONNECT_TIMEOUT_S", 0.3)
    pid = scene.greenhouse.broker.pid or 0
    os.kill(pid, signal.SIGSTOP)
    scene.stack.callback(os.kill, pid, signal.SIGCONT)
    return {}, {}


async def _answers_tls_but_not_mqtt(scene: Scene) -> Change:
    scene.monkeypatch.setattr(session, "ANSWER_TIMEOUT_S", 0.3)
    return await _at(scene, _says_nothing)


async def _broker_without_tls(scene: Scene) -> Change:
    port = free_port()
    configuration = scene.tmp_path / "plain.conf"
    configuration.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    plain = Broker(configuration)
    scene.stack.callback(plain.stop)
    await scene.person.hass.async_add_executor_job(plain.start)
    return {"port": port}, {}


async def _web_server_without_tls(scene: Scene) -> Change:
    answer = _says(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    return {"port": scene.stack.enter_context(server(answer))}, {}


async def _foreign_authority(scene: Scene) -> Change:
    return {}, own_files(MINE, CA)


async def _authority_of_the_same_name(scene: Scene) -> Change:
    twin = Pki(scene.tmp_path / "twin")
    twin.init()
    twin.issue_client(DASHBOARD)
    folder = twin.folder / "dashboard"
    return {}, {field: (folder / name).read_bytes() for field, name in FILES.items()}


async def _server_that_signed_itself(scene: Scene) -> Change:
    return await _at(scene, _says_nothing, issue("server", None, usage=SERVER, names=["127.0.0.1"]))


async def _certificate_for_another_name(scene: Scene) -> Change:
    return {"host": "localhost"}, {}


async def _certificate_for_another_address(scene: Scene) -> Change:
    return await _at(scene, _says_nothing, issue("server", CA, usage=SERVER, names=["127.0.0.9", "greenhouse.test"]))


async def _certificate_without_any_name(scene: Scene) -> Change:
    return await _at(scene, _says_nothing, issue("127.0.0.1", CA, usage=SERVER))


async def _server_certificate_expired(scene: Scene) -> Change:
    last = NOW - timedelta(days=1)
    return await _at(scene, _says_nothing, issue("server", CA, usage=SERVER, names=["127.0.0.1"], last=last))


async def _server_certificate_from_tomorrow(scene: Scene) -> Change:
    first = NOW + timedelta(days=1)
    return await _at(scene, _says_nothing, issue("server", CA, usage=SERVER, names=["127.0.0.1"], first=first))


async def _server_with_a_clients_certificate(scene: Scene) -> Change:
    return await _at(scene, _says_nothing, issue("server", CA, usage=CLIENT, names=["127.0.0.1"]))


async def _client_expired_by_the_brokers_clock(scene: Scene) -> Change:
    then = NOW - 3 * YEAR
    Pki(scene.greenhouse.pki.folder, lambda: then).issue_client(DASHBOARD, "old")
    scene.monkeypatch.setattr(dt_util, "utcnow", lambda: then)
    return scene.person.entered("dashboard-old"), scene.person.folder("dashboard-old")


async def _client_revoked(scene: Scene) -> Change:
    files = scene.person.folder()
    await scene.person.hass.async_add_executor_job(
        scene.greenhouse.applying, lambda: scene.greenhouse.pki.revoke("dashboard")
    )
    return {}, files


async def _client_of_a_foreign_authority(scene: Scene) -> Change:
    both = scene.person.folder()["ca_file"] + CA.pem
    return {}, own_files(MINE, CA) | {"ca_file": both}


async def _client_of_an_authority_of_the_same_name(scene: Scene) -> Change:
    _entered, twin = await _authority_of_the_same_name(scene)
    return {}, twin | {"ca_file": scene.person.folder()["ca_file"] + twin["ca_file"]}


async def _hangs_up_without_a_word(scene: Scene) -> Change:
    return await _at(scene, _hangs_up)


async def _wrong_password(_scene: Scene) -> Change:
    return {"password": "wrong"}, {}


async def _wrong_user(_scene: Scene) -> Change:
    return {"username": "nobody"}, {}


async def _key_that_openssl_finds_too_weak(_scene: Scene) -> Change:
    return {}, own_files(issue("dashboard", CA, usage=CLIENT, rsa_bits=1024), CA)


async def _server_is_not_available(scene: Scene) -> Change:
    return await _at(scene, _says(b"\x20\x03\x00\x88\x00"))


async def _connection_breaks_on_the_way(scene: Scene) -> Change:
    return await _at(scene, _breaks)


@pytest.mark.parametrize(
    ("situation", "field", "problem"),
    [
        (_broker_is_stopped, "base", Problem.REFUSED),
        (_two_addresses_both_refuse, "base", Problem.REFUSED),
        (_name_is_unknown, "base", Problem.UNKNOWN_HOST),
        (_nobody_accepts, "base", Problem.NO_ANSWER),
        (_broker_is_frozen, "base", Problem.NO_ANSWER),
        (_answers_tls_but_not_mqtt, "base", Problem.NO_ANSWER),
        (_broker_without_tls, "base", Problem.NOT_TLS),
        (_web_server_without_tls, "base", Problem.NOT_TLS),
        (_foreign_authority, "ca_file", Problem.UNKNOWN_CA),
        (_authority_of_the_same_name, "ca_file", Problem.UNKNOWN_CA),
        (_server_that_signed_itself, "ca_file", Problem.UNKNOWN_CA),
        (_certificate_for_another_name, "base", Problem.WRONG_HOST),
        (_certificate_for_another_address, "base", Problem.WRONG_HOST),
        (_certificate_without_any_name, "base", Problem.WRONG_HOST),
        (_server_certificate_expired, "base", Problem.SERVER_EXPIRED),
        (_server_certificate_from_tomorrow, "base", Problem.SERVER_NOT_YET_VALID),
        (_server_with_a_clients_certificate, "base", Problem.SERVER_NOT_TRUSTED),
        (_client_expired_by_the_brokers_clock, "certificate_file", Problem.CLIENT_EXPIRED),
        (_client_revoked, "certificate_file", Problem.CLIENT_REVOKED),
        (_client_of_a_foreign_authority, "certificate_file", Problem.CLIENT_UNKNOWN_CA),
        (_client_of_an_authority_of_the_same_name, "certificate_file", Problem.CLIENT_UNKNOWN_CA),
        (_hangs_up_without_a_word, "certificate_file", Problem.CLIENT_REJECTED),
        (_wrong_password, "password", Problem.BAD_CREDENTIALS),
        (_wrong_user, "password", Problem.BAD_CREDENTIALS),
        (_key_that_openssl_finds_too_weak, "certificate_file", Problem.UNUSABLE_CERTIFICATE),
        (_server_is_not_available, "base", Problem.NOT_ALLOWED),
        (_connection_breaks_on_the_way, "base", Problem.LOST),
    ],
)
async def test_a_connection_that_fails_is_named(
    scene: Scene, situation: Callable[[Scene], Awaitable[Change]], field: str, problem: Problem
) -> None:
    person = scene.person
    entered, files = await situation(scene)
    form = await person.submit(await person.start(), person.entered() | entered, person.folder() | files)
    assert (form["type"], form.get("errors")) == (FlowResultType.FORM, {field: problem})
