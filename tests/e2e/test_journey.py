"""From a hub's message to a state and an alert in Home Assistant, also when parts of the way are gone for a while."""

from datetime import UTC, datetime, timedelta
import json
import os
from pathlib import Path
import signal
from typing import Any

from demo.broker import Broker
from tests.e2e.greenhouse import Hub
from tests.e2e.house import ALERT, House, eventually

BELOW_30 = {"type": "below", "value": {"active_choice": "number", "number": 30, "unit_of_measurement": "%"}}


def told(*planters: str) -> dict[str, Any]:
    """An automation of which the test hears what our triggers say of these planters."""
    about = {"what": "{{ trigger.id }}", "greenhouse": "{{ trigger.greenhouse }}", "planter": "{{ trigger.planter }}"}
    kinds = {"dry": "watering_needed", "watered": "watering_no_longer_needed"}
    return {
        "mode": "queued",
        "triggers": [
            {
                "trigger": f"sigacs.{kind}",
                "target": {"entity_id": planters},
                "options": {"behavior": "each"},
                "id": what,
            }
            for what, kind in kinds.items()
        ],
        "actions": [{"event": ALERT, "event_data": about}],
    }


def alert(what: str, greenhouse: str, planter: str) -> dict[str, Any]:
    return {"what": what, "greenhouse": f"Greenhouse {greenhouse}", "planter": f"Planter {planter}"}


async def moisture_of(house: House, hub: Hub, planter: str, percent: str) -> str:
    """Let a planter speak, and wait until Home Assistant shows it; return the entity id."""
    hub.publish(planter, [("sol", percent)])
    entity_id = await house.entity(f"/serre/{hub.greenhouse}/bac/{planter}/sol")
    await house.until(entity_id, percent)
    return entity_id


async def test_a_published_value_becomes_the_state_of_an_entity(house: House, hub: Hub) -> None:
    moisture = await moisture_of(house, hub, "value", "65.0")
    attributes = (await house.state(moisture))["attributes"]
    assert attributes["device_class"] == "moisture"
    assert attributes["unit_of_measurement"] == "%"
    assert attributes["state_class"] == "measurement"


async def test_a_new_planter_appears_while_running_below_its_greenhouse(house: House, other_hub: Hub) -> None:
    await moisture_of(house, other_hub, "new", "41.5")
    planter, greenhouse = await house.device("/serre/2/bac/new"), await house.device("/serre/2")
    assert planter
    assert greenhouse
    assert (planter["name"], greenhouse["name"]) == ("Planter new", "Greenhouse 2")
    assert planter["parent_device_id"] == greenhouse["id"]


async def test_an_unchanged_value_keeps_a_planter_alive(house: House, hub: Hub) -> None:
    moisture = await moisture_of(house, hub, "steady", "65.0")
    changed = (await house.state(moisture))["last_changed"]
    reported = await house.last_reported(moisture)
    hub.publish("steady", [("sol", "65.0")])

    async def reported_again() -> bool:
        return await house.last_reported(moisture) != reported

    await eventually(reported_again, "the same value, reported again")
    assert (await house.state(moisture))["last_changed"] == changed


async def test_a_device_that_was_removed_comes_back_when_it_speaks(house: House, hub: Hub) -> None:
    await moisture_of(house, hub, "removed", "50.0")
    device = await house.device("/bac/removed")
    assert device
    await house.api.command("config/device_registry/remove", device_id=device["id"])
    assert not await house.knows("/bac/removed/sol")
    await moisture_of(house, hub, "removed", "49.0")


async def test_core_s_own_trigger_sees_a_planter_get_dry(house: House, hub: Hub) -> None:
    moisture = await moisture_of(house, hub, "crossing", "40.0")
    trigger = {
        "trigger": "moisture.crossed_threshold",
        "target": {"entity_id": moisture},
        "options": {"behavior": "each", "threshold": BELOW_30},
    }
    action = {"event": ALERT, "event_data": {"what": "crossed"}}
    async with house.automation("crossed", triggers=[trigger], actions=[action]), house.alerts() as next_alert:
        hub.publish("crossing", [("sol", "29.0")])
        assert await next_alert() == {"what": "crossed"}


