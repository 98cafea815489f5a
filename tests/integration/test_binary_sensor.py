from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from tests.integration.stage import fire, link_goes, over_home_assistant, state


async def test_the_link_to_the_broker_is_shown(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> None:
    await over_home_assistant(hass)
    assert state(hass, "#broker") == "on"
    await link_goes(hass, mqtt_mock, up=False)
    assert state(hass, "#broker") == "off"
    await link_goes(hass, mqtt_mock, up=True)
    assert state(hass, "#broker") == "on"


async def test_a_broker_that_is_away_from_the_start_does_not_stop_the_setup(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient
) -> None:
    await link_goes(hass, mqtt_mock, up=False)
    await over_home_assistant(hass)
    assert state(hass, "#broker") == "off"
    await link_goes(hass, mqtt_mock, up=True)
    await fire(hass, "/serre/1/bac/1/sol", "65.0")
    assert (state(hass, "#broker"), state(hass, "/serre/1/bac/1/sol")) == ("on", "65.0")


async def test_a_hub_is_unknown_until_it_has_spoken(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/bac/1/sol", "65.0")
    assert state(hass, "/serre/1#hub") == "unknown"
    await fire(hass, "/serre/1/sante", "{}")
    assert state(hass, "/serre/1#hub") == "unknown"
    await fire(hass, "/serre/1/etat", "online")
    assert state(hass, "/serre/1#hub") == "on"


@pytest.mark.parametrize(("said", "shown"), [("online", "on"), ("offline", "off")])
async def test_a_hub_is_unknown_while_the_link_is_down(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, said: str, shown: str
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", said)
    assert state(hass, "/serre/1#hub") == shown
    await link_goes(hass, mqtt_mock, up=False)
    assert state(hass, "/serre/1#hub") == "unknown"
