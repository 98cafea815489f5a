from collections.abc import Mapping
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from syrupy.assertion import SnapshotAssertion

from custom_components.sigacs.const import DOMAIN
from tests.integration.stage import entity, fire, fire_all, is_known, over_home_assistant, state

pytestmark = pytest.mark.usefixtures("mqtt_mock")

EVERYTHING: dict[str, str | bytes] = {
    "/serre/1/bac/1/sol": "65.0",
    "/serre/1/bac/1/air/temp": "22.5",
    "/serre/1/bac/1/air/hum": "58.0",
    "/serre/1/bac/1/batterie": "87",
    "/serre/1/bac/1/tension": "3.91",
    "/serre/1/bac/1/rssi": "-61",
    "/serre/1/bac/1/sol/brut": "1843",
    "/serre/1/bac/1/co2": "412",
    "/serre/nord/bac/tomates_2/sol": "0",
    "/serre/nord/etat": "online",
    "/serre/nord/sante": '{"version": "1.2.0", "period": 900}',
}


async def test_everything_that_is_shown_of_two_greenhouses(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, snapshot: SnapshotAssertion
) -> None:
    freezer.move_to("2026-11-22 12:00:00+00:00")
    await over_home_assistant(hass)
    await fire_all(hass, EVERYTHING)
    registry = er.async_get(hass)
    shown = {
        entry.unique_id: described(hass, entry) for entry in registry.entities.values() if entry.platform == DOMAIN
    }
    assert shown == snapshot


def described(hass: HomeAssistant, entry: er.RegistryEntry) -> dict[str, Any]:
    """What a person sees of an entity, and what other programs build on."""
    device = dr.async_get(hass).async_get(entry.device_id or "")
    shown = hass.states.get(entry.entity_id)
    return {
        "entity_id": entry.entity_id,
        "device": device.name if device else None,
        "name": entry.original_name,
        "translation_key": entry.translation_key,
        "category": entry.entity_category and str(entry.entity_category),
        "disabled_by": entry.disabled_by and str(entry.disabled_by),
        "precision": entry.options.get("sensor", {}).get("suggested_display_precision"),
        "state": shown.state if shown else None,
        "attributes": {str(key): str(value) for key, value in shown.attributes.items()} if shown else None,
    }


async def test_a_planter_is_a_child_of_its_greenhouse(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/nord/bac/tomates_2/sol", "65.0")
    registry = dr.async_get(hass)
    (planter,) = registry.child_devices
    assert planter.name == "Planter tomates_2"
    assert planter.id == entity(hass, "/serre/nord/bac/tomates_2/sol").device_id
    parent = registry.async_get(planter.parent_device_id)
    assert parent is not None
    assert (parent.name, parent.manufacturer) == ("Greenhouse nord", "SIGACS")


async def test_a_device_that_speaks_one_topic_only_works(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/bac/1/air/hum", "58.0")
    assert state(hass, "/serre/1/bac/1/air/hum") == "58.0"
    assert not is_known(hass, "/serre/1/bac/1/sol")


async def test_zero_is_a_value(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {"/serre/1/bac/1/sol": "0", "/serre/1/bac/1/air/temp": "-0.0"})
    assert state(hass, "/serre/1/bac/1/sol") == "0.0"
    assert state(hass, "/serre/1/bac/1/air/temp") == "0.0"


async def test_a_measure_that_we_do_not_know_comes_disabled(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/bac/1/co2/haut", "412")
    unknown = entity(hass, "/serre/1/bac/1/co2/haut")
    assert unknown.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert unknown.original_name == "co2/haut"
    assert hass.states.get(unknown.entity_id) is None


async def test_a_measure_that_we_do_not_know_works_once_it_is_enabled(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, "/serre/1/bac/1/co2", "412")
    er.async_get(hass).async_update_entity(entity(hass, "/serre/1/bac/1/co2").entity_id, disabled_by=None)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await fire(hass, "/serre/1/bac/1/co2", "415.5")
    assert state(hass, "/serre/1/bac/1/co2") == "415.5"


async def test_the_time_of_the_newest_message_is_shown(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    freezer.move_to("2026-11-22 12:00:00+00:00")
    await fire(hass, "/serre/1/bac/1/sol", "65.0")
    assert state(hass, "/serre/1/bac/1#last_seen") == "2026-11-22T12:00:00+00:00"
    freezer.move_to("2026-11-22 12:15:00+00:00")
    await fire(hass, "/serre/1/bac/1/sol", "65.0")
    assert state(hass, "/serre/1/bac/1#last_seen") == "2026-11-22T12:15:00+00:00"


async def test_a_message_writes_its_own_entity_and_no_other(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, EVERYTHING)
    written: list[str] = []

    @callback
    def note(data: Mapping[str, Any]) -> bool:
        written.append(data["entity_id"])
        return False

    for event_type in ("state_changed", "state_reported"):
        hass.bus.async_listen(event_type, lambda _event: None, event_filter=note)
    await fire(hass, "/serre/1/bac/1/sol", "64.0")
    assert written == [entity(hass, "/serre/1/bac/1/sol").entity_id]
