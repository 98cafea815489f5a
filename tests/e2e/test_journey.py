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


def says(what: str) -> list[dict[str, Any]]:
    """An action that the test hears."""
    return [{"event": ALERT, "event_data": {"what": what, "planter": "{{ planter }}", "moisture": "{{ moisture }}"}}]


HEARD = {"dry_actions": says("dry"), "watered_actions": says("watered")}


def alert(what: str, planter: str, moisture: float) -> dict[str, Any]:
    return {"what": what, "planter": planter, "moisture": moisture}


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


async def test_the_blueprint_says_once_that_a_planter_is_dry_and_once_that_it_was_watered(
    house: House, hub: Hub, other_hub: Hub
) -> None:
    one = await moisture_of(house, hub, "thirsty", "40.0")
    other = await moisture_of(house, other_hub, "thirsty", "41.0")
    async with house.watering_alert("thirsty", [one, other], **HEARD), house.alerts() as next_alert:
        await moisture_of(house, hub, "thirsty", "29.5")
        assert await next_alert() == alert("dry", "Greenhouse 1, Planter thirsty", 29.5)
        for wavering in ("30.5", "28.0", "34.9", "29.9"):  # never above the threshold and its gap of five
            await moisture_of(house, hub, "thirsty", wavering)
        await moisture_of(house, other_hub, "thirsty", "12.0")
        assert await next_alert() == alert("dry", "Greenhouse 2, Planter thirsty", 12.0)
        await moisture_of(house, hub, "thirsty", "70.0")
        assert await next_alert() == alert("watered", "Greenhouse 1, Planter thirsty", 70.0)
        await moisture_of(house, hub, "thirsty", "25.0")
        assert await next_alert() == alert("dry", "Greenhouse 1, Planter thirsty", 25.0)


async def test_the_blueprint_waits_with_patience_for_soil_that_only_looks_dry(
    house: House, hub: Hub, other_hub: Hub
) -> None:
    sensors = [await moisture_of(house, hub_, "patient", "40.0") for hub_ in (hub, other_hub)]
    patience = {"seconds": 1}
    async with house.watering_alert("patient", sensors, patience=patience, **HEARD), house.alerts() as next_alert:
        await moisture_of(house, hub, "patient", "29.0")
        await moisture_of(house, hub, "patient", "31.0")  # within the second
        await moisture_of(house, other_hub, "patient", "28.0")
        assert await next_alert() == alert("dry", "Greenhouse 2, Planter patient", 28.0)


async def test_the_blueprint_s_own_message_names_planter_and_value_and_goes_when_watered(
    house: House, hub: Hub
) -> None:
    sensor = await moisture_of(house, hub, "plain", "40.0")

    async def messages() -> list[tuple[str, str]]:
        notifications = await house.api.command("persistent_notification/get")
        return [(one["title"], one["message"]) for one in notifications if sensor in one["notification_id"]]

    async def gone() -> bool:
        return not await messages()

    async with house.watering_alert("plain", [sensor]):
        hub.publish("plain", [("sol", "21.0")])
        assert await eventually(messages, "a notification") == [("Needs water", "Greenhouse 1, Planter plain: 21.0 %")]
        hub.publish("plain", [("sol", "60.0")])
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
    dry = await moisture_of(house, hub, "dry", "40.0")
    last_seen = await house.entity("/bac/overnight#last_seen")
    async with house.watering_alert("restart", [stale, dry], **HEARD):
        async with house.alerts() as next_alert:
            await moisture_of(house, hub, "dry", "20.0")
            assert await next_alert() == alert("dry", "Greenhouse 1, Planter dry", 20.0)

        await house.restart(while_down=lambda: make_older(house.hass.config, stale, timedelta(hours=9)))

        # There at once, before anything was published again: with its value, or known to be too old.
        assert (await house.state(fresh))["state"] == "55.5"
        assert (await house.state(stale))["state"] == "unavailable"
        seen = datetime.fromisoformat((await house.state(last_seen))["state"])
        assert timedelta(hours=8) < datetime.now(UTC) - seen < timedelta(hours=10)
        await house.until(await house.connection(), "on")

        # The alert sees what comes back dry, and still knows of what was dry all the time.
        async with house.alerts() as next_alert:
            await moisture_of(house, hub, "overnight", "15.0")
            assert await next_alert() == alert("dry", "Greenhouse 1, Planter overnight", 15.0)
            await moisture_of(house, hub, "dry", "70.0")
            assert await next_alert() == alert("watered", "Greenhouse 1, Planter dry", 70.0)


def make_older(config: Path, entity_id: str, by: timedelta) -> None:
    """Let a stored reading, and when its planter was last seen, be older: a night without Home Assistant in no time."""
    file = config / ".storage" / "core.restore_state"
    storage = json.loads(file.read_text())
    planter = entity_id.removesuffix("_moisture")
    changed = 0
    for stored in storage["data"]:
        if stored["state"]["entity_id"].startswith(planter):
            extra = stored["extra_data"]
            for holder, key in ((extra, "heard_at"), (extra.get("native_value"), "isoformat")):
                if isinstance(holder, dict) and key in holder:
                    holder[key] = (datetime.fromisoformat(holder[key]) - by).isoformat()
                    changed += 1
    assert changed >= 2
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
