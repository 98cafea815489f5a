"""New files or a new login while readings come in: nothing is lost, nothing comes twice, nobody notices."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
import threading
import time
from typing import Any

from cryptography import x509
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import Event, EventStateChangedData, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from certs.pki import Pki
from certs.policy import DASHBOARD
from custom_components.sigacs.coordinator import SigacsCoordinator
from custom_components.sigacs.settings import broker_settings
from custom_components.sigacs.transport import Message, session
from custom_components.sigacs.transport.direct import DirectTransport
from custom_components.sigacs.transport.link import LinkError, Problem
from tests.certs.greenhouse import Client
from tests.integration.person import Person
from tests.integration.stage import PATIENCE_S, direct_data, direct_entry, entity, is_known, set_up, state, until

pytestmark = pytest.mark.usefixtures("little_patience")

TOPICS = [f"/serre/1/bac/{planter}/{leaf}" for planter in range(20) for leaf in ("sol", "air/hum")]
SCALE = 1000
MOST = 100 * SCALE
"""Readings are numbered in thousandths of a percent: far more than a test takes."""
IN_A_BURST = 5
BETWEEN_BURSTS_S = 0.01
ON_THE_WAY = 200
"""So many readings may be on their way at once: a machine that is busy with other things gets fewer a second."""
BEFORE_AND_AFTER = 100
"""Readings that must have come before something is changed, and after it."""


class Readings:
    """What a hub publishes, one number after the other, and what of it was taken."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self._stop = threading.Event()

    def take(self, message: Message) -> None:
        if not message.retained and message.topic in TOPICS:
            self.taken.append(round(float(message.payload) * SCALE))

    def publish(self, hub: Client) -> int:
        """Publish up to five hundred a second until told to stop; gives how many were published."""
        published = 0
        while published < MOST and not self._stop.wait(BETWEEN_BURSTS_S):
            if published - len(self.taken) > ON_THE_WAY:
                continue
            for number in range(published, published + IN_A_BURST):
                hub.mqtt.publish(TOPICS[number % len(TOPICS)], f"{number / SCALE:.3f}")
            published += IN_A_BURST
        # Acknowledged, and so the broker has had everything before it.
        hub.publish("/serre/1/etat", "online", retain=True)
        return published

    async def some_more(self) -> None:
        wanted = len(self.taken) + BEFORE_AND_AFTER
        await until(lambda: len(self.taken) >= wanted)

    def stop(self) -> None:
        self._stop.set()


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Readings:
    """All numbers that reach the coordinator, in their order; it works as ever."""
    readings, receive = Readings(), SigacsCoordinator.message_received

    def look(self: SigacsCoordinator, message: Message) -> None:
        readings.take(message)
        receive(self, message)

    monkeypatch.setattr(SigacsCoordinator, "message_received", look)
    return readings


@pytest.fixture
async def entry(person: Person, hass: HomeAssistant, readings: Readings) -> MockConfigEntry:
    """An entry that is connected and knows every planter."""
    return await connected(person, direct_entry(person.greenhouse))


async def connected(person: Person, entry: MockConfigEntry) -> MockConfigEntry:
    hass = person.hass
    await set_up(hass, entry)
    await until(lambda: state(hass, "#broker") == "on")
    with person.greenhouse.client("hub-1") as hub:
        for topic in TOPICS:
            await hass.async_add_executor_job(hub.publish, topic, "99.99")
        await until(lambda: all(is_known(hass, topic) for topic in TOPICS))
    return entry


@asynccontextmanager
async def under_load(person: Person, readings: Readings) -> AsyncIterator[list[int]]:
    """Let readings come in; afterwards, the numbers that were published are in the list."""
    readings.taken.clear()
    published: list[int] = []
    with person.greenhouse.client("hub-1") as hub:
        work = person.hass.async_add_executor_job(readings.publish, hub)
        try:
            await readings.some_more()
            yield published
            await readings.some_more()
        finally:
            readings.stop()
            published += range(await work)
            assert len(published) < MOST, "the load ended before the change did"
    await until(lambda: len(readings.taken) >= len(published))
    await person.hass.async_block_till_done()


def states_of_the_link(hass: HomeAssistant) -> list[str]:
    """The states that the broker's sensor takes from now on."""
    seen: list[str] = []
    broker = entity(hass, "#broker").entity_id

    def note(event: Event[EventStateChangedData]) -> None:
        if event.data["entity_id"] == broker and event.data["new_state"]:
            seen.append(event.data["new_state"].state)

    hass.bus.async_listen("state_changed", note)
    return seen


async def submit(person: Person, form: Mapping[str, Any], who: str = "dashboard", **changes: Any) -> dict[str, Any]:
    """Send the form with the login and the files that lie in the keeper's folder now."""
    entered = {key: value for key, value in person.entered(who, **changes).items() if key in fields(form)}
    return await person.submit(form, entered, person.folder(who))


def fields(form: Mapping[str, Any]) -> set[str]:
    return {str(key) for key in form["data_schema"].schema}


