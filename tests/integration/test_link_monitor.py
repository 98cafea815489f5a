"""What people are told of the link's ups and downs, over the real broker."""

import logging

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigacs.transport import direct
from custom_components.sigacs.transport.link import NEEDS_NEW_CREDENTIALS, Link, Problem
from tests.certs.greenhouse import Greenhouse
from tests.integration.stage import direct_entry, is_known, set_up, state, until

pytestmark = pytest.mark.usefixtures("short_pauses")

SOIL = "/serre/1/bac/1/sol"


@pytest.fixture
async def entry(hass: HomeAssistant, greenhouse: Greenhouse) -> MockConfigEntry:
    """An entry that is connected to the real broker."""
    entry = await set_up(hass, direct_entry(greenhouse))
    await until(lambda: state(hass, "#broker") == "on")
    return entry


def reauth_flows(hass: HomeAssistant, entry: MockConfigEntry) -> int:
    return len(list(entry.async_get_active_flows(hass, {SOURCE_REAUTH})))


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What a person with the usual log level reads of the link."""
    return [
        record.message
        for record in caplog.records
        if record.levelno >= logging.INFO and record.name.endswith("link_monitor")
    ]


async def test_a_link_lost_and_found_again_is_logged_once_each(
    hass: HomeAssistant, greenhouse: Greenhouse, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    await hass.async_add_executor_job(greenhouse.broker.stop)
    await until(lambda: caplog.text.count("No session with") >= 5)
    await hass.async_add_executor_job(greenhouse.broker.start)
    await until(lambda: state(hass, "#broker") == "on")
    first, second = told(caplog)
    assert first == "127.0.0.1: no link to the broker (connection_lost); trying again until it is back"
    assert second == "127.0.0.1: the broker is reachable again"


async def test_measurements_go_on_after_the_broker_was_away(
    hass: HomeAssistant, greenhouse: Greenhouse, entry: MockConfigEntry
) -> None:
    with greenhouse.client("hub-1") as hub:
        await hass.async_add_executor_job(hub.publish, SOIL, "65.0")
        await until(lambda: is_known(hass, SOIL))
    await hass.async_add_executor_job(greenhouse.broker.stop)
    await until(lambda: state(hass, "#broker") == "off")
    assert state(hass, SOIL) == "65.0"
    await hass.async_add_executor_job(greenhouse.broker.start)
    await until(lambda: state(hass, "#broker") == "on")
    with greenhouse.client("hub-1") as hub:
        await hass.async_add_executor_job(hub.publish, SOIL, "64.0")
        await until(lambda: state(hass, SOIL) == "64.0")


async def test_a_hub_is_unknown_while_we_cannot_hear_the_broker(
    hass: HomeAssistant, greenhouse: Greenhouse, entry: MockConfigEntry
) -> None:
    with greenhouse.client("hub-1") as hub:
        await hass.async_add_executor_job(lambda: hub.publish("/serre/1/etat", "online", retain=True))
        await until(lambda: is_known(hass, "/serre/1#hub") and state(hass, "/serre/1#hub") == "on")
    await hass.async_add_executor_job(greenhouse.broker.stop)
    await until(lambda: state(hass, "#broker") == "off")
    assert state(hass, "/serre/1#hub") == "unknown"
    await hass.async_add_executor_job(greenhouse.broker.start)
    await until(lambda: state(hass, "/serre/1#hub") == "on")


async def test_a_revoked_certificate_asks_for_a_new_one_after_three_refusals(
    hass: HomeAssistant, greenhouse: Greenhouse, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    await hass.async_add_executor_job(greenhouse.applying, lambda: greenhouse.pki.revoke("dashboard"))
    # The broker looks at revocations when somebody connects.
    await hass.async_add_executor_job(greenhouse.broker.stop)
    await hass.async_add_executor_job(greenhouse.broker.start)
    await until(lambda: reauth_flows(hass, entry) == 1)
    assert entry.runtime_data.link.link == Link(Problem.CLIENT_REVOKED)
    assert caplog.text.count(str(Problem.CLIENT_REVOKED)) >= 3
    seen = caplog.text.count("No session with")
    await until(lambda: caplog.text.count("No session with") >= seen + 5)
    assert reauth_flows(hass, entry) == 1


async def test_a_changed_password_asks_for_the_new_one_and_its_return_withdraws_that(
    hass: HomeAssistant, greenhouse: Greenhouse, entry: MockConfigEntry
) -> None:
    passwords = greenhouse.pki.folder / "mosquitto" / "passwords"
    right = passwords.read_text()
    passwords.write_text(right.replace("dashboard:", "nobody:"))
    await hass.async_add_executor_job(greenhouse.broker.stop)
    await hass.async_add_executor_job(greenhouse.broker.start)
    await until(lambda: reauth_flows(hass, entry) == 1)
    assert entry.runtime_data.link.link == Link(Problem.BAD_CREDENTIALS)

    passwords.write_text(right)
    await hass.async_add_executor_job(greenhouse.broker.reload)
    await until(lambda: state(hass, "#broker") == "on")
    assert reauth_flows(hass, entry) == 0


async def test_two_refusals_are_no_reason_to_ask_anybody(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    monitor = entry.runtime_data.link
    for problem in (Problem.CLIENT_REJECTED, Problem.CLIENT_REJECTED, Problem.REFUSED, Problem.CLIENT_REJECTED):
        monitor.changed(Link(problem))
    assert reauth_flows(hass, entry) == 0


async def test_a_request_that_was_dismissed_is_not_made_again(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    for _ in range(3):
        entry.runtime_data.link.changed(Link(Problem.BAD_CREDENTIALS))
    await hass.async_block_till_done()
    (flow,) = entry.async_get_active_flows(hass, {SOURCE_REAUTH})
    hass.config_entries.flow.async_abort(flow["flow_id"])
    for _ in range(10):
        entry.runtime_data.link.changed(Link(Problem.BAD_CREDENTIALS))
        await hass.async_block_till_done()
    assert reauth_flows(hass, entry) == 0


async def test_a_problem_that_no_new_credentials_solve_asks_nobody(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    for problem in set(Problem) - NEEDS_NEW_CREDENTIALS:
        for _ in range(10):
            entry.runtime_data.link.changed(Link(problem))
    assert reauth_flows(hass, entry) == 0


async def test_another_program_with_our_user_is_named(
    hass: HomeAssistant, greenhouse: Greenhouse, entry: MockConfigEntry
) -> None:
    # Each connects with the user `dashboard`, which the broker makes the client id, and throws us out (MQTT-3.1.4-2).
    for _ in range(direct._TAKEN_OVER_AFTER):
        await until(lambda: state(hass, "#broker") == "on")
        intruder = greenhouse.client("dashboard")
        await hass.async_add_executor_job(intruder.connect)
        await until(lambda: state(hass, "#broker") == "off")
        await hass.async_add_executor_job(intruder.close)
    assert entry.runtime_data.link.link == Link(Problem.TAKEN_OVER)
    await until(lambda: state(hass, "#broker") == "on")


async def test_sessions_that_lasted_are_no_sign_of_another_program(
    hass: HomeAssistant, greenhouse: Greenhouse, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct, "_SETTLED_S", 0)
    for _ in range(direct._TAKEN_OVER_AFTER + 1):
        await until(lambda: state(hass, "#broker") == "on")
        intruder = greenhouse.client("dashboard")
        await hass.async_add_executor_job(intruder.connect)
        await until(lambda: state(hass, "#broker") == "off")
        assert entry.runtime_data.link.link == Link(Problem.LOST)
        await hass.async_add_executor_job(intruder.close)
    await until(lambda: state(hass, "#broker") == "on")


async def test_a_broker_that_is_away_at_the_start_is_told_once_and_found_later(
    hass: HomeAssistant, greenhouse: Greenhouse, caplog: pytest.LogCaptureFixture
) -> None:
    await hass.async_add_executor_job(greenhouse.broker.stop)
    await set_up(hass, direct_entry(greenhouse))
    await until(lambda: caplog.text.count("No session with") >= 3)
    assert state(hass, "#broker") == "off"
    assert told(caplog) == ["127.0.0.1: no link to the broker (connection_refused); trying again until it is back"]
    await hass.async_add_executor_job(greenhouse.broker.start)
    await until(lambda: state(hass, "#broker") == "on")
