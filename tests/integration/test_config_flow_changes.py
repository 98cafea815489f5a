"""Renewing a certificate, changing the login, moving the broker: history stays."""

import asyncio
from collections.abc import Mapping
import getpass
from typing import Any

from homeassistant.components.mqtt.client import INITIAL_SUBSCRIBE_COOLDOWN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from certs.policy import DASHBOARD
from custom_components.sigacs.const import DOMAIN
from tests.certs.greenhouse import free_port
from tests.integration.person import Person, suggested
from tests.integration.stage import direct_entry, entity, is_known, set_up, state, until

pytestmark = pytest.mark.usefixtures("little_patience")

SOIL = "/serre/1/bac/1/sol"


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
    greenhouse = person.greenhouse
    await hass.async_add_executor_job(greenhouse.applying, lambda: greenhouse.pki.issue_client(DASHBOARD, "tablet"))
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
    # Core stumbles over a topic that is given up before it was asked for, which it puts off for so long.
    await asyncio.sleep(INITIAL_SUBSCRIBE_COOLDOWN)

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
    greenhouse = person.greenhouse
    await hass.async_add_executor_job(greenhouse.applying, lambda: greenhouse.pki.revoke("dashboard"))
    await hass.async_add_executor_job(greenhouse.applying, lambda: greenhouse.pki.issue_client(DASHBOARD, "new"))
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
