from datetime import UTC, datetime
import json

from cryptography import x509
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.sigacs.const import DOMAIN
from tests.certs.greenhouse import Greenhouse
from tests.integration.stage import (
    direct_data,
    direct_entry,
    fire,
    fire_all,
    over_home_assistant,
    pass_time,
    set_up,
    state,
    until,
)


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
        "longest_silence": "1.0 h",
        "refused_messages": 1,
        "next_expiry": None,
    }


@pytest.mark.usefixtures("mqtt_mock")
async def test_the_certificate_that_ends_first_is_told_whoever_has_it(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await over_home_assistant(hass)
    for greenhouse, end in (("1", 1_900_000_000), ("2", 1_831_900_000)):
        health = json.dumps({"certificates": {"client": end, "ca": 3_373_401_600}})
        await fire(hass, f"/serre/{greenhouse}/sante", health, retain=True)
    told = await get_system_health_info(hass, DOMAIN)
    assert told["next_expiry"] == datetime.fromtimestamp(1_831_900_000, UTC)


async def test_with_a_connection_of_our_own_its_certificates_are_told(
    hass: HomeAssistant, greenhouse: Greenhouse
) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await set_up(hass, direct_entry(greenhouse))
    await until(lambda: state(hass, "#broker") == "on")
    told = await get_system_health_info(hass, DOMAIN)
    own = x509.load_pem_x509_certificate(direct_data(greenhouse)["client_certificate"].encode())
    assert told["next_expiry"] == own.not_valid_after_utc


async def test_a_broker_that_does_not_answer_is_counted_as_not_connected(
    hass: HomeAssistant, greenhouse: Greenhouse
) -> None:
    assert await async_setup_component(hass, "system_health", {})
    greenhouse.broker.stop()
    await set_up(hass, direct_entry(greenhouse))
    assert (await get_system_health_info(hass, DOMAIN))["brokers"] == "0/1"
