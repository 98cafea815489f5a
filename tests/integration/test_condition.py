"""What an automation may ask: what is not known is never what was asked for."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import MqttMockHAClient, WebSocketGenerator
import yaml

from custom_components.sigacs.condition import async_get_conditions
from tests.integration.automations import Told, automate
from tests.integration.stage import entity, fire_all, over_home_assistant, pass_time
from tests.integration.test_translations import INTEGRATION

pytestmark = pytest.mark.usefixtures("mqtt_mock")

HOUR = 3600
DRY, WET = {"/serre/1/bac/1/sol": "20.0"}, {"/serre/1/bac/2/sol": "60.0"}


@pytest.fixture
async def one_dry_one_moist(hass: HomeAssistant, mqtt_mock: MqttMockHAClient, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, DRY | WET)


async def ask(hass: HomeAssistant, condition: dict[str, Any]) -> Told:
    """Watch for "ask", and say something if the condition holds then."""
    config = {"triggers": {"trigger": "event", "event_type": "ask"}, "conditions": [condition]}
    return await automate(hass, yaml.safe_dump(config), entity_id="'asked'")


async def holds(hass: HomeAssistant, told: Told) -> bool:
    told.clear()
    hass.bus.async_fire("ask")
    await hass.async_block_till_done()
    return bool(told)


def greenhouse(hass: HomeAssistant) -> dict[str, str]:
    return {"device_id": entity(hass, "/serre/1#silence").device_id or ""}


def planter(hass: HomeAssistant, number: int) -> dict[str, str]:
    return {"device_id": entity(hass, f"/serre/1/bac/{number}#needs_water").device_id or ""}


@pytest.mark.usefixtures("one_dry_one_moist")
@pytest.mark.parametrize(
    ("condition", "behavior", "expected"),
    [
        ("needs_water", "any", True),
        ("needs_water", "all", False),
        ("is_fine", "any", True),
        ("is_fine", "all", False),
        ("is_silent", "any", False),
    ],
)
async def test_a_greenhouse_with_a_dry_and_a_moist_planter(
    hass: HomeAssistant, condition: str, behavior: str, *, expected: bool
) -> None:
    asked = {"condition": f"sigacs.{condition}", "target": greenhouse(hass), "options": {"behavior": behavior}}
    assert await holds(hass, await ask(hass, asked)) == expected


@pytest.mark.usefixtures("one_dry_one_moist")
async def test_one_planter_can_be_asked_about(hass: HomeAssistant) -> None:
    asked = {"condition": "sigacs.needs_water", "target": planter(hass, 2)}
    assert not await holds(hass, await ask(hass, asked))


@pytest.mark.usefixtures("one_dry_one_moist")
@pytest.mark.parametrize("condition", ["needs_water", "is_fine"])
@pytest.mark.parametrize("behavior", ["any", "all"])
async def test_of_silent_planters_nothing_holds(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, condition: str, behavior: str
) -> None:
    asked = {"condition": f"sigacs.{condition}", "target": greenhouse(hass), "options": {"behavior": behavior}}
    told = await ask(hass, asked)
    await pass_time(hass, freezer, 2 * HOUR)
    assert not await holds(hass, told)


@pytest.mark.usefixtures("one_dry_one_moist")
async def test_one_silent_planter_among_fine_ones_is_not_all_fine(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    asked = {"condition": "sigacs.is_fine", "target": greenhouse(hass), "options": {"behavior": "all"}}
    told = await ask(hass, asked)
    for _ in range(8):
        await pass_time(hass, freezer, HOUR / 4)
        await fire_all(hass, WET)
    assert not await holds(hass, told)


@pytest.mark.usefixtures("one_dry_one_moist")
async def test_where_there_is_no_planter_not_all_are_fine(hass: HomeAssistant) -> None:
    broker = {"device_id": entity(hass, "#broker").device_id}
    asked = {"condition": "sigacs.is_fine", "target": broker, "options": {"behavior": "all"}}
    assert not await holds(hass, await ask(hass, asked))


@pytest.mark.usefixtures("one_dry_one_moist")
async def test_a_silent_greenhouse_is_silent(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    told = await ask(hass, {"condition": "sigacs.is_silent", "target": greenhouse(hass)})
    await pass_time(hass, freezer, 2 * HOUR)
    assert await holds(hass, told)


@pytest.mark.usefixtures("one_dry_one_moist")
async def test_it_can_have_to_have_lasted(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    asked = {"condition": "sigacs.needs_water", "target": greenhouse(hass), "options": {"for": "01:00:00"}}
    told = await ask(hass, asked)
    assert not await holds(hass, told)
    for _ in range(5):
        await pass_time(hass, freezer, HOUR / 4)
        await fire_all(hass, DRY | WET)
    assert await holds(hass, told)


@pytest.mark.usefixtures("one_dry_one_moist")
@pytest.mark.parametrize(("days", "expected"), [(None, False), (21, True)])
async def test_a_certificate_that_ends_in_twenty_days(hass: HomeAssistant, days: int | None, *, expected: bool) -> None:
    entry = hass.config_entries.async_entries("sigacs")[0]
    sensor = er.async_get(hass).async_get_or_create(
        "sensor", "sigacs", f"{entry.unique_id}/serre/9#certificate_client", config_entry=entry
    )
    hass.states.async_set(sensor.entity_id, (dt_util.utcnow() + timedelta(days=20)).isoformat())
    asked: dict[str, Any] = {"condition": "sigacs.certificate_expires", "target": {"entity_id": sensor.entity_id}}
    if days:
        asked["options"] = {"days": days}
    assert await holds(hass, await ask(hass, asked)) == expected


async def test_home_assistant_describes_every_condition_and_nothing_else(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    await over_home_assistant(hass)
    await ask(hass, {"condition": "sigacs.needs_water", "target": {"entity_id": "binary_sensor.any"}})
    described = yaml.safe_load((INTEGRATION / "conditions.yaml").read_text(encoding="utf-8"))
    assert {name for name in described if not name.startswith(".")} == set(await async_get_conditions(hass))
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "condition_platforms/subscribe"})
    assert (await client.receive_json())["success"]
    shown = (await client.receive_json())["event"]
    ours = {f"sigacs.{name}" for name in await async_get_conditions(hass)}
    assert {name for name in shown if name.startswith("sigacs.")} == ours
