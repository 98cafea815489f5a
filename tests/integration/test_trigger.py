"""What an automation begins with: what is news, what is not, and for which targets."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.mqtt import DOMAIN as MQTT
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import MqttMockHAClient, WebSocketGenerator
import yaml

from custom_components.sigacs.trigger import async_get_triggers
from tests.integration.automations import automate
from tests.integration.stage import SWEEP_S, entity, fire, fire_all, over_home_assistant, pass_time, state
from tests.integration.test_translations import INTEGRATION

pytestmark = pytest.mark.usefixtures("mqtt_mock")

PERIOD_S = 15 * 60
HOUR = 3600
NEEDS_WATER = "#needs_water"


def soil(planter: int, greenhouse: int = 1) -> str:
    return f"/serre/{greenhouse}/bac/{planter}/sol"


def needs_water(hass: HomeAssistant, planter: int) -> er.RegistryEntry:
    return entity(hass, f"/serre/1/bac/{planter}{NEEDS_WATER}")


async def measured(hass: HomeAssistant, freezer: FrozenDateTimeFactory, values: dict[str, str], times: int = 4) -> None:
    """Let the same values come in for some periods."""
    for _ in range(times):
        freezer.tick(PERIOD_S - SWEEP_S)
        await pass_time(hass, freezer, SWEEP_S)
        await fire_all(hass, values)


async def named(hass: HomeAssistant, path: str, name: str) -> None:
    """Let the keeper rename the device of what is at a path."""
    dr.async_get(hass).async_update_child_device(entity(hass, path).device_id, name_by_user=name)
    await hass.async_block_till_done()


@pytest.fixture
async def two_planters(hass: HomeAssistant, mqtt_mock: MqttMockHAClient, freezer: FrozenDateTimeFactory) -> None:
    """Planters 1 and 2 of greenhouse 1, both moist."""
    await over_home_assistant(hass)
    await fire_all(hass, {soil(1): "60.0", soil(2): "60.0"})


# A planter needs water


@pytest.mark.usefixtures("two_planters")
async def test_a_planter_that_dries_is_told_once_by_the_name_that_its_keeper_gave_it(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await named(hass, f"/serre/1/bac/1{NEEDS_WATER}", "Tomatoes")
    told = await automate(
        hass, "triggers: [{trigger: sigacs.watering_needed, target: {}}]",
        planter="trigger.planter", greenhouse="trigger.greenhouse",
    )  # fmt: skip
    await measured(hass, freezer, {soil(1): "20.0", soil(2): "60.0"}, times=8)
    assert told == [
        {"entity_id": needs_water(hass, 1).entity_id, "planter": "Tomatoes", "greenhouse": "Greenhouse 1"},
    ]


@pytest.mark.usefixtures("two_planters")
async def test_a_planter_that_was_dry_before_its_silence_is_no_news_after_it(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    told = await automate(hass, "triggers: [{trigger: sigacs.watering_needed, target: {}}]")
    await measured(hass, freezer, {soil(1): "20.0", soil(2): "60.0"})
    await measured(hass, freezer, {soil(2): "60.0"}, times=8)
    assert state(hass, f"/serre/1/bac/1{NEEDS_WATER}") == STATE_UNKNOWN
    await measured(hass, freezer, {soil(1): "20.0", soil(2): "60.0"})
    assert state(hass, f"/serre/1/bac/1{NEEDS_WATER}") == STATE_ON
    assert len(told) == 1


@pytest.mark.usefixtures("two_planters")
async def test_a_planter_that_became_dry_while_nobody_heard_it_is_told_when_it_is_heard(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    told = await automate(hass, "triggers: [{trigger: sigacs.watering_needed, target: {}}]")
    await pass_time(hass, freezer, 2 * HOUR)
    assert state(hass, f"/serre/1/bac/1{NEEDS_WATER}") == STATE_UNKNOWN
    await measured(hass, freezer, {soil(1): "20.0", soil(2): "60.0"})
    assert told.of("entity_id") == [needs_water(hass, 1).entity_id]


async def test_a_planter_that_is_dry_when_it_is_first_heard_is_told(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, soil(1), "60.0")
    told = await automate(hass, "triggers: [{trigger: sigacs.watering_needed, target: {}}]")
    hass.states.async_set(needs_water(hass, 1).entity_id, STATE_UNAVAILABLE)
    await hass.async_block_till_done()
    assert told == []


@pytest.mark.parametrize(("before", "news"), [(STATE_ON, 0), (STATE_OFF, 1)])
async def test_what_was_dry_before_a_restart_is_no_news_after_it(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, before: str, news: int
) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, soil(1), "20.0" if before == STATE_ON else "60.0")
    assert state(hass, f"/serre/1/bac/1{NEEDS_WATER}") == before
    await hass.config_entries.async_unload(entry.entry_id)
    hass.set_state(CoreState.starting)
    told = await automate(hass, "triggers: [{trigger: sigacs.watering_needed, target: {}}]")
    freezer.tick(2 * HOUR)
    await hass.config_entries.async_setup(entry.entry_id)
    hass.set_state(CoreState.running)
    await hass.async_block_till_done()
    assert state(hass, f"/serre/1/bac/1{NEEDS_WATER}") == STATE_UNKNOWN
    await measured(hass, freezer, {soil(1): "20.0"})
    assert state(hass, f"/serre/1/bac/1{NEEDS_WATER}") == STATE_ON
    assert len(told) == news


@pytest.mark.usefixtures("two_planters")
async def test_a_planter_found_later_is_watched_too(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    told = await automate(hass, "triggers: [{trigger: sigacs.watering_needed, target: {}}]")
    await fire(hass, soil(3), "60.0")
    await measured(hass, freezer, {soil(3): "20.0"})
    assert told.of("entity_id") == [needs_water(hass, 3).entity_id]


@pytest.mark.parametrize("what", ["entity_id", "device_id", "parent", "area_id", "label_id"])
async def test_greenhouses_planters_areas_labels_and_entities_can_be_chosen(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, what: str
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {soil(1): "60.0", soil(1, greenhouse=2): "60.0"})
    chosen = needs_water(hass, 1)
    devices = dr.async_get(hass)
    planter = devices.async_get(chosen.device_id)
    assert isinstance(planter, dr.ChildDeviceEntry)
    area = ar.async_get(hass).async_create("South")
    label = lr.async_get(hass).async_create("Tomatoes")
    devices.async_update_child_device(planter.id, area_id=area.id, labels={label.label_id})
    targets = {
        "entity_id": {"entity_id": chosen.entity_id},
        "device_id": {"device_id": planter.id},
        "parent": {"device_id": planter.parent_device_id},
        "area_id": {"area_id": area.id},
        "label_id": {"label_id": label.label_id},
    }
    told = await automate(
        hass, yaml.safe_dump({"triggers": [{"trigger": "sigacs.watering_needed", "target": targets[what]}]})
    )
    await measured(hass, freezer, {soil(1): "20.0", soil(1, greenhouse=2): "20.0"})
    assert told.of("entity_id") == [chosen.entity_id]


@pytest.mark.usefixtures("two_planters")
@pytest.mark.parametrize(("behavior", "times"), [("each", 2), ("first", 1), ("all", 1)])
async def test_it_can_be_each_planter_the_first_or_all(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, behavior: str, times: int
) -> None:
    told = await automate(
        hass, f"triggers: [{{trigger: sigacs.watering_needed, target: {{}}, options: {{behavior: {behavior}}}}}]"
    )
    await measured(hass, freezer, {soil(1): "20.0", soil(2): "60.0"})
    await measured(hass, freezer, {soil(1): "20.0", soil(2): "20.0"})
    assert len(told) == times


@pytest.mark.usefixtures("two_planters")
async def test_it_can_have_to_last(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    told = await automate(hass, 'triggers: [{trigger: sigacs.watering_needed, target: {}, options: {for: "06:00:00"}}]')
    await measured(hass, freezer, {soil(1): "20.0", soil(2): "60.0"}, times=12)
    assert state(hass, f"/serre/1/bac/1{NEEDS_WATER}") == STATE_ON
    assert told == []
    await measured(hass, freezer, {soil(1): "20.0", soil(2): "60.0"}, times=16)
    assert len(told) == 1


# A planter is watered


@pytest.mark.usefixtures("two_planters")
async def test_a_watering_is_told_and_so_is_that_no_water_is_needed_any_more(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    told = await automate(
        hass,
        """
        triggers:
          - {trigger: sigacs.watered, target: {}, id: watered}
          - {trigger: sigacs.watering_no_longer_needed, target: {}, id: better}
        """,
        what="trigger.id",
        planter="trigger.planter",
    )
    await measured(hass, freezer, {soil(1): "20.0", soil(2): "60.0"})
    await measured(hass, freezer, {soil(1): "70.0", soil(2): "60.0"})
    assert sorted(told.of("what")) == ["better", "watered"]
    assert set(told.of("planter")) == {"Planter 1"}


@pytest.mark.usefixtures("two_planters")
async def test_that_a_planter_never_needed_water_is_no_news(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    told = await automate(hass, "triggers: [{trigger: sigacs.watering_no_longer_needed, target: {}}]")
    await pass_time(hass, freezer, 2 * HOUR)
    await measured(hass, freezer, {soil(1): "60.0", soil(2): "60.0"})
    assert told == []


# A greenhouse is silent


@pytest.mark.usefixtures("two_planters")
async def test_a_silence_is_told_again_when_it_gets_worse_and_once_when_it_ends(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await fire(hass, "/serre/1/etat", "online")
    told = await automate(
        hass,
        """
        triggers:
          - {trigger: sigacs.greenhouse_silent, target: {}}
          - {trigger: sigacs.greenhouse_heard_again, target: {}}
        """,
        now="trigger.to_state.state",
        cause="trigger.to_state.attributes.cause",
        greenhouse="trigger.greenhouse",
    )
    await measured(hass, freezer, {soil(2): "60.0"}, times=8)
    assert [(one["now"], one["cause"]) for one in told] == [("on", "planters")]
    await fire(hass, "/serre/1/etat", "offline")
    await pass_time(hass, freezer, HOUR)
    assert [(one["now"], one["cause"]) for one in told] == [("on", "planters"), ("on", "hub")]
    await fire(hass, "/serre/1/etat", "online")
    await measured(hass, freezer, {soil(1): "60.0", soil(2): "60.0"}, times=2)
    assert told.of("now") == ["on", "on", "off"]
    assert set(told.of("greenhouse")) == {"Greenhouse 1"}


async def test_a_hub_that_is_still_off_after_a_restart_is_no_news(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {soil(1): "60.0", soil(2): "60.0", "/serre/1/etat": "offline"})
    await pass_time(hass, freezer, 2 * HOUR)
    assert state(hass, "/serre/1#silence") == STATE_ON
    await hass.config_entries.async_unload(entry.entry_id)
    hass.set_state(CoreState.starting)
    told = await automate(
        hass,
        """
        triggers:
          - {trigger: sigacs.greenhouse_silent, target: {}}
          - {trigger: sigacs.greenhouse_heard_again, target: {}}
        """,
    )
    await hass.config_entries.async_setup(entry.entry_id)
    hass.set_state(CoreState.running)
    await pass_time(hass, freezer, 3 * HOUR)
    assert state(hass, "/serre/1#silence") == STATE_ON
    assert told == []


# The broker


@pytest.mark.usefixtures("two_planters")
async def test_a_broker_that_cannot_be_reached_is_told_when_it_lasts(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    told = await automate(
        hass,
        'triggers: [{trigger: sigacs.broker_unreachable, target: {}, options: {for: "00:15:00"}}]',
    )
    broker = entity(hass, "#broker").entity_id
    for lasting in (5 * 60, 20 * 60):
        hass.states.async_set(broker, STATE_OFF)
        await pass_time(hass, freezer, lasting)
        hass.states.async_set(broker, STATE_ON)
        await pass_time(hass, freezer, 60)
    assert len(told) == 1


# Frost


async def test_frost_is_told_once_a_night_with_its_thermometer(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    air = {f"/serre/1/bac/{planter}/air/temp": "12.0" for planter in (1, 2, 3)}
    await fire_all(hass, air)
    await pass_time(hass, freezer, 60)
    told = await automate(
        hass,
        "triggers: [{trigger: sigacs.frost_risk, target: {}}]",
        temperature="states(trigger.thermometer, with_unit=true)",
    )
    for _night in range(2):
        for degrees in ("1.0", "9.0", "1.0", "9.0", "1.0"):
            await measured(hass, freezer, dict.fromkeys(air, degrees))
        await measured(hass, freezer, dict.fromkeys(air, "12.0"), times=4 * 19)
    assert told.of("temperature") == ["1.0 °C", "1.0 °C"]


# A certificate expires


def expiring(hass: HomeAssistant, key: str, days: float) -> str:
    """A sensor of the hub's certificate, which ends in so many days."""
    entry = hass.config_entries.async_entries("sigacs")[0]
    known = er.async_get(hass).async_get_or_create(
        "sensor", "sigacs", f"{entry.unique_id}/serre/9#{key}", config_entry=entry
    )
    hass.states.async_set(known.entity_id, (dt_util.utcnow() + timedelta(days=days)).isoformat())
    return known.entity_id