async def reconfigure(person: Person, entry: MockConfigEntry, who: str = "dashboard", **changes: Any) -> dict[str, Any]:
    return await submit(person, await entry.start_reconfigure_flow(person.hass), who, **changes)


def is_done(result: Mapping[str, Any], reason: str = "reconfigure_successful") -> bool:
    return (result["type"], result["reason"]) == (FlowResultType.ABORT, reason)


# It works


async def test_a_renewed_certificate_costs_no_reading(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry, readings: Readings
) -> None:
    coordinator, link, before = entry.runtime_data, states_of_the_link(hass), person.greenhouse.broker.log_size()
    async with under_load(person, readings) as published:
        for _ in range(3):
            old = entry.data["client_certificate"]
            await hass.async_add_executor_job(person.greenhouse.pki.renew, ["dashboard"])
            assert is_done(await reconfigure(person, entry))
            assert entry.data["client_certificate"] == person.folder()["certificate_file"].decode() != old
            await readings.some_more()
    assert readings.taken == published
    assert entry.runtime_data is coordinator
    assert link == []
    log = person.greenhouse.broker.log(before)
    assert log.count("Client dashboard already connected, closing old connection.") == 3
    for topic in TOPICS:
        last = max(number for number in published if TOPICS[number % len(TOPICS)] == topic)
        assert float(state(hass, topic)) == last / SCALE


async def test_another_user_costs_no_reading(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry, readings: Readings
) -> None:
    link = states_of_the_link(hass)
    greenhouse = person.greenhouse
    await hass.async_add_executor_job(greenhouse.applying, lambda: greenhouse.pki.issue_client(DASHBOARD, "tablet"))
    before = person.greenhouse.broker.log_size()
    async with under_load(person, readings) as published:
        assert is_done(await reconfigure(person, entry, "dashboard-tablet"))
    assert readings.taken == published
    assert link == []
    # The one that went has left no session behind.
    assert "Client dashboard disconnected." in person.greenhouse.broker.log(before)


async def test_a_certificate_that_has_ended_meanwhile_is_renewed_without_a_loss(
    person: Person, hass: HomeAssistant, readings: Readings
) -> None:
    """A broker looks at a certificate when somebody connects: the running connection outlives it."""
    folder = person.greenhouse.pki.folder
    span = timedelta(seconds=4)
    long_ago = datetime.now(UTC) - validity(person) + span
    Pki(folder, lambda: long_ago).renew(["dashboard"])
    entry = await connected(person, direct_entry(person.greenhouse))
    end = ssl_end(entry.data["client_certificate"])
    assert end < time.time() + 5
    await until(lambda: time.time() > end + 1)
    async with under_load(person, readings) as published:
        await hass.async_add_executor_job(person.greenhouse.pki.renew, ["dashboard"])
        assert is_done(await reconfigure(person, entry))
    assert readings.taken == published


def validity(person: Person) -> timedelta:
    """For how long the authority makes a client's certificate valid."""
    certificate = x509.load_pem_x509_certificate(person.folder()["certificate_file"])
    return certificate.not_valid_after_utc - datetime.now(UTC)


def ssl_end(pem: str) -> float:
    return x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc.timestamp()


async def test_a_certificate_that_was_revoked_is_replaced_without_a_loss(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry, readings: Readings
) -> None:
    """The certificate alone, as when a copy of the old key was lost: the user stays, and so the connection."""
    old = x509.load_pem_x509_certificate(entry.data["client_certificate"].encode())
    greenhouse = person.greenhouse
    async with under_load(person, readings) as published:
        await hass.async_add_executor_job(greenhouse.pki.renew, ["dashboard"])
        await hass.async_add_executor_job(
            greenhouse.applying, lambda: greenhouse.pki.revoke(f"{old.serial_number:040x}")
        )
        await readings.some_more()
        assert is_done(await reconfigure(person, entry))
    assert readings.taken == published


async def test_a_request_for_new_credentials_is_answered_without_a_loss(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry, readings: Readings
) -> None:
    coordinator = entry.runtime_data
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = entry.async_get_active_flows(hass, {SOURCE_REAUTH})
    form = dict(await hass.config_entries.flow.async_configure(flow["flow_id"]))
    async with under_load(person, readings) as published:
        await hass.async_add_executor_job(person.greenhouse.pki.renew, ["dashboard"])
        assert is_done(await submit(person, form), "reauth_successful")
    assert readings.taken == published
    assert entry.runtime_data is coordinator
    assert not list(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))


