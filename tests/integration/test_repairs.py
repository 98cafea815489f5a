"""What Repairs offers to do, through the requests that its dialog makes."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.integration.issues import HOUR_S, leap, listed, look_again, pressing, the
from tests.integration.papers import CLIENT, Paper, issue
from tests.integration.person import Person
from tests.integration.stage import (
    direct_entry,
    entity,
    fire,
    fire_all,
    is_known,
    over_home_assistant,
    planters,
    set_up,
    state,
    until,
)

type Dialog = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def dialog(hass: HomeAssistant, hass_client: ClientSessionGenerator, hass_access_token: str) -> Dialog:
    """Opens the dialog of an issue, or answers in it. To be asked for before anything that opens a web client."""
    assert await async_setup_component(hass, "repairs", {})
    login = hass.auth.async_validate_access_token(hass_access_token)
    assert login

    async def ask(issue_id: str = "", flow_id: str = "", **answer: str) -> dict[str, Any]:
        client = await hass_client(hass.auth.async_create_access_token(login))  # the first one lasts half an hour
        url = f"/api/repairs/issues/fix{flow_id and '/'}{flow_id}"
        response = await client.post(url, json=answer if flow_id else {"handler": "sigacs", "issue_id": issue_id})
        assert response.status == HTTPStatus.OK, await response.text()
        await hass.async_block_till_done()
        result: dict[str, Any] = await response.json()
        return result

    return ask


async def speak(hass: HomeAssistant, *planters: str) -> None:
    await fire_all(hass, {f"/serre/1/bac/{planter}/sol": "65.0" for planter in planters})


@pytest.fixture
async def entry(hass: HomeAssistant, mqtt_mock: object, freezer: FrozenDateTimeFactory) -> MockConfigEntry:
    """Planter 1 has been silent for more than a day, planter 2 speaks."""
    entry = await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    await speak(hass, "1", "2")
    await silence_planter_1(hass, freezer)
    return entry


async def silence_planter_1(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    for _half_hour in range(50):
        await leap(hass, freezer, HOUR_S / 2)
        await speak(hass, "2")
    assert pressing(hass) == ["planter_silent"]


async def test_a_silent_planter_can_be_kept_and_is_mentioned_again_only_when_it_falls_silent_anew(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, dialog: Dialog, entry: MockConfigEntry
) -> None:
    menu = await dialog(the(hass, "planter_silent").issue_id)
    assert (menu["type"], menu["menu_options"]) == ("menu", ["keep", "remove"])
    assert menu["description_placeholders"]["planter"] == "Planter 1"
    kept = await dialog(flow_id=menu["flow_id"], next_step_id="keep")
    assert (kept["type"], kept["reason"]) == ("abort", "kept")
    assert planters(hass) == {"Planter 1", "Planter 2"}
    await look_again(hass, freezer)
    assert pressing(hass) == []
    await speak(hass, "1", "2")
    await look_again(hass, freezer)
    assert listed(hass) == []
    await silence_planter_1(hass, freezer)


async def test_a_planter_that_is_gone_for_good_can_be_removed(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, dialog: Dialog, entry: MockConfigEntry
) -> None:
    menu = await dialog(the(hass, "planter_silent").issue_id)
    form = await dialog(flow_id=menu["flow_id"], next_step_id="remove")
    assert (form["type"], form["step_id"], form["data_schema"]) == ("form", "remove", [])
    assert planters(hass) == {"Planter 1", "Planter 2"}
    done = await dialog(flow_id=form["flow_id"])
    assert done["type"] == "create_entry"
    assert planters(hass) == {"Planter 2"}
    assert not is_known(hass, "/serre/1/bac/1/sol")
    await look_again(hass, freezer)
    assert listed(hass) == []
    await speak(hass, "1")
    assert planters(hass) == {"Planter 1", "Planter 2"}
    assert state(hass, "/serre/1/bac/1/sol") == "65.0"


async def test_a_planter_that_was_removed_while_the_dialog_was_open_is_settled(
    hass: HomeAssistant, dialog: Dialog, entry: MockConfigEntry
) -> None:
    menu = await dialog(the(hass, "planter_silent").issue_id)
    form = await dialog(flow_id=menu["flow_id"], next_step_id="remove")
    device = dr.async_get(hass).async_get(str(entity(hass, "/serre/1/bac/1/sol").device_id))
    assert device
    entry.runtime_data.forget_device(device.identifiers)
    dr.async_get(hass).async_remove_device(device.id)
    gone = await dialog(flow_id=form["flow_id"])
    assert (gone["type"], gone["reason"]) == ("abort", "gone")
    again = await dialog(the(hass, "planter_silent").issue_id)
    assert (again["type"], again["reason"]) == ("abort", "gone")


# Our own certificate


def short_lived(folder: Path, days: float) -> Paper:
    """Home Assistant's certificate as the greenhouse's authority would have signed it most of a year ago."""
    key = load_pem_private_key((folder / "private" / "ca.key").read_bytes(), None)
    ca = Paper(load_pem_x509_certificate((folder / "ca.crt").read_bytes()), key)  # type: ignore[arg-type]
    return issue("dashboard", ca, usage=CLIENT, last=datetime.now(UTC) + timedelta(days=days))


async def look(hass: HomeAssistant) -> None:
    """Let the sweep look; the clock stays as it is, for the broker has the same."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await hass.async_block_till_done()


async def test_our_own_certificate_is_renewed_from_repairs_to_the_new_files(
    hass: HomeAssistant, dialog: Dialog, person: Person
) -> None:
    old = short_lived(person.greenhouse.pki.folder, 2.5)
    papers = {"client_certificate": old.pem.decode(), "client_key": old.key_bytes().decode()}
    entry = await set_up(hass, direct_entry(person.greenhouse, **papers))
    await until(lambda: state(hass, "#broker") == "on")
    await look(hass)
    found = the(hass, "certificate_own_expires")
    assert found.is_fixable
    assert (found.translation_placeholders or {})["days"] == "2"

    form = await dialog(found.issue_id)
    assert (form["type"], form["step_id"]) == ("form", "confirm")
    assert form["description_placeholders"] == found.translation_placeholders
    passed_on = await dialog(flow_id=form["flow_id"])
    assert (passed_on["type"], passed_on["reason"]) == ("abort", "reconfigure")
    kind, flow_id = passed_on["next_flow"]
    assert kind == "config_flow"
    assert pressing(hass) == ["certificate_own_expires"], "it is not renewed yet"

    await hass.async_add_executor_job(person.greenhouse.pki.renew, ["dashboard"])
    files = person.folder()
    files.pop("ca_file")
    entered = person.entered()
    entered.pop("password")
    done = await person.submit({"flow_id": flow_id}, entered, files)
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    await until(lambda: state(hass, "#broker") == "on")
    assert entry.data["client_certificate"] == files["certificate_file"].decode()
    entry.runtime_data._issues._looked_at -= 60
    await look(hass)
    assert listed(hass) == []


async def test_a_certificate_of_an_entry_that_is_gone_needs_no_renewal(
    hass: HomeAssistant, dialog: Dialog, person: Person
) -> None:
    old = short_lived(person.greenhouse.pki.folder, 2.5)
    papers = {"client_certificate": old.pem.decode(), "client_key": old.key_bytes().decode()}
    entry = await set_up(hass, direct_entry(person.greenhouse, **papers))
    await look(hass)
    form = await dialog(the(hass, "certificate_own_expires").issue_id)
    await hass.config_entries.async_remove(entry.entry_id)
    gone = await dialog(flow_id=form["flow_id"])
    assert (gone["type"], gone["reason"]) == ("abort", "gone")
