from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.sigacs.const import DOMAIN
from tests.certs.greenhouse import Greenhouse
from tests.integration.stage import direct_entry, fire, fire_all, over_home_assistant, pass_time, set_up


@pytest.mark.usefixtures("mqtt_mock")
async def test_the_system_information_counts_what_there_is(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await over_home_assistant(hass)
    await fire_all(hass, {"/serre/1/bac/1/sol": "65.0", "/serre/1/bac/2/sol": "40", "/serre/2/bac/1/sol": "30"})
    await fire(hass, "/serre/1/bac/1/sol", "65,0")
    await pass_time(hass, freezer, 3600)
    await fire(hass, "/serre/1/bac/1/sol", "64.0")
    assert await get_system_health_info(hass, DOMAIN) == {
        "brokers": "1/1",
        "greenhouses": 2,
        "planters": 3,
        "silent_planters": 2,
        "refused_messages": 1,
    }


async def test_a_broker_that_does_not_answer_is_counted_as_not_connected(
    hass: HomeAssistant, greenhouse: Greenhouse
) -> None:
    assert await async_setup_component(hass, "system_health", {})
    greenhouse.broker.stop()
    await set_up(hass, direct_entry(greenhouse))
    assert (await get_system_health_info(hass, DOMAIN))["brokers"] == "0/1"
