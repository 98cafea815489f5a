"""After a restart everything is there at once, with its value and its true age."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er, restore_state
from homeassistant.helpers.json import json_dumps
from homeassistant.util.json import json_loads
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
    mock_restore_cache_with_extra_data,
)

from custom_components.sigacs import sensor
from tests.integration.stage import (
    entity,
    fire,
    fire_all,
    greenhouses,
    over_home_assistant,
    pass_time,
    planters,
    set_up,
    state,
)

pytestmark = pytest.mark.usefixtures("mqtt_mock")

SOIL = "/serre/1/bac/1/sol"
AIR = "/serre/1/bac/1/air/temp"
LAST_SEEN = "/serre/1/bac/1#last_seen"
MINUTE = 60
HOUR = 60 * MINUTE

type Stored = dict[str, Any]


async def restart(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    away_s: float,
    change: Callable[[Stored], object] = lambda _stored: None,
) -> None:
    """Stop, as far as this entry can tell, and start again from what was stored, after `change` has been at it."""
    kept = restore_state.async_get(hass).async_get_stored_states()
    stored: list[Stored] = json_loads(json_dumps([one.as_dict() for one in kept]))
    await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(timedelta(seconds=away_s))
    for one in stored:
        change(one)
    states = [(State.from_dict(one["state"]), one["extra_data"]) for one in stored]
    mock_restore_cache_with_extra_data(hass, [(one, extra) for one, extra in states if one])
    await set_up(hass, entry)


async def test_a_fresh_value_is_back_at_once_and_ages_on(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", AIR: "-3.5"})
    seen = state(hass, LAST_SEEN)
    await restart(hass, entry, freezer, 10 * MINUTE)
    assert (state(hass, SOIL), state(hass, AIR), state(hass, LAST_SEEN)) == ("65.0", "-3.5", seen)
    await pass_time(hass, freezer, 39 * MINUTE)
    assert state(hass, SOIL) == "65.0"
    await pass_time(hass, freezer, 2 * MINUTE)
    assert (state(hass, SOIL), state(hass, LAST_SEEN)) == ("unavailable", seen)


async def test_a_stale_value_is_not_back_but_last_seen_is(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    seen = state(hass, LAST_SEEN)
    await restart(hass, entry, freezer, 2 * HOUR)
    assert (state(hass, SOIL), state(hass, LAST_SEEN)) == ("unavailable", seen)


async def test_the_age_is_that_of_the_newest_message_not_of_the_newest_value(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    for _ in range(6):
        await fire(hass, SOIL, "65.0")
        await pass_time(hass, freezer, 15 * MINUTE)
    await restart(hass, entry, freezer, 10 * MINUTE)
    assert state(hass, SOIL) == "65.0"


async def test_a_storm_of_restarts_makes_nothing_younger(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    seen = state(hass, LAST_SEEN)
    for _ in range(9):
        await restart(hass, entry, freezer, 5 * MINUTE)
        assert (state(hass, SOIL), state(hass, LAST_SEEN)) == ("65.0", seen)
    await restart(hass, entry, freezer, 6 * MINUTE)
    assert (state(hass, SOIL), state(hass, LAST_SEEN)) == ("unavailable", seen)


async def test_a_value_from_the_future_is_not_believed(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    await restart(hass, entry, freezer, -10 * MINUTE)
    assert (state(hass, SOIL), state(hass, LAST_SEEN)) == ("unavailable", "unknown")
    await fire(hass, SOIL, "64.0")
    assert state(hass, SOIL) == "64.0"
    assert state(hass, LAST_SEEN) != "unknown"


async def test_where_silence_never_counts_an_old_value_is_back(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass, silence_minutes=0)
    await fire(hass, SOIL, "65.0")
    await restart(hass, entry, freezer, 24 * HOUR)
    assert state(hass, SOIL) == "65.0"


async def test_planters_that_measure_hourly_are_back_with_their_hubs_word(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, "/serre/1/sante", '{"period": 3600}')
    await fire(hass, SOIL, "65.0")
    await restart(hass, entry, freezer, 55 * MINUTE)
    await fire(hass, "/serre/1/sante", '{"period": 3600}', retain=True)
    await pass_time(hass, freezer, MINUTE)
    assert state(hass, SOIL) == "65.0"


async def test_a_live_value_is_not_overwritten_by_the_stored_one(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    set_up_sensors: Callable[..., Awaitable[None]] = sensor.async_setup_entry

    async def set_up_sensors_late(*arguments: Any) -> None:
        async_fire_mqtt_message(hass, SOIL, "64.0")
        await set_up_sensors(*arguments)

    monkeypatch.setattr(sensor, "async_setup_entry", set_up_sensors_late)
    await restart(hass, entry, freezer, 10 * MINUTE)
    assert state(hass, SOIL) == "64.0"


async def test_a_hub_that_speaks_before_its_planters_are_back_is_connected(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", "/serre/1/etat": "online"})
    added = sensor.MeasureSensor.async_added_to_hass

    async def added_after_the_hub_spoke(measure: sensor.MeasureSensor) -> None:
        async_fire_mqtt_message(hass, "/serre/1/etat", "online", retain=True)
        assert state(hass, "/serre/1#hub") == "unknown"
        await added(measure)

    monkeypatch.setattr(sensor.MeasureSensor, "async_added_to_hass", added_after_the_hub_spoke)
    await restart(hass, entry, freezer, 10 * MINUTE)
    assert state(hass, "/serre/1#hub") == "on"


def _without_extra_data(stored: Stored) -> None:
    stored["extra_data"] = None


def _with(**changes: object) -> Callable[[Stored], None]:
    def change(stored: Stored) -> None:
        if stored["state"]["attributes"]["device_class"] == "moisture":
            assert set(changes) <= set(stored["extra_data"])
            stored["extra_data"] |= changes

    return change


@pytest.mark.parametrize(
    "change",
    [
        _without_extra_data,
        _with(heard_at=None),
        _with(heard_at="yesterday"),
        _with(heard_at=1795000000),
        _with(value=None),
        _with(value="65.0"),
        _with(value=True),
        _with(value={"__type": "<class 'decimal.Decimal'>", "decimal_str": "x"}),
    ],
)
async def test_what_was_stored_wrongly_is_as_if_it_were_not(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, change: Callable[[Stored], None]
) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    await restart(hass, entry, freezer, MINUTE, change)
    assert state(hass, SOIL) == "unavailable"
    await fire(hass, SOIL, "64.0")
    assert state(hass, SOIL) == "64.0"


async def test_without_anything_stored_the_registries_are_enough(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", "/serre/nord/bac/a-b_c/air/hum": "55", "/serre/vide/etat": "online"})
    known = {one.entity_id for one in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)}
    await hass.config_entries.async_unload(entry.entry_id)
    mock_restore_cache_with_extra_data(hass, [])
    await set_up(hass, entry)
    assert {entity_id for entity_id in known if hass.states.get(entity_id)} == known
    assert (greenhouses(hass), planters(hass)) == (
        {"Greenhouse 1", "Greenhouse nord", "Greenhouse vide"},
        {"Planter 1", "Planter a-b_c"},
    )
    assert (state(hass, SOIL), state(hass, LAST_SEEN), state(hass, "/serre/vide#hub")) == (
        "unavailable",
        "unknown",
        "unknown",
    )


async def test_what_a_person_changed_stays(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", AIR: "22.5"})
    registry = er.async_get(hass)
    registry.async_update_entity(
        entity(hass, SOIL).entity_id, name="Tomatoes", new_entity_id="sensor.tomatoes", area_id=None
    )
    registry.async_update_entity(entity(hass, AIR).entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await restart(hass, entry, freezer, MINUTE)
    assert (entity(hass, SOIL).entity_id, entity(hass, SOIL).name) == ("sensor.tomatoes", "Tomatoes")
    assert state(hass, SOIL) == "65.0"
    assert hass.states.get(entity(hass, AIR).entity_id) is None
    await fire_all(hass, {SOIL: "64.0", AIR: "23"})
    assert state(hass, SOIL) == "64.0"
