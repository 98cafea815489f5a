"""Setting up, taking down and setting up again leaves nothing behind: no task, no timer, no socket, no subscription."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
import os
import re
import signal
import stat

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util.async_ import get_scheduled_timer_handles
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigacs.const import DOMAIN
from custom_components.sigacs.transport import Message, session
from tests.certs.greenhouse import Greenhouse
from tests.integration.stage import direct_entry, fire, is_known, over_home_assistant, set_up, state, until

SOIL = "/serre/1/bac/1/sol"


def open_sockets() -> set[tuple[int, int]]:
    """Every socket of this process."""
    found = set()
    for descriptor in range(1024):
        with suppress(OSError):
            status = os.fstat(descriptor)
            if stat.S_ISSOCK(status.st_mode):
                found.add((descriptor, status.st_ino))
    return found


# How a task or a timer names our code, or is named by it; the checkout's own folder may be called "sigacs" too.
OURS = re.compile(r"custom_components[./]sigacs|Job sigacs|sigacs link")


class Remains:
    """What an entry could leave behind in the event loop and the process."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._before = self._now()

    def _now(self) -> tuple[set[str], set[str], set[tuple[int, int]]]:
        loop = self._hass.loop
        tasks = {repr(task) for task in asyncio.all_tasks(loop) if OURS.search(repr(task))}
        timers = {
            repr(one) for one in get_scheduled_timer_handles(loop) if OURS.search(repr(one)) and not one.cancelled()
        }
        return tasks, timers, open_sockets()

    def none(self) -> bool:
        """Whether there is nothing that was not there before."""
        return all(now <= before for now, before in zip(self._now(), self._before, strict=True))


# Home Assistant's MQTT


@pytest.mark.usefixtures("mqtt_mock")
async def test_unloading_ends_the_subscription_and_the_sweep(hass: HomeAssistant) -> None:
    remains = Remains(hass)
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    assert not remains.none()
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert remains.none()
    assert state(hass, SOIL) == "unavailable"
    await fire(hass, SOIL, "64.0")
    await fire(hass, "/serre/1/bac/2/sol", "40")
    assert state(hass, SOIL) == "unavailable"
    assert not is_known(hass, "/serre/1/bac/2/sol")


@pytest.mark.usefixtures("mqtt_mock")
async def test_a_message_just_before_unloading_makes_nothing_afterwards(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    entry.runtime_data.message_received(Message("/serre/1/bac/2/sol", b"40", retained=False))
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert not is_known(hass, "/serre/1/bac/2/sol")


@pytest.mark.usefixtures("mqtt_mock")
async def test_reloading_goes_on_where_it_was(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    for _ in range(5):
        assert await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
        assert state(hass, SOIL) == "65.0"
    await fire(hass, SOIL, "64.0")
    assert state(hass, SOIL) == "64.0"
    assert len(entry.runtime_data.site.greenhouses) == 1


async def test_without_mqtt_the_entry_waits_and_says_why(hass: HomeAssistant) -> None:
    remains = Remains(hass)
    entry = MockConfigEntry(domain=DOMAIN, unique_id="home_assistant", data={"transport": "home_assistant"})
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "mqtt_required"
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert remains.none()


@pytest.mark.usefixtures("mqtt_mock")
async def test_while_mqtt_is_unloaded_the_entry_waits(hass: HomeAssistant) -> None:
    (mqtt_entry,) = hass.config_entries.async_entries("mqtt")
    assert await hass.config_entries.async_unload(mqtt_entry.entry_id)
    entry = MockConfigEntry(domain=DOMAIN, unique_id="home_assistant", data={"transport": "home_assistant"})
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY


# Our own connection


async def _while_it_works(hass: HomeAssistant, greenhouse: Greenhouse, entry: MockConfigEntry) -> None:
    await set_up(hass, entry)
    await until(lambda: state(hass, "#broker") == "on")


async def _while_the_broker_is_away(hass: HomeAssistant, greenhouse: Greenhouse, entry: MockConfigEntry) -> None:
    greenhouse.broker.stop()
    await set_up(hass, entry)
    await until(lambda: state(hass, "#broker") == "off")


async def _while_the_broker_is_frozen_from_the_start(
    hass: HomeAssistant, greenhouse: Greenhouse, entry: MockConfigEntry
) -> None:
    os.kill(greenhouse.broker.pid or 0, signal.SIGSTOP)
    await set_up(hass, entry)
    assert state(hass, "#broker") == "unknown"


async def _while_the_broker_freezes_later(hass: HomeAssistant, greenhouse: Greenhouse, entry: MockConfigEntry) -> None:
    await _while_it_works(hass, greenhouse, entry)
    os.kill(greenhouse.broker.pid or 0, signal.SIGSTOP)


async def _while_the_broker_refuses(hass: HomeAssistant, greenhouse: Greenhouse, entry: MockConfigEntry) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, "password": "wrong"})
    await set_up(hass, entry)
    await until(lambda: state(hass, "#broker") == "off")


