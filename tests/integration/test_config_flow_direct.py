"""A connection of our own, as a person makes it: files uploaded, a real broker, and every failure named."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
import getpass
import os
from pathlib import Path
import signal
import socket
import ssl
import struct
import tempfile
from typing import Any

from aiohttp import FormData
from aiohttp.test_utils import TestClient
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
import voluptuous as vol

from certs.pki import Pki
from certs.policy import DASHBOARD
from custom_components.sigacs import config_flow
from custom_components.sigacs.certificates import Fault, File
from custom_components.sigacs.const import DOMAIN
from custom_components.sigacs.transport import session
from custom_components.sigacs.transport.link import Problem
from demo.broker import Broker
from tests.certs.greenhouse import Greenhouse, free_port
from tests.integration.papers import CLIENT, NOW, SERVER, YEAR, Paper, issue, server_context
from tests.integration.stage import PATIENCE_S, direct_data, direct_entry, entity, is_known, set_up, state, until

SOIL = "/serre/1/bac/1/sol"
FILES = {"ca_file": "ca.crt", "certificate_file": "client.crt", "key_file": "client.key"}
KEPT_AS = {"ca_file": "ca_certificate", "certificate_file": "client_certificate", "key_file": "client_key"}


@pytest.fixture(autouse=True)
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait only briefly for what does not come."""
    monkeypatch.setattr(config_flow, "_LISTEN_S", 0.2)
    monkeypatch.setattr(session, "CLOSE_TIMEOUT_S", 0.2)


@dataclass
class Person:
    """Somebody before the form, with the folder that the greenhouse's keeper gave out."""

    hass: HomeAssistant
    http: TestClient
    greenhouse: Greenhouse
    uploads: dict[str, str] = field(default_factory=dict)

    def entered(self, who: str = "dashboard", **changes: Any) -> dict[str, Any]:
        """What is typed into the form."""
        data = direct_data(self.greenhouse, who)
        return {key: data[key] for key in ("host", "port", "username", "password")} | changes

    def folder(self, who: str = "dashboard") -> dict[str, bytes]:
        """The three files."""
        return {field: (self.greenhouse.pki.folder / who / name).read_bytes() for field, name in FILES.items()}

    async def upload(self, content: bytes) -> str:
        """Choose a file in the browser."""
        form = FormData()
        form.add_field("file", content, filename="chosen", content_type="application/octet-stream")
        response = await self.http.post("/api/file_upload", data=form)
        assert response.status == 200
        return str((await response.json())["file_id"])

    async def start(self) -> dict[str, Any]:
        """Add the integration."""
        return dict(await self.hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER}))

    async def submit(
        self, form: Mapping[str, Any], entered: Mapping[str, Any], files: Mapping[str, bytes]
    ) -> dict[str, Any]:
        """Fill in the form and send it."""
        self.uploads = {field: await self.upload(content) for field, content in files.items()}
        result = await self.hass.config_entries.flow.async_configure(form["flow_id"], {**entered, **self.uploads})
        return dict(result)


