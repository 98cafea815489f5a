"""What is removed by hand is gone until it speaks again."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.integration.keeper import THIRSTY, turn_to
from tests.integration.stage import (
    attribute,
    entity,
    fire,
    fire_all,
    greenhouses,
    is_known,
    over_home_assistant,
    pass_time,
    planters,
    state,
)

pytestmark = pytest.mark.usefixtures("mqtt_mock")

SOIL = "/serre/1/bac/1/sol"


async def remove_device(hass: HomeAssistant, ws: WebSocketGenerator, device_id: str) -> bool:
    """Remove a device as its page does; whether that was allowed."""
    assert await async_setup_component(hass, "config", {})
    client = await ws(hass)
    answer = await client.remove_device(device_id)
    await hass.async_block_till_done()
    return bool(answer["success"])


def device_of(hass: HomeAssistant, path: str) -> str:
    return entity(hass, path).device_id or ""


async def test_a_removed_planter_is_gone_until_it_speaks_again(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", "/serre/1/bac/1/air/temp": "22.5", "/serre/1/bac/2/sol": "40"})
    assert await remove_device(hass, hass_ws_client, device_of(hass, SOIL))
    assert planters(hass) == {"Planter 2"}
    assert not is_known(hass, SOIL)
    await fire(hass, "/serre/1/bac/2/sol", "41")
    assert planters(hass) == {"Planter 2"}
    await fire(hass, SOIL, "64.0")
    assert planters(hass) == {"Planter 1", "Planter 2"}
    assert state(hass, SOIL) == "64.0"
    assert state(hass, "/serre/1/bac/1#last_seen") not in ("unknown", "unavailable")
    assert not is_known(hass, "/serre/1/bac/1/air/temp")
    await fire(hass, "/serre/1/bac/1/air/temp", "23")
    assert state(hass, "/serre/1/bac/1/air/temp") == "23.0"


async def test_a_removed_planter_is_not_brought_back_by_what_the_broker_keeps(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", "/serre/1/bac/2/sol": "40"})
    assert await remove_device(hass, hass_ws_client, device_of(hass, SOIL))
    await fire(hass, SOIL, "65.0", retain=True)
    assert planters(hass) == {"Planter 2"}


async def test_a_removed_greenhouse_takes_its_planters_along_and_comes_back(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", "/serre/1/etat": "online", "/serre/2/bac/1/sol": "40"})
    assert await remove_device(hass, hass_ws_client, device_of(hass, "/serre/1#hub"))
    assert (greenhouses(hass), len(planters(hass))) == ({"Greenhouse 2"}, 1)
    assert not is_known(hass, SOIL)
    await fire(hass, "/serre/1/etat", "offline")
    assert greenhouses(hass) == {"Greenhouse 1", "Greenhouse 2"}
    assert state(hass, "/serre/1#hub") == "off"
    await fire(hass, SOIL, "64.0")
    assert state(hass, SOIL) == "64.0"


async def test_the_device_of_the_broker_cannot_be_removed(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    await over_home_assistant(hass)
    assert not await remove_device(hass, hass_ws_client, device_of(hass, "#broker"))
    assert is_known(hass, "#broker")


async def test_a_device_that_is_nothing_of_ours_any_more_can_be_removed(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    left_over = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("sigacs", "another broker/serre/1")}
    )
    assert await remove_device(hass, hass_ws_client, left_over.id)
    assert state(hass, SOIL) == "65.0"


async def test_what_is_removed_stays_removed_over_a_restart(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", "/serre/1/bac/2/sol": "40"})
    assert await remove_device(hass, hass_ws_client, device_of(hass, SOIL))
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert planters(hass) == {"Planter 2"}


async def test_a_deleted_entity_comes_back_with_its_topic(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", "/serre/1/bac/1/air/temp": "22.5"})
    er.async_get(hass).async_remove(entity(hass, SOIL).entity_id)
    await hass.async_block_till_done()
    await fire(hass, "/serre/1/bac/1/air/temp", "23")
    assert not is_known(hass, SOIL)
    await fire(hass, SOIL, "64.0")
    assert state(hass, SOIL) == "64.0"


async def test_a_deleted_entity_that_was_disabled_comes_back_after_a_reload(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", "/serre/1/bac/1/co2": "400"})
    er.async_get(hass).async_remove(entity(hass, "/serre/1/bac/1/co2").entity_id)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert not is_known(hass, "/serre/1/bac/1/co2")
    await fire(hass, "/serre/1/bac/1/co2", "400")
    assert is_known(hass, "/serre/1/bac/1/co2")


async def test_a_planter_that_was_disabled_stays_quietly_disabled(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    dr.async_get(hass).async_update_child_device(device_of(hass, SOIL), disabled_by=dr.DeviceEntryDisabler.USER)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await fire_all(hass, {SOIL: "64.0", "/serre/1/bac/1/air/temp": "23", "/serre/1/bac/2/sol": "40"})
    assert hass.states.get(entity(hass, SOIL).entity_id) is None
    assert state(hass, "/serre/1/bac/2/sol") == "40.0"


async def test_a_removed_entry_leaves_no_devices_and_no_entities(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", "/serre/2/etat": "online"})
    assert (await hass.config_entries.async_remove(entry.entry_id))["require_restart"] is False
    await hass.async_block_till_done()
    assert er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id) == []
    assert (greenhouses(hass), planters(hass)) == (set(), set())


async def test_a_removed_planter_takes_along_what_was_set_for_it_and_says_nothing_any_more(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "12", "/serre/1/bac/1/sol/brut": "2000", "/serre/1/bac/2/sol": "60"})
    await turn_to(hass, "/serre/1/bac/1#dry_below", 20)
    await pass_time(hass, freezer, 30)
    assert state(hass, THIRSTY) == "1"
    assert await remove_device(hass, hass_ws_client, device_of(hass, SOIL))
    await pass_time(hass, freezer, 30)
    assert (state(hass, THIRSTY), attribute(hass, THIRSTY, "planters")) == ("0", [])
    ours = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert [one.unique_id for one in ours if "/bac/1" in one.unique_id] == []
    await fire_all(hass, {SOIL: "12", "/serre/1/bac/1/sol/brut": "2000"})
    assert (state(hass, "/serre/1/bac/1#dry_below"), state(hass, "/serre/1/bac/1#calibrate_dry")) == ("30.0", "unknown")


async def test_a_deleted_voltage_that_comes_back_brings_no_second_button(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "12", "/serre/1/bac/1/sol/brut": "2000"})
    er.async_get(hass).async_remove(entity(hass, "/serre/1/bac/1/sol/brut").entity_id)
    await hass.async_block_till_done()
    await fire(hass, "/serre/1/bac/1/sol/brut", "2000")
    assert (state(hass, "/serre/1/bac/1/sol/brut"), state(hass, "/serre/1/bac/1#calibrate_dry")) == (
        "2000.0",
        "unknown",
    )


async def test_a_removed_entry_leaves_nothing_written_down(
    hass: HomeAssistant, hass_storage: dict[str, object]
) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    await hass.config_entries.async_reload(entry.entry_id)
    assert f"sigacs.{entry.entry_id}" in hass_storage
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert f"sigacs.{entry.entry_id}" not in hass_storage