async def needs_water(house: House, hub: Hub, planter: str) -> str:
    return await house.entity(f"/serre/{hub.greenhouse}/bac/{planter}#needs_water")


async def set_threshold(house: House, hub: Hub, planter: str, percent: float) -> None:
    """Move it, as its keeper may at any time: the present reading is judged by it at once."""
    number = await house.entity(f"/serre/{hub.greenhouse}/bac/{planter}#dry_below")
    await house.api.post("/api/services/number/set_value", {"entity_id": number, "value": percent})


async def test_our_triggers_say_once_that_a_planter_needs_water_and_once_that_it_was_watered(
    house: House, hub: Hub, other_hub: Hub
) -> None:
    for one in (hub, other_hub):
        await moisture_of(house, one, "thirsty", "40.0")
    planters = [await needs_water(house, one, "thirsty") for one in (hub, other_hub)]
    async with house.automation("thirsty", **told(*planters)), house.alerts() as next_alert:
        await set_threshold(house, hub, "thirsty", 42)
        assert await next_alert() == alert("dry", "1", "thirsty")
        for wavering in ("42.5", "41.0", "46.9", "41.9"):  # never above the threshold and its gap of five
            await moisture_of(house, hub, "thirsty", wavering)
        await set_threshold(house, other_hub, "thirsty", 42)
        assert await next_alert() == alert("dry", "2", "thirsty")
        for wet in ("80.0", "80.5"):
            await moisture_of(house, hub, "thirsty", wet)
        assert await next_alert() == alert("watered", "1", "thirsty")
        await set_threshold(house, hub, "thirsty", 85)
        assert await next_alert() == alert("dry", "1", "thirsty")


async def test_one_dry_reading_alone_is_no_dry_soil(house: House, hub: Hub) -> None:
    await moisture_of(house, hub, "patient", "40.0")
    for percent in ("29.0", "40.0"):
        await moisture_of(house, hub, "patient", percent)
        assert (await house.state(await needs_water(house, hub, "patient")))["state"] == "off"


async def test_the_blueprint_s_message_names_the_planter_and_goes_when_it_was_watered(house: House, hub: Hub) -> None:
    await moisture_of(house, hub, "plain", "21.0")
    planter = await needs_water(house, hub, "plain")
    await house.until(planter, "on")

    async def messages() -> list[str]:
        notifications = await house.api.command("persistent_notification/get")
        return [one["message"] for one in notifications if one["notification_id"] == "sigacs_automation.plain"]

    async def gone() -> bool:
        return not await messages()

    await set_threshold(house, hub, "plain", 10)
    await house.until(planter, "off")
    blueprint = {"path": "sigacs/watering_alert.yaml", "input": {"planters": {"entity_id": planter}}}
    async with house.automation("plain", use_blueprint=blueprint):
        await set_threshold(house, hub, "plain", 30)
        (message,) = await eventually(messages, "a notification")
        assert message == "- Greenhouse 1, Planter plain: 21%"
        for wet in ("60.0", "60.5"):
            await moisture_of(house, hub, "plain", wet)
        await eventually(gone, "the notification to go")