@pytest.mark.usefixtures("short_pauses")
async def test_who_was_shut_out_listens_again_with_the_answer(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    coordinator = entry.runtime_data
    greenhouse = person.greenhouse
    await hass.async_add_executor_job(greenhouse.applying, lambda: greenhouse.pki.revoke("dashboard"))
    await until(lambda: list(entry.async_get_active_flows(hass, {SOURCE_REAUTH})))
    (flow,) = entry.async_get_active_flows(hass, {SOURCE_REAUTH})
    form = dict(await hass.config_entries.flow.async_configure(flow["flow_id"]))
    await hass.async_add_executor_job(greenhouse.applying, lambda: greenhouse.pki.issue_client(DASHBOARD, "new"))
    assert is_done(await submit(person, form, "dashboard-new"), "reauth_successful")
    assert entry.runtime_data is coordinator
    await until(lambda: state(hass, "#broker") == "on")


async def test_a_burst_that_is_still_being_worked_off_comes_first(
    person: Person, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "CLOSE_TIMEOUT_S", PATIENCE_S)
    monkeypatch.setattr(session, "_PACKETS_A_TURN", 10)
    received: list[int] = []
    up = asyncio.Event()

    def take_one_slowly(message: Message) -> None:
        time.sleep(0.001)
        received.append(int(message.payload))

    broker, settings = person.greenhouse.broker, broker_settings(direct_data(person.greenhouse))
    transport = DirectTransport(hass, settings)
    await transport.start(take_one_slowly, lambda _link: up.set())
    await asyncio.wait_for(up.wait(), PATIENCE_S)
    with person.greenhouse.client("hub-1") as hub:

        def publish(numbers: range) -> None:
            for number in numbers:
                hub.mqtt.publish(TOPICS[0], str(number))
            hub.publish(TOPICS[0], str(numbers.stop))

        await hass.async_add_executor_job(publish, range(3000))
        before = broker.log_size()
        renewal = asyncio.create_task(transport.renew(settings))
        await hass.async_add_executor_job(lambda: broker.wait_for_log("closing old connection", since=before))
        await hass.async_add_executor_job(publish, range(3001, 3200))
        await renewal
        await until(lambda: len(received) >= 3201)
    assert received == list(range(3201))
    await transport.stop()


# It does not work, and nothing changes


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"username": "nobody"}])
async def test_a_login_that_is_refused_does_not_touch_the_connection(
    person: Person, entry: MockConfigEntry, readings: Readings, change: dict[str, str]
) -> None:
    data, link, before = dict(entry.data), states_of_the_link(person.hass), person.greenhouse.broker.log_size()
    async with under_load(person, readings) as published:
        result = await reconfigure(person, entry, **change)
        assert result["errors"] == {"password": Problem.BAD_CREDENTIALS}
    assert readings.taken == published
    assert dict(entry.data) == data
    assert link == []
    assert "dashboard already connected" not in person.greenhouse.broker.log(before)


async def test_a_certificate_that_is_refused_does_not_touch_the_connection(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry, readings: Readings
) -> None:
    link, greenhouse = states_of_the_link(hass), person.greenhouse
    await hass.async_add_executor_job(greenhouse.applying, lambda: greenhouse.pki.issue_client(DASHBOARD, "stolen"))
    await hass.async_add_executor_job(greenhouse.applying, lambda: greenhouse.pki.revoke("dashboard-stolen"))
    before = greenhouse.broker.log_size()
    async with under_load(person, readings) as published:
        files = person.folder("dashboard-stolen")
        form = await person.submit(await entry.start_reconfigure_flow(hass), person.entered(), files)
        assert form["errors"] == {"certificate_file": Problem.CLIENT_REVOKED}
    assert readings.taken == published
    assert link == []
    assert "dashboard already connected" not in greenhouse.broker.log(before)


async def test_a_person_who_gets_it_right_at_the_second_try_loses_nothing(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry, readings: Readings
) -> None:
    async with under_load(person, readings) as published:
        form = await reconfigure(person, entry, password="wrong")
        assert is_done(await submit(person, form))
    assert readings.taken == published


async def test_an_entry_that_is_unloaded_meanwhile_leaves_no_connection(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    transport, before = entry.runtime_data.transport, person.greenhouse.broker.log_size()
    assert isinstance(transport, DirectTransport)
    renewal = asyncio.create_task(transport.renew(broker_settings(entry.data)))
    await asyncio.sleep(0)
    assert await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(LinkError):
        await renewal
    await hass.async_add_executor_job(
        lambda: person.greenhouse.broker.wait_for_log("Client dashboard disconnected.", since=before)
    )


async def test_an_entry_that_is_not_loaded_is_loaded_with_what_was_entered(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert is_done(await reconfigure(person, entry))
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    await until(lambda: state(hass, "#broker") == "on")


# The broker's own certificate


async def test_what_shows_certificates_is_told_once_both_are_the_new_ones(
    person: Person, hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    def shown() -> float:
        return ssl_end((person.greenhouse.pki.folder / "server" / "server.crt").read_text())

    transport = entry.runtime_data.transport
    assert transport.server_not_after == shown()
    told: list[tuple[float | None, str]] = []
    entry.runtime_data.link.listeners.append(
        lambda: told.append((transport.server_not_after, entry.data["client_certificate"]))
    )

    both = ["server", "dashboard"]
    await hass.async_add_executor_job(person.greenhouse.applying, lambda: person.greenhouse.pki.renew(both))
    assert is_done(await reconfigure(person, entry))
    await until(lambda: told)
    assert told == [(shown(), person.folder()["certificate_file"].decode())]

    await hass.async_add_executor_job(person.greenhouse.broker.stop)
    await until(lambda: state(hass, "#broker") == "off")
    assert transport.server_not_after == shown()