async def _between_two_attempts(hass: HomeAssistant, greenhouse: Greenhouse, entry: MockConfigEntry) -> None:
    await _while_it_works(hass, greenhouse, entry)
    greenhouse.broker.stop()
    await until(lambda: state(hass, "#broker") == "off")


@pytest.mark.parametrize(
    "situation",
    [
        _while_it_works,
        _while_the_broker_is_away,
        _while_the_broker_is_frozen_from_the_start,
        _while_the_broker_freezes_later,
        _while_the_broker_refuses,
        _between_two_attempts,
    ],
)
async def test_unloading_leaves_nothing(
    hass: HomeAssistant,
    greenhouse: Greenhouse,
    monkeypatch: pytest.MonkeyPatch,
    situation: Callable[[HomeAssistant, Greenhouse, MockConfigEntry], Awaitable[None]],
) -> None:
    monkeypatch.setattr(session, "CLOSE_TIMEOUT_S", 0.2)
    remains = Remains(hass)
    entry = direct_entry(greenhouse)
    entry.add_to_hass(hass)
    try:
        await situation(hass, greenhouse, entry)
        assert not remains.none()
        assert await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()
        await until(remains.none)
    finally:
        if greenhouse.broker.pid:
            os.kill(greenhouse.broker.pid, signal.SIGCONT)


async def test_stopping_home_assistant_leaves_nothing(hass: HomeAssistant, greenhouse: Greenhouse) -> None:
    remains = Remains(hass)
    await _while_it_works(hass, greenhouse, direct_entry(greenhouse))
    await hass.async_stop(force=True)
    await until(remains.none)


async def test_reloading_over_the_real_broker_goes_on_where_it_was(hass: HomeAssistant, greenhouse: Greenhouse) -> None:
    entry = direct_entry(greenhouse)
    await _while_it_works(hass, greenhouse, entry)
    with greenhouse.client("hub-1") as hub:
        await hass.async_add_executor_job(hub.publish, SOIL, "65.0")
        await until(lambda: is_known(hass, SOIL) and state(hass, SOIL) == "65.0")
        for _ in range(3):
            assert await hass.config_entries.async_reload(entry.entry_id)
            assert state(hass, SOIL) == "65.0"
        await until(lambda: state(hass, "#broker") == "on")
        await hass.async_add_executor_job(hub.publish, SOIL, "64.0")
        await until(lambda: state(hass, SOIL) == "64.0")


@pytest.mark.parametrize("broken", ["client_certificate", "client_key"])
async def test_files_that_cannot_be_used_ask_for_new_ones(
    hass: HomeAssistant, greenhouse: Greenhouse, broken: str
) -> None:
    remains = Remains(hass)
    entry = direct_entry(greenhouse, **{broken: "-----BEGIN NOTHING-----\n"})
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "unusable_certificate"
    assert len(list(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))) == 1
    assert remains.none()


async def test_a_key_and_a_certificate_that_do_not_match_ask_for_new_ones(
    hass: HomeAssistant, greenhouse: Greenhouse
) -> None:
    other_key = (greenhouse.pki.folder / "hub-1" / "client.key").read_text()
    entry = direct_entry(greenhouse, client_key=other_key)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "unusable_certificate"


async def test_two_brokers_are_two_entries(hass: HomeAssistant, greenhouse: Greenhouse) -> None:
    entries = [direct_entry(greenhouse), direct_entry(greenhouse, host="localhost")]
    entries[1] = MockConfigEntry(domain=DOMAIN, unique_id="another:8883", data=dict(entries[0].data))
    for entry in entries:
        await set_up(hass, entry)
    assert await hass.config_entries.async_unload(entries[0].entry_id)
    assert entries[1].state is ConfigEntryState.LOADED