async def test_mosquitto_stopped_and_started_in_between(house: House, hub: Hub, other_hub: Hub, broker: Broker) -> None:
    moisture = await moisture_of(house, hub, "outage", "61.0")
    # A value that the broker keeps, which no hub of ours asks for: live at first, then of an unknown time.
    with hub.replaced(broker) as client:
        client.publish("/serre/1/bac/kept/sol", "99.0", retain=True)
    kept = await house.entity("/serre/1/bac/kept/sol")
    await house.until(kept, "99.0")
    await moisture_of(house, hub, "kept", "40.0")
    kept_before = await house.last_reported(kept)
    connection = await house.connection()
    mark = house.hass.log_size()
    marks = {one: one.log_size() for one in (hub, other_hub)}

    broker.stop()
    try:
        await house.until(connection, "off")
        assert (await house.state(moisture))["state"] == "61.0"
    finally:
        broker.start()
    await house.until(connection, "on")
    for one, since in marks.items():
        one.wait_online(since)
    await moisture_of(house, hub, "outage", "60.0")

    log = await house.wait_for_log("the broker is reachable again", since=mark)
    assert log.count("no link to the broker") == 1
    assert log.count("the broker is reachable again") == 1
    await house.wait_for_log("not taken as a current value", since=mark)
    assert (await house.state(kept))["state"] == "40.0"
    assert await house.last_reported(kept) == kept_before
    with hub.replaced(broker) as client:
        client.publish("/serre/1/bac/kept/sol", "", retain=True)  # take it away again


async def test_home_assistant_restarted_in_between(house: House, hub: Hub) -> None:
    fresh = await moisture_of(house, hub, "restart", "55.5")
    stale = await moisture_of(house, hub, "overnight", "44.0")
    await moisture_of(house, hub, "dry", "20.0")
    last_seen = await house.entity("/bac/overnight#last_seen")
    dry, overnight = [await needs_water(house, hub, planter) for planter in ("dry", "overnight")]
    await house.until(dry, "on")
    async with house.automation("restart", **told(dry, overnight)):
        await house.restart(
            while_down=lambda: make_older(house.hass.config, "/serre/1/bac/overnight", timedelta(hours=9))
        )

        # There at once, before anything was published again: with its value, or known to be too old.
        assert (await house.state(fresh))["state"] == "55.5"
        assert (await house.state(stale))["state"] == "unavailable"
        assert [(await house.state(planter))["state"] for planter in (dry, overnight)] == ["on", "unknown"]
        seen = datetime.fromisoformat((await house.state(last_seen))["state"])
        assert timedelta(hours=8) < datetime.now(UTC) - seen < timedelta(hours=10)
        await house.until(await house.connection(), "on")

        # What comes back dry is told, and what was dry all the time is no news until it was watered.
        async with house.alerts() as next_alert:
            await moisture_of(house, hub, "overnight", "15.0")
            assert await next_alert() == alert("dry", "1", "overnight")
            for wet in ("70.0", "70.5"):
                await moisture_of(house, hub, "dry", wet)
            assert await next_alert() == alert("watered", "1", "dry")


def make_older(config: Path, planter: str, by: timedelta) -> None:
    """Let what is remembered of a planter be older: a night without Home Assistant in no time."""
    (file,) = (config / ".storage").glob("sigacs.*")
    storage = json.loads(file.read_text())
    readings = storage["data"]["planters"][planter]["readings"]
    assert readings
    for reading in readings.values():
        reading["heard_at"] = (datetime.fromisoformat(reading["heard_at"]) - by).isoformat()
    file.write_text(json.dumps(storage))


async def test_mosquitto_frozen_and_continued(house: House, hub: Hub, other_hub: Hub, broker: Broker) -> None:
    moisture = await moisture_of(house, hub, "frozen", "58.0")
    connection = await house.connection()
    assert broker.pid
    marks = {one: one.log_size() for one in (hub, other_hub)}
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        # Nothing is closed, nothing answers: the keep-alive of 30 s must find out.
        await house.until(connection, "off", within_s=90)
        assert (await house.state(moisture))["state"] == "58.0"
    finally:
        os.kill(broker.pid, signal.SIGCONT)
    await house.until(connection, "on")
    for one, since in marks.items():
        one.wait_online(since)
    await moisture_of(house, hub, "frozen", "57.0")