@pytest.fixture
async def person(
    hass: HomeAssistant,
    greenhouse: Greenhouse,
    hass_client: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Person:
    """Somebody before the form, while the greenhouse's broker runs."""
    # Uploads lie in a folder of a fixed name, which every Home Assistant of this machine empties when it stops.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert await async_setup_component(hass, "file_upload", {})
    assert await async_setup_component(hass, "config", {})
    return Person(hass, await hass_client(), greenhouse)


def suggested(form: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows as already filled in."""
    fields = {str(key): key.description or {} for key in form["data_schema"].schema}
    return {key: shown["suggested_value"] for key, shown in fields.items() if "suggested_value" in shown}


async def hub_says_that_it_is_there(person: Person) -> None:
    with person.greenhouse.client("hub-1") as hub:
        await person.hass.async_add_executor_job(lambda: hub.publish("/serre/1/etat", "online", retain=True))


# It works


async def test_from_the_browser_to_an_entry_that_is_connected(person: Person, hass: HomeAssistant) -> None:
    await hub_says_that_it_is_there(person)
    response = await person.http.post("/api/config/config_entries/flow", json={"handler": DOMAIN})
    form = await response.json()
    assert (form["type"], form["step_id"], form["errors"]) == ("form", "direct", {})
    assert [one["name"] for one in form["data_schema"]] == [
        "host",
        "port",
        "username",
        "password",
        "ca_file",
        "certificate_file",
        "key_file",
    ]
    assert all(one["required"] for one in form["data_schema"])

    uploads = {name: await person.upload(content) for name, content in person.folder().items()}
    address = f"/api/config/config_entries/flow/{form['flow_id']}"
    response = await person.http.post(address, json=person.entered() | uploads)
    result = await response.json()
    assert (result["type"], result["title"]) == ("create_entry", "127.0.0.1")
    assert person.entered()["password"] not in str(result)

    (entry,) = hass.config_entries.async_entries(DOMAIN)
    expected = direct_data(person.greenhouse)
    assert {key: entry.data[key] for key in expected} == expected
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    await until(lambda: state(hass, "#broker") == "on")
    with person.greenhouse.client("hub-1") as hub:
        await hass.async_add_executor_job(hub.publish, SOIL, "65.0")
        await until(lambda: is_known(hass, SOIL))
    assert state(hass, SOIL) == "65.0"


async def test_where_nothing_is_heard_a_person_decides(person: Person, hass: HomeAssistant) -> None:
    form = await person.submit(await person.start(), person.entered(), person.folder())
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "nothing_heard")
    result = await hass.config_entries.flow.async_configure(form["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_an_address_with_spaces_around_it_is_taken_without(person: Person, hass: HomeAssistant) -> None:
    await hub_says_that_it_is_there(person)
    result = await person.submit(await person.start(), person.entered(host=" 127.0.0.1 "), person.folder())
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["host"] == "127.0.0.1"
    await hass.async_block_till_done()


async def test_files_in_der_are_kept_as_pem(person: Person, hass: HomeAssistant) -> None:
    await hub_says_that_it_is_there(person)
    pem = person.folder()
    der = {
        name: x509.load_pem_x509_certificate(pem[name]).public_bytes(Encoding.DER)
        for name in ("ca_file", "certificate_file")
    }
    result = await person.submit(await person.start(), person.entered(), pem | der)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["ca_certificate"] == pem["ca_file"].decode()
    await hass.async_block_till_done()


def required(form: Mapping[str, Any]) -> set[str]:
    """The fields that the form does not let go empty."""
    return {str(key) for key in form["data_schema"].schema if isinstance(key, vol.Required)}


async def test_after_an_error_everything_entered_is_still_there(person: Person, hass: HomeAssistant) -> None:
    await hub_says_that_it_is_there(person)
    form = await person.submit(await person.start(), person.entered(password="wrong"), person.folder())
    assert form["errors"] == {"password": "bad_credentials"}
    assert suggested(form) == person.entered(password="wrong")
    assert required(form) == {"host", "port", "username", "password"}

    # Home Assistant deletes an upload at its first use; nobody has to choose the files once more.
    result = await person.submit(form, person.entered(), {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["client_key"] == person.folder()["key_file"].decode()
    await hass.async_block_till_done()


async def test_a_form_sent_twice_with_the_same_files_works(person: Person, hass: HomeAssistant) -> None:
    await hub_says_that_it_is_there(person)
    form = await person.submit(await person.start(), person.entered(password="wrong"), person.folder())
    result = await hass.config_entries.flow.async_configure(form["flow_id"], person.entered() | person.uploads)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_after_a_wrong_file_only_that_one_is_chosen_again(person: Person, hass: HomeAssistant) -> None:
    await hub_says_that_it_is_there(person)
    form = await person.submit(await person.start(), person.entered(), person.folder() | {"key_file": b"hello"})
    assert form["errors"] == {"key_file": "not_a_key"}
    assert required(form) & set(FILES) == {"key_file"}
    result = await person.submit(form, person.entered(), {"key_file": person.folder()["key_file"]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


@pytest.mark.parametrize("address", [{}, {"host": " 127.0.0.1"}])
async def test_the_same_broker_cannot_be_set_up_twice(
    person: Person, hass: HomeAssistant, address: dict[str, str]
) -> None:
    direct_entry(person.greenhouse).add_to_hass(hass)
    result = await person.submit(await person.start(), person.entered(**address), person.folder())
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_a_trial_leaves_no_connection(person: Person, hass: HomeAssistant) -> None:
    before = person.greenhouse.broker.log_size()
    await person.submit(await person.start(), person.entered(), person.folder())
    await hass.async_add_executor_job(
        lambda: person.greenhouse.broker.wait_for_log("Client dashboard disconnected.", since=before)
    )


# What cannot be in the form


@pytest.mark.parametrize("empty", ["host", "username", "password"])
@pytest.mark.parametrize("nothing", ["", "  "])
async def test_a_field_left_empty_is_named(person: Person, empty: str, nothing: str) -> None:
    if (empty, nothing) == ("password", "  "):
        nothing = ""  # spaces may be a password
    form = await person.submit(await person.start(), person.entered(**{empty: nothing}), person.folder())
    assert (form["type"], list(form["errors"])) == (FlowResultType.FORM, [empty])


@pytest.mark.parametrize("port", [0, -1, 65_536, "mqtt", None])
async def test_a_port_that_cannot_be_is_refused(person: Person, port: object) -> None:
    with pytest.raises(InvalidData):
        await person.submit(await person.start(), person.entered(port=port), {})


@pytest.mark.parametrize("host", ["no such host", "foo..bar", ".test", "x" * 64, "é" * 80, "a\0b", "[::1", "mqtt://x"])
async def test_a_host_name_that_cannot_be_is_named(person: Person, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _dns_knows_nothing(monkeypatch)
    form = await person.submit(await person.start(), person.entered(host=host), person.folder())
    assert form["errors"] in ({"base": "unknown_host"}, {"host": "unknown_host"})


# The files


def _bundle(**changes: bytes) -> Callable[[Person], dict[str, bytes]]:
    return lambda person: person.folder() | changes


def _own(paper: Paper, ca: Paper) -> Callable[[Person], dict[str, bytes]]:
    return lambda _person: {"ca_file": ca.pem, "certificate_file": paper.pem, "key_file": paper.key_bytes()}


CA = issue("Other greenhouses", None, authority=True)
OLD_CA = issue("Old greenhouses", None, authority=True, last=NOW - timedelta(days=1))
MINE = issue("dashboard", CA, usage=CLIENT)


@pytest.mark.parametrize(
    ("bring", "file", "fault"),
    [
        (_bundle(ca_file=b"x" * 100_001), File.CA, Fault.TOO_LARGE),
        (_bundle(certificate_file=b"x" * 100_001), File.CERTIFICATE, Fault.TOO_LARGE),
        (_bundle(ca_file=b""), File.CA, Fault.NOT_A_CERTIFICATE),
        (_bundle(certificate_file=b"\x89PNG"), File.CERTIFICATE, Fault.NOT_A_CERTIFICATE),
        (_bundle(certificate_file=MINE.key_bytes()), File.CERTIFICATE, Fault.KEY_INSTEAD_OF_CERTIFICATE),
        (_bundle(ca_file=MINE.pem), File.CA, Fault.NOT_A_CA),
        (_bundle(key_file=b"hello"), File.KEY, Fault.NOT_A_KEY),
        (_bundle(key_file=MINE.pem), File.KEY, Fault.CERTIFICATE_INSTEAD_OF_KEY),
        (_bundle(key_file=MINE.key_with_passphrase), File.KEY, Fault.KEY_ENCRYPTED),
        (_own(issue("x", OLD_CA, usage=CLIENT), OLD_CA), File.CA, Fault.EXPIRED),
        (_own(issue("x", CA, usage=CLIENT, last=NOW - YEAR / 2), CA), File.CERTIFICATE, Fault.EXPIRED),
        (_own(issue("x", CA, usage=CLIENT, first=NOW + YEAR / 2), CA), File.CERTIFICATE, Fault.NOT_YET_VALID),
        (_own(issue("x", CA, usage=SERVER), CA), File.CERTIFICATE, Fault.NOT_FOR_CLIENTS),
        (_bundle(key_file=MINE.key_bytes()), File.KEY, Fault.KEY_DOES_NOT_MATCH),
        (_bundle(ca_file=CA.pem), File.CERTIFICATE, Fault.NOT_SIGNED_BY_CA),
    ],
)
async def test_a_file_that_cannot_be_used_is_named(
    person: Person, bring: Callable[[Person], dict[str, bytes]], file: File, fault: Fault
) -> None:
    form = await person.submit(await person.start(), person.entered(), bring(person))
    assert (form["type"], form["errors"]) == (FlowResultType.FORM, {file: fault})


async def test_a_file_that_went_with_a_restart_has_to_be_chosen_again(person: Person, hass: HomeAssistant) -> None:
    form = await person.start()
    uploads = {name: await person.upload(content) for name, content in person.folder().items()}
    assert (await person.http.delete("/api/file_upload", json={"file_id": uploads["ca_file"]})).status == 200
    result = await hass.config_entries.flow.async_configure(form["flow_id"], person.entered() | uploads)
    assert result["errors"] == {"ca_file": "upload_gone"}
    assert "ca_file" in required(result)


# The connection: each situation is made for real, and gives what is entered and brought


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


def _dns_knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As without the plugin, which forbids questions to the DNS."""
    real = socket.getaddrinfo

    def getaddrinfo(host: str | bytes | None, *arguments: Any, **named: Any) -> Any:
        if host == "127.0.0.1":
            return real(host, *arguments, **named)
        if isinstance(host, str):
            host.encode("idna")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


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
    connection.sendall(b"\x20\x02\x00\x00")
    connection.recv(1000)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


async def _at(scene: Scene, answer: Answer, paper: Paper | None = None, **changes: Any) -> Change:
    """Connect to a server of our own that shows a certificate of the authority CA."""
    paper = paper or issue("server", CA, usage=SERVER, names=["127.0.0.1"])
    context = await scene.person.hass.async_add_executor_job(server_context, paper, scene.tmp_path)
    port = scene.stack.enter_context(server(answer, context))
    return {"port": port} | changes, _own(MINE, CA)(scene.person)


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
    _dns_knows_nothing(scene.monkeypatch)
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
    return {}, _own(MINE, CA)(scene.person)


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
    return {}, _own(MINE, CA)(scene.person) | {"ca_file": both}


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
    return {}, _own(issue("dashboard", CA, usage=CLIENT, rsa_bits=1024), CA)(_scene.person)


async def _server_is_not_available(scene: Scene) -> Change:
    return await _at(scene, _says(b"\x20\x02\x00\x03"))


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


# Changing what is there


@pytest.fixture
async def entry(person: Person, hass: HomeAssistant) -> MockConfigEntry:
    """An entry that is connected and knows a planter."""
    entry = await set_up(hass, direct_entry(person.greenhouse))
    await until(lambda: state(hass, "#broker") == "on")
    with person.greenhouse.client("hub-1") as hub:
        await hass.async_add_executor_job(hub.publish, SOIL, "65.0")
        await until(lambda: is_known(hass, SOIL))
    return entry


async def reconfigure(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    return dict(await entry.start_reconfigure_flow(hass))


async def is_changed(person: Person, result: Mapping[str, Any], reason: str) -> None:
    """The flow has ended well, and the entry listens again."""
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, reason)
    await person.hass.async_block_till_done()
    await until(lambda: state(person.hass, "#broker") == "on")


async def test_reconfiguring_shows_what_is_in_use_and_nothing_secret(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    form = await reconfigure(hass, entry)
    assert form["step_id"] == "direct"
    assert suggested(form) == {key: entry.data[key] for key in ("host", "port", "username")}


async def test_reconfiguring_without_a_change_keeps_everything(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    before, history = dict(entry.data), entity(hass, SOIL)
    result = await person.submit(await reconfigure(hass, entry), suggested(await reconfigure(hass, entry)), {})
    await is_changed(person, result, "reconfigure_successful")
    assert dict(entry.data) == before
    assert entity(hass, SOIL) == history
    assert state(hass, SOIL) == "65.0"


async def test_a_renewed_certificate_is_put_in_place(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    old = entry.data["client_certificate"]
    await hass.async_add_executor_job(person.greenhouse.pki.renew, ["dashboard"])
    files = person.folder()
    files.pop("ca_file")
    entered = person.entered()
    entered.pop("password")
    result = await person.submit(await reconfigure(hass, entry), entered, files)
    await is_changed(person, result, "reconfigure_successful")
    assert entry.data["client_certificate"] == files["certificate_file"].decode() != old
    assert entry.data["password"] == person.entered()["password"]


async def test_a_renewed_certificate_without_its_key_is_named(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await hass.async_add_executor_job(person.greenhouse.pki.renew, ["dashboard"])
    files = {"certificate_file": person.folder()["certificate_file"]}
    form = await person.submit(await reconfigure(hass, entry), person.entered(), files)
    assert form["errors"] == {"key_file": "key_does_not_match"}


async def test_another_login_is_put_in_place(person: Person, hass: HomeAssistant, entry: MockConfigEntry) -> None:
    person.greenhouse.pki.issue_client(DASHBOARD, "tablet")
    await hass.async_add_executor_job(person.greenhouse.broker.reload)
    entered, files = person.entered("dashboard-tablet"), person.folder("dashboard-tablet")
    result = await person.submit(await reconfigure(hass, entry), entered, files)
    await is_changed(person, result, "reconfigure_successful")
    assert entry.data["username"] == "dashboard-tablet"


async def test_a_broker_that_moved_keeps_its_history(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    history, port = entity(hass, SOIL), free_port()
    await hass.async_add_executor_job(person.greenhouse.broker.stop)
    person.greenhouse.pki.configure_broker(port, "127.0.0.1", getpass.getuser())
    await hass.async_add_executor_job(person.greenhouse.broker.start)
    entered = person.entered(port=port)
    entered.pop("password")
    result = await person.submit(await reconfigure(hass, entry), entered, {})
    await is_changed(person, result, "reconfigure_successful")
    assert entry.data["port"] == port
    with person.greenhouse.client("hub-1") as hub:
        await hass.async_add_executor_job(hub.publish, SOIL, "64.0")
        await until(lambda: state(hass, SOIL) == "64.0")
    assert entity(hass, SOIL) == history


async def test_reconfiguring_to_the_address_of_another_entry_is_refused(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    other = MockConfigEntry(domain=DOMAIN, unique_id="other", data=dict(entry.data) | {"host": "other.test"})
    other.add_to_hass(hass)
    result = await person.submit(await reconfigure(hass, entry), person.entered(host="other.test"), {})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_a_failed_change_changes_nothing(person: Person, hass: HomeAssistant, entry: MockConfigEntry) -> None:
    before = dict(entry.data)
    form = await person.submit(await reconfigure(hass, entry), person.entered(password="wrong"), {})
    assert form["errors"] == {"password": "bad_credentials"}
    assert dict(entry.data) == before


async def test_from_a_connection_of_our_own_to_home_assistants_and_back(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry, mqtt_mock: object
) -> None:
    history = entity(hass, SOIL)
    menu = await reconfigure(hass, entry)
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, "reconfigure")
    form = await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": "home_assistant"})
    assert form["step_id"] == "nothing_heard"
    result = await hass.config_entries.flow.async_configure(form["flow_id"], {})
    await is_changed(person, result, "reconfigure_successful")
    assert dict(entry.data) == {"transport": "home_assistant"}
    assert entity(hass, SOIL) == history

    menu = await reconfigure(hass, entry)
    form = await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": "direct"})
    assert suggested(form) == {}
    result = await person.submit(form, person.entered(), person.folder())
    if result["type"] is FlowResultType.FORM:
        assert result["step_id"] == "nothing_heard"
        result = dict(await hass.config_entries.flow.async_configure(form["flow_id"], {}))
    await is_changed(person, result, "reconfigure_successful")
    assert entry.data["transport"] == "direct"
    assert entity(hass, SOIL) == history


async def test_the_way_that_an_entry_has_left_is_free_for_another(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """The entry's id still holds its first address; nobody listens there any more."""
    hass.config_entries.async_update_entry(entry, data=dict(entry.data) | {"host": "greenhouse.test"})
    result = await person.submit(await person.start(), person.entered(), person.folder())
    assert result["type"] is not FlowResultType.ABORT


# What the broker does not accept any more


def reauth(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    (flow,) = entry.async_get_active_flows(hass, {SOURCE_REAUTH})
    return dict(flow)


async def test_a_new_password_lets_home_assistant_in_again(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, data=dict(entry.data) | {"password": "old"})
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    flow = reauth(hass, entry)
    assert flow["step_id"] == "reauth_confirm"
    form = dict(await hass.config_entries.flow.async_configure(flow["flow_id"]))
    assert form["description_placeholders"]["host"] == "127.0.0.1"
    assert "host" not in [str(key) for key in form["data_schema"].schema]

    form = await person.submit(flow, {"username": "dashboard"}, {})
    assert form["errors"] == {"password": "bad_credentials"}
    entered = {key: person.entered()[key] for key in ("username", "password")}
    await is_changed(person, await person.submit(flow, entered, {}), "reauth_successful")
    assert entry.data["password"] == person.entered()["password"]
    assert state(hass, SOIL) == "65.0"


async def test_new_files_let_home_assistant_in_again(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await hass.async_add_executor_job(person.greenhouse.applying, lambda: person.greenhouse.pki.revoke("dashboard"))
    person.greenhouse.pki.issue_client(DASHBOARD, "new")
    await hass.async_add_executor_job(person.greenhouse.broker.reload)
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    login = person.entered("dashboard-new")
    entered = {key: login[key] for key in ("username", "password")}
    result = await person.submit(reauth(hass, entry), entered, person.folder("dashboard-new"))
    await is_changed(person, result, "reauth_successful")


async def test_an_entry_that_could_not_start_is_repaired(person: Person, hass: HomeAssistant) -> None:
    entry = direct_entry(person.greenhouse, client_key="nothing")
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_ERROR
    entered, files = {"username": "dashboard"}, {"key_file": person.folder()["key_file"]}
    await is_changed(person, await person.submit(reauth(hass, entry), entered, files), "reauth_successful")
    assert entry.state is ConfigEntryState.LOADED
