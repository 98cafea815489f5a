"""What docs/automations.md proposes does what its sentence says, with the switches and phones of a house."""

import asyncio
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_mqtt_message,
    async_fire_time_changed,
    async_mock_service,
)
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
import yaml

from tests.documents.markdown import document
from tests.integration.stage import SWEEP_S, entity, fire_all, over_home_assistant

BEFORE_THREE = "2026-06-01 02:59:30"
PERIOD_S = 15 * 60
VALVE = "switch.drip_valve"


class House:
    """Its switches and phones, which write down what they were told, in order."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._calls = {
            action: async_mock_service(hass, *action.split("."))
            for action in ("switch.turn_on", "switch.turn_off", "notify.mobile_app_my_phone")
        }

    def told(self, action: str) -> list[ServiceCall]:
        return self._calls[action]

    def switched(self) -> list[str]:
        """`on` and `off`, as often as the switches were told."""
        return ["on"] * len(self.told("switch.turn_on")) + ["off"] * len(self.told("switch.turn_off"))

    def messages(self) -> list[str]:
        return [call.data["message"] for call in self.told("notify.mobile_app_my_phone")]


def recipe(alias: str) -> dict[str, Any]:
    blocks = [one.content for one in document("docs/automations.md").blocks if one.language == "yaml"]
    (found,) = [one for one in map(yaml.safe_load, blocks) if one.get("alias") == alias]
    return found  # type: ignore[no-any-return]


async def follow(hass: HomeAssistant, alias: str) -> House:
    """Set up the recipe as it stands, in a house where the greenhouse is an area."""
    house = House(hass)
    area = ar.async_get(hass).async_create("Greenhouse")
    assert area.id == "greenhouse"
    dr.async_get(hass).async_update_device(entity(hass, "/serre/1#hub").device_id or "", area_id=area.id)
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: [recipe(alias)]})
    await hass.async_block_till_done()
    return house


async def measured(hass: HomeAssistant, freezer: FrozenDateTimeFactory, times: int, **values: str) -> None:
    """Let a planter measure for so many periods.

    An automation that waits is never done, so this gives everybody a turn instead of waiting for the end of all work.
    """
    for _ in range(times):
        for seconds in (PERIOD_S - SWEEP_S, SWEEP_S):
            freezer.tick(seconds)
            async_fire_time_changed(hass)
            await turns()
        for leaf, value in values.items():
            async_fire_mqtt_message(hass, f"/serre/1/bac/1/{leaf.replace('_', '/')}", value)
            await turns()


async def turns() -> None:
    for _ in range(100):
        await asyncio.sleep(0)


@pytest.fixture
async def at_night(hass: HomeAssistant, mqtt_mock: MqttMockHAClient, freezer: FrozenDateTimeFactory) -> None:
    """Shortly before three in the morning, local time, with one planter that is moist and warm."""
    freezer.move_to(
        dt_util.as_utc(dt_util.parse_datetime(BEFORE_THREE).replace(tzinfo=dt_util.get_default_time_zone()))
    )  # type: ignore[union-attr]
    await over_home_assistant(hass)
    await fire_all(hass, {"/serre/1/bac/1/sol": "60.0", "/serre/1/bac/1/air/temp": "15.0"})


@pytest.mark.usefixtures("at_night")
async def test_the_drip_valve_opens_for_ten_minutes_and_is_content_when_probes_see_the_water(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    house = await follow(hass, "Drip valve")
    await measured(hass, freezer, 11, sol="20.0")
    assert house.switched() == []
    await measured(hass, freezer, 2, sol="20.0")  # it is six
    assert house.switched() == ["on"]
    await measured(hass, freezer, 1, sol="55.0")
    assert house.switched() == ["on", "off"]
    await measured(hass, freezer, 7, sol="55.0")
    assert house.messages() == []


@pytest.mark.usefixtures("at_night")
async def test_the_drip_valve_says_when_no_probe_has_seen_the_water(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    house = await follow(hass, "Drip valve")
    await measured(hass, freezer, 20, sol="20.0")
    assert house.switched() == ["on", "off"]
    assert house.messages() == [recipe("Drip valve")["actions"][-1]["then"][0]["data"]["message"]]


@pytest.mark.usefixtures("at_night")
async def test_the_drip_valve_stays_closed_when_all_are_moist(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    house = await follow(hass, "Drip valve")
    await measured(hass, freezer, 15, sol="60.0")
    assert house.switched() == []


@pytest.mark.usefixtures("at_night")
async def test_the_drip_valve_stays_closed_when_nobody_is_heard(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    house = await follow(hass, "Drip valve")
    await measured(hass, freezer, 8, sol="20.0")
    await measured(hass, freezer, 7)
    assert house.switched() == []


@pytest.mark.usefixtures("at_night")
async def test_no_valve_stays_open_longer_than_its_limit(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    hass.states.async_set(VALVE, "off")
    house = await follow(hass, "Drip valve, safety limit")
    hass.states.async_set(VALVE, "on")
    await measured(hass, freezer, 1)
    assert house.switched() == []
    await measured(hass, freezer, 1)
    await measured(hass, freezer, 1)
    assert house.switched() == ["off"]


@pytest.mark.usefixtures("at_night")
async def test_the_heater_goes_on_in_frost_and_off_when_it_is_over(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    house = await follow(hass, "Heater")
    await measured(hass, freezer, 2, air_temp="1.0")
    assert house.switched() == ["on"]
    assert house.messages() == ["Greenhouse 1: 1.0 °C, heating"]
    await measured(hass, freezer, 1, air_temp="9.0")
    assert house.switched() == ["on"]
    await measured(hass, freezer, 3, air_temp="9.0")
    assert house.switched() == ["on", "off"]


@pytest.mark.usefixtures("at_night")
async def test_before_the_weekend_one_message_says_what_is_known(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    house = await follow(hass, "Before the weekend")
    await hass.services.async_call(AUTOMATION, "trigger", {"entity_id": "automation.before_the_weekend"}, blocking=True)
    assert house.messages() == ["Nobody needs water, and nobody knows yet who will be next."]
    await measured(hass, freezer, 8, sol="20.0")
    await hass.services.async_call(AUTOMATION, "trigger", {"entity_id": "automation.before_the_weekend"}, blocking=True)
    assert house.messages()[1] == "- Planter 1: 20%"
