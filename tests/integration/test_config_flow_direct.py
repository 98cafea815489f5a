"""A connection of our own, as a person makes it: files uploaded, checked, and a real broker behind them."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest

from custom_components.sigacs.certificates import Fault, File
from custom_components.sigacs.const import DOMAIN
from tests.integration.papers import CLIENT, NOW, SERVER, YEAR, issue
from tests.integration.person import (
    FILES,
    Person,
    hub_says_that_it_is_there,
    no_host_name_is_known,
    own_files,
    required,
    suggested,
)
from tests.integration.stage import direct_data, direct_entry, is_known, state, until

pytestmark = pytest.mark.usefixtures("little_patience")

SOIL = "/serre/1/bac/1/sol"


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


@pytest.mark.parametrize(
    ("empty", "nothing"),
    [("host", ""), ("host", "  "), ("username", ""), ("username", "  "), ("password", "")],  # spaces may be a password
)
async def test_a_field_left_empty_is_named(person: Person, empty: str, nothing: str) -> None:
    form = await person.submit(await person.start(), person.entered(**{empty: nothing}), person.folder())
    assert (form["type"], list(form["errors"])) == (FlowResultType.FORM, [empty])


@pytest.mark.parametrize("port", [0, -1, 65_536, "mqtt", None])
async def test_a_port_that_cannot_be_is_refused(person: Person, port: object) -> None:
    with pytest.raises(InvalidData):
        await person.submit(await person.start(), person.entered(port=port), {})


@pytest.mark.parametrize("host", ["no such host", "foo..bar", ".test", "x" * 64, "é" * 80, "a\0b", "[::1", "mqtt://x"])
async def test_a_host_name_that_cannot_be_is_named(person: Person, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    no_host_name_is_known(monkeypatch)
    form = await person.submit(await person.start(), person.entered(host=host), person.folder())
    assert form["errors"] in ({"base": "unknown_host"}, {"host": "unknown_host"})


# The files


CA = issue("Other greenhouses", None, authority=True)
OLD_CA = issue("Old greenhouses", None, authority=True, last=NOW - timedelta(days=1))
MINE = issue("dashboard", CA, usage=CLIENT)


@pytest.mark.parametrize(
    ("brought", "file", "fault"),
    [
        ({"ca_file": b"x" * 100_001}, File.CA, Fault.TOO_LARGE),
        ({"certificate_file": b"x" * 100_001}, File.CERTIFICATE, Fault.TOO_LARGE),
        ({"ca_file": b""}, File.CA, Fault.NOT_A_CERTIFICATE),
        ({"certificate_file": b"\x89PNG"}, File.CERTIFICATE, Fault.NOT_A_CERTIFICATE),
        ({"certificate_file": MINE.key_bytes()}, File.CERTIFICATE, Fault.KEY_INSTEAD_OF_CERTIFICATE),
        ({"ca_file": MINE.pem}, File.CA, Fault.NOT_A_CA),
        ({"key_file": b"hello"}, File.KEY, Fault.NOT_A_KEY),
        ({"key_file": MINE.pem}, File.KEY, Fault.CERTIFICATE_INSTEAD_OF_KEY),
        ({"key_file": MINE.key_with_passphrase}, File.KEY, Fault.KEY_ENCRYPTED),
        (own_files(issue("x", OLD_CA, usage=CLIENT), OLD_CA), File.CA, Fault.EXPIRED),
        (own_files(issue("x", CA, usage=CLIENT, last=NOW - YEAR / 2), CA), File.CERTIFICATE, Fault.EXPIRED),
        (own_files(issue("x", CA, usage=CLIENT, first=NOW + YEAR / 2), CA), File.CERTIFICATE, Fault.NOT_YET_VALID),
        (own_files(issue("x", CA, usage=SERVER), CA), File.CERTIFICATE, Fault.NOT_FOR_CLIENTS),
        ({"key_file": MINE.key_bytes()}, File.KEY, Fault.KEY_DOES_NOT_MATCH),
        ({"ca_file": CA.pem}, File.CERTIFICATE, Fault.NOT_SIGNED_BY_CA),
    ],
)
async def test_a_file_that_cannot_be_used_is_named(
    person: Person, brought: dict[str, bytes], file: File, fault: Fault
) -> None:
    form = await person.submit(await person.start(), person.entered(), person.folder() | brought)
    assert (form["type"], form["errors"]) == (FlowResultType.FORM, {file: fault})


async def test_a_file_that_went_with_a_restart_has_to_be_chosen_again(person: Person, hass: HomeAssistant) -> None:
    form = await person.start()
    uploads = {name: await person.upload(content) for name, content in person.folder().items()}
    assert (await person.http.delete("/api/file_upload", json={"file_id": uploads["ca_file"]})).status == 200
    result = await hass.config_entries.flow.async_configure(form["flow_id"], person.entered() | uploads)
    assert result["errors"] == {"ca_file": "upload_gone"}
    assert "ca_file" in required(result)
