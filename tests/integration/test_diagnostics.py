from datetime import datetime
import json
import math

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from tests.certs.greenhouse import Greenhouse
from tests.integration.stage import (
    direct_data,
    direct_entry,
    entity,
    fire,
    fire_all,
    is_known,
    over_home_assistant,
    set_up,
    state,
    until,
)


async def download(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, entry: MockConfigEntry, device: str | None = None
) -> str:
    """What a person downloads from the entry's page, or from that of a device of it."""
    assert await async_setup_component(hass, "diagnostics", {})
    await hass.async_block_till_done()  # it returns before it has asked us for our part
    client = await hass_client()
    below = f"/device/{device}" if device else ""
    response = await client.get(f"/api/diagnostics/config_entry/{entry.entry_id}{below}")
    assert response.status == 200
    return await response.text()


def strict(text: str) -> dict[str, object]:
    """Read JSON as everybody but Python does: without NaN and Infinity."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    data: dict[str, object] = json.loads(text, parse_constant=refuse)["data"]
    return data


@pytest.mark.usefixtures("mqtt_mock")
@pytest.mark.freeze_time("2026-11-22 12:00:00+00:00")
async def test_diagnostics_tell_all_that_is_known_and_all_that_was_refused(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, snapshot: SnapshotAssertion
) -> None:
    entry = await over_home_assistant(hass, silence_minutes=30)
    await fire_all(
        hass,
        {
            "/serre/1/bac/1/sol": "65.0",
            "/serre/1/bac/1/co2": "412",
            "/serre/1/etat": "online",
            "/serre/1/sante": '{"version": "1.2.0", "period": 900, "queue": 0, "certificates": {"client": 1831900000}}',
            "/serre/1/bac/1/histo": '{"format":1,"measurements":[]}',
        },
    )
    for topic, payload in (
        ("/serre/1/bac/1/sol", "65,0"),
        ("/serre/1/bac/1/sol", b"\x00\xff" * 40),
        ("/serre/1/bac/1/air/temp", "-127"),
        ("/serre/1/bac/1", "65.0"),
        ("/serre/1/etat", "away"),
    ):
        await fire(hass, topic, payload)
    assert strict(await download(hass, hass_client, entry)) == snapshot


@pytest.mark.usefixtures("mqtt_mock")
@pytest.mark.freeze_time("2026-11-22 12:00:00+00:00")
async def test_the_page_of_a_device_tells_of_that_alone(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, snapshot: SnapshotAssertion
) -> None:
    entry = await over_home_assistant(hass)
    for planter, greenhouse in (("1", "1"), ("2", "1"), ("1", "2")):
        await fire(hass, f"/serre/{greenhouse}/bac/{planter}/sol", "65.0")
        await fire(hass, f"/serre/{greenhouse}/bac/{planter}/air/temp", "21,5")
    await fire(hass, "/serre/1/sante", '{"version": "1.2.0", "certificates": {"client": 1831900000}}')
    for path in ("/serre/1/bac/2#last_seen", "/serre/1#hub", "#broker"):
        told = strict(await download(hass, hass_client, entry, entity(hass, path).device_id))
        assert told == snapshot(name=path)
        assert "/serre/2" not in json.dumps(told)


@pytest.mark.usefixtures("mqtt_mock")
async def test_diagnostics_are_json_for_every_reader(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> None:
    entry = await over_home_assistant(hass, silence_minutes=0)
    await fire(hass, "/serre/1/bac/1/sol", "65.0")
    await fire(hass, "/serre/1/sante", '{"uptime": NaN, "period": Infinity}')
    await fire(hass, "/serre/1/sante", '{"a":' * 300 + "1" + "}" * 300)
    await fire(hass, "/serre/1/bac/1/sol", b"\xed\xa0\x80")
    assert math.inf not in strict(await download(hass, hass_client, entry)).values()


async def test_diagnostics_hold_no_secret(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, greenhouse: Greenhouse
) -> None:
    entry = await set_up(hass, direct_entry(greenhouse))
    await until(lambda: state(hass, "#broker") == "on")
    with greenhouse.client("hub-1") as hub:
        await hass.async_add_executor_job(hub.publish, "/serre/1/bac/1/sol", "65.0")
        await until(lambda: is_known(hass, "/serre/1/bac/1/sol"))
    text = await download(hass, hass_client, entry)
    for name, value in direct_data(greenhouse).items():
        if name in ("transport", "port"):
            continue
        lines = [line for line in str(value).splitlines() if not line.startswith("-----")]
        assert lines
        assert [name for line in lines if line in text] == []
    assert "PRIVATE KEY" not in text
    certificates = strict(text)["certificates"]
    assert isinstance(certificates, dict)
    assert set(certificates) == {"own", "authority", "server"}
    assert all(datetime.fromisoformat(end).tzinfo for end in certificates.values())


async def test_diagnostics_are_there_before_anything_was_heard(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, greenhouse: Greenhouse
) -> None:
    greenhouse.broker.stop()
    entry = await set_up(hass, direct_entry(greenhouse))
    data = strict(await download(hass, hass_client, entry))
    assert data["greenhouses"] == {}
    await until(lambda: state(hass, "#broker") == "off")
    assert strict(await download(hass, hass_client, entry))["link"] == {"up": False, "problem": "connection_refused"}


async def test_nothing_secret_is_logged(
    hass: HomeAssistant, greenhouse: Greenhouse, caplog: pytest.LogCaptureFixture, short_pauses: None
) -> None:
    entry = await set_up(hass, direct_entry(greenhouse))
    await until(lambda: state(hass, "#broker") == "on")
    await hass.async_add_executor_job(greenhouse.broker.stop)
    await until(lambda: caplog.text.count("No session with") >= 2)
    assert await hass.config_entries.async_unload(entry.entry_id)
    data = direct_data(greenhouse)
    assert data["password"] not in caplog.text
    assert [line for line in data["client_key"].splitlines() if line in caplog.text] == []