async def days_pass(hass: HomeAssistant, freezer: FrozenDateTimeFactory, days: int) -> None:
    for _hour in range(days * 24):
        freezer.tick(HOUR)
        async_fire_time_changed(hass)
        await hass.async_block_till_done()


async def test_the_end_of_a_certificate_is_told_once_when_it_comes_near(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    client, ca = expiring(hass, "certificate_client", 16), expiring(hass, "certificate_ca", 400)
    told = await automate(
        hass, "triggers: [{trigger: sigacs.certificate_expires, target: {}}]", days="trigger.days_left"
    )
    await days_pass(hass, freezer, 1)
    assert told == []
    await days_pass(hass, freezer, 4)
    assert told == [{"entity_id": client, "days": 14}]
    assert ca not in told.of("entity_id")


async def test_the_number_of_days_can_be_chosen(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    expiring(hass, "certificate_client", 5)
    told = await automate(hass, "triggers: [{trigger: sigacs.certificate_expires, target: {}, options: {days: 3}}]")
    await days_pass(hass, freezer, 1)
    assert told == []
    await days_pass(hass, freezer, 2)
    assert len(told) == 1


async def test_a_certificate_that_comes_near_its_end_while_nothing_runs_is_told_at_the_start_and_not_at_the_next(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, hass_storage: dict[str, Any]
) -> None:
    await over_home_assistant(hass)
    expiring(hass, "certificate_client", 16)
    told = await automate(hass, "triggers: [{trigger: sigacs.certificate_expires, target: {}}]")
    automation = hass.states.async_entity_ids("automation")[0]
    for _restart in range(3):
        await hass.services.async_call("automation", "turn_off", {"entity_id": automation}, blocking=True)
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
        freezer.tick(timedelta(days=3))
        await hass.services.async_call("automation", "turn_on", {"entity_id": automation}, blocking=True)
        await hass.async_block_till_done()
    assert len(told) == 1


async def test_a_renewed_certificate_is_told_again_when_its_time_comes(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    expiring(hass, "certificate_client", 15)
    told = await automate(hass, "triggers: [{trigger: sigacs.certificate_expires, target: {}}]")
    await days_pass(hass, freezer, 2)
    expiring(hass, "certificate_client", 15)
    await days_pass(hass, freezer, 2)
    assert len(told) == 2


# What the editor shows


async def test_home_assistant_describes_every_trigger_and_nothing_else(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    await over_home_assistant(hass)
    assert await async_setup_component(hass, "automation", {})
    described = yaml.safe_load((INTEGRATION / "triggers.yaml").read_text(encoding="utf-8"))
    assert {name for name in described if not name.startswith(".")} == set(await async_get_triggers(hass))
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "trigger_platforms/subscribe"})
    assert (await client.receive_json())["success"]
    shown = (await client.receive_json())["event"]
    assert {name for name in shown if name.startswith("sigacs.")} == {
        f"sigacs.{name}" for name in await async_get_triggers(hass)
    }
    assert MQTT in hass.config.components
