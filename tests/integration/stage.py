"""Sets the stage: an entry, messages, time that passes, and what Home Assistant shows of it all."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.mqtt.const import MQTT_CONNECTION_STATE
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from certs.passwords import Login
from custom_components.sigacs.const import DOMAIN
from tests.certs.greenhouse import Greenhouse

PATIENCE_S = 10.0
"""How long a test waits for something that must come."""
SWEEP_S = 30
"""The freshness sweep's interval: time passes in such steps."""


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set an entry up; it must succeed."""
    if hass.config_entries.async_get_entry(entry.entry_id) is None:
        entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    return entry


async def over_home_assistant(hass: HomeAssistant, **options: int) -> MockConfigEntry:
    """Set up an entry that listens through Home Assistant's MQTT."""
    return await set_up(
        hass,
        MockConfigEntry(
            domain=DOMAIN,
            title="SIGACS",
            unique_id="home_assistant",
            data={"transport": "home_assistant"},
            options=options,
        ),
    )


def direct_data(greenhouse: Greenhouse, who: str = "dashboard", **changes: Any) -> dict[str, Any]:
    """The data of an entry that connects to the real broker itself."""
    folder = greenhouse.pki.folder / who
    login = Login.read(folder / "login.txt")
    return {
        "transport": "direct",
        "host": "127.0.0.1",
        "port": greenhouse.broker.port,
        "username": login.user,
        "password": login.password,
        "ca_certificate": (folder / "ca.crt").read_text(),
        "client_certificate": (folder / "client.crt").read_text(),
        "client_key": (folder / "client.key").read_text(),
    } | changes


def direct_entry(greenhouse: Greenhouse, **changes: Any) -> MockConfigEntry:
    """An entry that connects to the real broker itself."""
    data = direct_data(greenhouse, **changes)
    return MockConfigEntry(domain=DOMAIN, title=data["host"], unique_id="{host}:{port}".format_map(data), data=data)


async def fire(hass: HomeAssistant, topic: str, payload: str | bytes, *, retain: bool = False) -> None:
    """Let a message come in through Home Assistant's MQTT, and everything that it causes happen."""
    async_fire_mqtt_message(hass, topic, payload, retain=retain)
    await hass.async_block_till_done()


async def fire_all(hass: HomeAssistant, messages: dict[str, str | bytes]) -> None:
    """Let messages come in at once."""
    for topic, payload in messages.items():
        async_fire_mqtt_message(hass, topic, payload)
    await hass.async_block_till_done()


async def link_goes(hass: HomeAssistant, mqtt_mock: MqttMockHAClient, *, up: bool) -> None:
    """Let Home Assistant's MQTT lose or find its broker."""
    mqtt_mock.connected = up
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, up)
    await hass.async_block_till_done()


async def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    """Let time pass on both clocks, and the sweeps that fall into it happen."""
    while seconds > 0:
        step = min(seconds, SWEEP_S)
        seconds -= step
        freezer.tick(timedelta(seconds=step))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()


async def until(condition: Callable[[], object]) -> None:
    """Wait until something that other tasks or processes do has happened."""
    deadline = time.perf_counter() + PATIENCE_S
    while not condition():
        assert time.perf_counter() < deadline, "it did not happen"
        await asyncio.sleep(0.01)


async def restart(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory, away_s: float = 60
) -> None:
    """Stop, as far as this entry can tell, and start again from what it has written down."""
    await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(timedelta(seconds=away_s))
    await set_up(hass, entry)


def entity(hass: HomeAssistant, path: str) -> er.RegistryEntry:
    """The registry's entry of what shows a topic, or a place and `#` with a word."""
    return next(entry for entry in er.async_get(hass).entities.values() if _is_at(entry, path))


def is_known(hass: HomeAssistant, path: str) -> bool:
    """Whether anything shows this."""
    return any(_is_at(entry, path) for entry in er.async_get(hass).entities.values())


def _is_at(entry: er.RegistryEntry, path: str) -> bool:
    return entry.platform == DOMAIN and entry.unique_id.endswith(path)


def state(hass: HomeAssistant, path: str) -> str:
    """What Home Assistant shows at a path now."""
    shown = hass.states.get(entity(hass, path).entity_id)
    assert shown is not None, f"nothing is shown of {path}"
    return shown.state


def attribute(hass: HomeAssistant, path: str, name: str) -> Any:
    """An attribute of what Home Assistant shows at a path now; KeyError when there is no such attribute."""
    shown = hass.states.get(entity(hass, path).entity_id)
    assert shown is not None, f"nothing is shown of {path}"
    return shown.attributes[name]


def planters(hass: HomeAssistant) -> set[str | None]:
    """The names of all planters that have a device."""
    return {device.name for device in dr.async_get(hass).child_devices}


def greenhouses(hass: HomeAssistant) -> set[str | None]:
    """The names of all greenhouses that have a device."""
    entries = hass.config_entries.async_entries(DOMAIN)
    devices = [
        one for entry in entries for one in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    ]
    return {device.name for device in devices if device.entry_type is None}
