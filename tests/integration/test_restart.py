"""After a restart everything is there at once, with its value and its true age."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_mqtt_message

from custom_components.sigacs import sensor
from custom_components.sigacs.const import DOMAIN
from tests.integration.keeper import (
    NEEDS_WATER,
    NOT_KNOWN,
    PLANTER,
    SOIL,
    STATUS,
    THIRSTY,
    Seen,
    choose,
    measure,
    said,
    turn_to,
)
from tests.integration.stage import (
    attribute,
    entity,
    fire,
    fire_all,
    greenhouses,
    over_home_assistant,
    pass_time,
    planters,
    restart,
    set_up,
    state,
)

pytestmark = pytest.mark.usefixtures("mqtt_mock")

AIR = "/serre/1/bac/1/air/temp"
LAST_SEEN = "/serre/1/bac/1#last_seen"
MINUTE = 60
HOUR = 60 * MINUTE

type Stored = dict[str, Any]


def kept(hass_storage: Stored, entry: MockConfigEntry) -> Stored:
    """What is written down of all places."""
    data: Stored = hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]
    return data


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


async def test_the_last_moisture_is_back_with_its_age_however_old_it_is(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    measured = attribute(hass, LAST_SEEN, "moisture_at")
    for _ in range(2):
        await restart(hass, entry, freezer, 10 * 24 * HOUR)
    assert (state(hass, SOIL), attribute(hass, LAST_SEEN, "moisture")) == ("unavailable", 65.0)
    assert abs(attribute(hass, LAST_SEEN, "moisture_at") - measured) < timedelta(seconds=1)


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


@pytest.mark.parametrize(("away_s", "shown"), [(10 * MINUTE, "on"), (2 * HOUR, "unknown")])
async def test_a_hub_is_connected_only_if_its_planters_were_just_heard(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, away_s: float, shown: str
) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", "/serre/1/etat": "online"})
    await restart(hass, entry, freezer, away_s)
    await fire(hass, "/serre/1/etat", "online", retain=True)
    assert state(hass, "/serre/1#hub") == shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"heard_at": None},
        {"heard_at": "yesterday"},
        {"heard_at": 1795000000},
        {"value": None},
        {"value": "65.0"},
        {"value": True},
        {"value": {"__type": "<class 'decimal.Decimal'>", "decimal_str": "x"}},
    ],
)
async def test_a_reading_that_was_stored_wrongly_is_as_if_it_were_not(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, hass_storage: Stored, wrong: Stored
) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    await hass.config_entries.async_unload(entry.entry_id)
    reading = kept(hass_storage, entry)["planters"][PLANTER]["readings"]["sol"]
    assert set(wrong) <= set(reading)
    reading |= wrong
    await set_up(hass, entry)
    assert state(hass, SOIL) == "unavailable"
    await fire(hass, SOIL, "64.0")
    assert state(hass, SOIL) == "64.0"


@pytest.mark.parametrize(
    "damage",
    [
        {"planters": None},
        {"planters": {PLANTER: "gone"}},
        {"planters": {PLANTER: {"care": [], "soil": "?", "readings": 7}}},
        {"planters": {PLANTER: {"care": {"limits": {"dry_below": "many", "recovery_gap": None, "wet_above": 1e9}}}}},
        {"greenhouses": {"/serre/1": {"frost_below_c": "cold", "rest_until": "tomorrow"}}, "planters": {}},
    ],
)
async def test_a_damaged_file_counts_as_not_set_and_leaves_no_planter_unwatched(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, hass_storage: Stored, damage: Stored
) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    await hass.config_entries.async_unload(entry.entry_id)
    stored = kept(hass_storage, entry)
    stored |= damage
    await set_up(hass, entry)
    assert (state(hass, f"{PLANTER}#dry_below"), state(hass, "/serre/1#frost_below")) == ("30.0", "3.0")
    await fire(hass, SOIL, "12")
    assert state(hass, f"{PLANTER}#needs_water") == "on"


async def test_what_was_set_is_written_down_within_seconds_of_it(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, hass_storage: Stored
) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    await turn_to(hass, f"{PLANTER}#dry_below", 44)
    await pass_time(hass, freezer, 30)
    assert kept(hass_storage, entry)["planters"][PLANTER]["care"]["limits"]["dry_below"] == 44


async def test_without_anything_stored_the_registries_are_enough(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, hass_storage: Stored
) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "65.0", "/serre/nord/bac/a-b_c/air/hum": "55", "/serre/vide/etat": "online"})
    known = {one.entity_id for one in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)}
    await hass.config_entries.async_unload(entry.entry_id)
    del hass_storage[f"{DOMAIN}.{entry.entry_id}"]
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


# What was judged, set and seen


async def test_an_alert_is_there_from_its_first_state_after_a_restart(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await nearly_recover(hass, freezer)
    seen = [Seen(hass, path) for path in (NEEDS_WATER, STATUS, THIRSTY)]
    await restart(hass, entry, freezer)
    assert seen == [["unavailable", "on"], ["unavailable", "needs_water"], ["unavailable", "1"]]
    assert said(hass) == ("on", "needs_water", "not_recovered")


async def nearly_recover(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Planter 1 between its own threshold of 50 % and its recovery: by the default threshold it would be fine."""
    await measure(hass, freezer, [60])
    await turn_to(hass, f"{PLANTER}#dry_below", 50)
    await measure(hass, freezer, [45, 45, 45, 52])
    assert said(hass) == ("on", "needs_water", "not_recovered")


async def test_a_planter_that_became_silent_meanwhile_is_not_known_after_a_restart(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "12")
    needs_water = Seen(hass, NEEDS_WATER)
    await restart(hass, entry, freezer, 3 * HOUR)
    assert needs_water == ["unavailable", NOT_KNOWN]
    await fire(hass, SOIL, "12")
    assert said(hass) == ("on", "needs_water", "below_threshold")


async def test_what_was_set_and_seen_survives_a_restart(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await over_home_assistant(hass)
    await measure(hass, freezer, [22, 22, 21, 21, 63, 66])
    for key, value in (("dry_below", 25), ("recovery_gap", 8), ("wet_above", 90)):
        await turn_to(hass, f"{PLANTER}#{key}", value)
    await turn_to(hass, "/serre/1#frost_below", 1.5)
    await choose(hass, f"{PLANTER}#rest_until", dt_util.utcnow() + timedelta(days=30))
    shown = [f"{PLANTER}#{key}" for key in ("dry_below", "recovery_gap", "wet_above", "rest_until", "last_watered")]
    before = [state(hass, path) for path in (*shown, "/serre/1#frost_below")]
    await restart(hass, entry, freezer)
    assert [state(hass, path) for path in (*shown, "/serre/1#frost_below")] == before
    assert before[:3] == ["25.0", "8.0", "90.0"]
