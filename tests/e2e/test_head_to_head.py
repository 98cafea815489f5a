"""Twelve situations in which others tell a keeper something untrue, lose something, or call too often.

Each has a greenhouse of its own. Nothing stands in for Home Assistant, its recorder, Mosquitto or the certificates;
only time is moved.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import cycle, pairwise
import json
import math
from pathlib import Path
from random import Random
import re
from statistics import mean
from threading import Event, Thread
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from certs.pki import Pki
from certs.policy import HUB
from demo.broker import Broker
from demo.credentials import HOME_ASSISTANT, configure_broker, issue_all
from demo.home_assistant import free_port
from demo.integration import fill_in, submit
from demo.onboarding import set_language
from script.environment.faketime import find_faketime
from tests.e2e.future import STEP, Future, KeyHolder
from tests.e2e.house import ALERT, eventually
from tests.e2e.phone import Phone, Push
from tests.e2e.time_machine import TimeMachine, TravellingHomeAssistant

TRANSLATIONS = Path(__file__).parents[2] / "custom_components" / "sigacs" / "translations"
GREENHOUSES = ("mark", *(f"t{number}" for number in range(1, 13)))
HOUR = timedelta(hours=1)
LOAD_S = 0.01  # between two messages
DAY = timedelta(days=1)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Future]:
    """A French Home Assistant whose time can be moved, connected to a broker with many hubs."""
    library = find_faketime()
    if library is None:
        pytest.skip("libfaketime is missing, without which time cannot be moved: apt-get install libfaketime")
    pki = Pki(tmp_path_factory.mktemp("future") / "pki")
    issue_all(pki)
    for greenhouse in GREENHOUSES:
        pki.issue_client(HUB, greenhouse)
    folder = tmp_path_factory.mktemp("future-home-assistant")
    machine = TimeMachine(library, folder)
    hass = TravellingHomeAssistant(folder, free_port(), machine)
    with Broker(configure_broker(pki, free_port())) as broker:
        async with KeyHolder(hass.url) as api, Future(hass, api, machine, pki, broker) as house:
            yield house


async def test_t1_a_probe_that_dies_while_its_soil_is_dry_never_says_that_all_is_well(house: Future) -> None:
    with house.hub("t1") as hub:
        hub.measure("1", sol="12.0", air_temp="21.0", air_hum="55.0")
        needs_water, status = [await house.entity(f"/bac/1#{key}") for key in ("needs_water", "status")]
        await house.until(needs_water, "on")
        async with house.watch(needs_water, status) as said:
            await house.pass_time(2 * HOUR, lambda: hub.measure("1", air_temp="21.0", air_hum="55.0"))
            assert (await house.state(status))["attributes"]["reason"] == "soil_silent"
            await house.pass_time(2 * HOUR)  # now the whole node is silent
            assert (await house.state(status))["attributes"]["reason"] == "silent"
    assert said[needs_water] == ["on", "unknown"]
    assert [state for before, state in pairwise(["", *said[status]]) if state != before] == [
        "needs_water",
        "unknown",
    ]


class LongDay(NamedTuple):
    """What was to be seen and heard of 26 hours."""

    steady: dict[str, list[str]]
    steady_age: timedelta
    pushes: list[Push]
    notified: list[str]
    dry_spells: int


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def long_day(house: Future) -> LongDay:
    """26 hours: one planter whose moisture does not change, and 21 that hover around their threshold."""
    chance = Random(4)
    wavering = [str(planter) for planter in range(1, 22)]
    with house.hub("t2") as steady, house.hub("t4") as wavering_hub:

        def speak() -> None:
            steady.measure("1", sol="65.0")
            hours = house.now.timestamp() / 3600
            for number, planter in enumerate(wavering):
                level = 30 + 1.5 * math.sin(2 * math.pi * hours / 6 + number) + chance.gauss(0, 0.7)
                wavering_hub.measure(planter, sol=f"{level:.1f}")

        async with Phone("Téléphone de Marie") as phone:
            phones = [await phone.register(house.api)]
            for planter in wavering:
                wavering_hub.measure(planter, sol="38.0")
            steady.measure("1", sol="65.0")
            shown = [await house.entity(f"/serre/t2/bac/1{end}") for end in ("/sol", "#needs_water", "#status")]
            drought = [await house.entity(f"/serre/t4/bac/{planter}#needs_water") for planter in wavering]
            async with (
                house.blueprint("alert", "watering_alert", phones=phones),
                house.blueprint("round", "daily_round"),
                house.blueprint("silence", "silence_warning"),
                house.blueprint("frost", "frost_warning"),
                house.api.subscription("persistent_notification/subscribe") as notices,
                house.watch(*shown, *drought) as said,
            ):
                await house.pass_time(26 * HOUR, speak)
                last_seen = await house.state(await house.entity("/serre/t2/bac/1#last_seen"))
                age = house.now - datetime.fromisoformat(last_seen["state"])
            notified = []
            while not notices.empty():
                notice = notices.get_nowait()
                if notice["type"] == "added":
                    notified += notice["notifications"]
            return LongDay(
                {entity_id: said[entity_id] for entity_id in shown},
                age,
                phone.pushes,
                notified,
                sum(said[entity_id].count("on") for entity_id in drought),
            )


async def test_t2_a_soil_that_stays_as_it_is_for_26_hours_is_never_called_stale(long_day: LongDay) -> None:
    assert [set(states) for states in long_day.steady.values()] == [{"65.0"}, {"off"}, {"fine"}]
    assert long_day.steady_age < timedelta(minutes=2)


async def test_t4_21_planters_that_hover_around_their_threshold_make_a_phone_ring_once(long_day: LongDay) -> None:
    assert long_day.dry_spells >= 21  # it was a hard day
    assert sum(push.is_heard for push in long_day.pushes) == 1
    assert len(long_day.notified) <= 1


async def test_t5_a_certificate_with_13_days_left_is_told_with_the_name_of_its_hub(house: Future) -> None:
    ends = int((house.now + 13 * DAY + HOUR).timestamp())
    with house.hub("t5", certificates={"client": ends, "ca": ends + 10**9}) as hub:
        hub.measure("1", sol="50.0")
        shown = await house.entity("/serre/t5#certificate_client")
        assert datetime.fromisoformat((await house.state(shown))["state"]).timestamp() == ends
        await house.pass_time(timedelta(minutes=5))
        (issue,) = await house.issues("Serre t5")
    assert issue["translation_key"] == "certificate_hub_expires"
    assert issue["translation_placeholders"]["days"] == "13"
    assert issue["severity"] == "warning"
    sentence = json.loads((TRANSLATIONS / "fr.json").read_text())["issues"]["certificate_hub_expires"]
    assert "{greenhouse}" in sentence["title"]


async def test_t6_no_reading_is_lost_while_home_assistant_s_certificate_is_exchanged(house: Future) -> None:
    published = ["29.0"]
    with house.hub("t6") as hub:
        hub.measure("1", sol=published[0])
        moisture, certificate = await house.entity("/serre/t6/bac/1/sol"), await house.entity("#certificate_own")
        before = await house.until(moisture, published[0]) and await house.state(certificate)
        house.pki.renew([HOME_ASSISTANT])
        form = await fill_in(house.api, "127.0.0.1", house.broker.port, house.pki.folder / HOME_ASSISTANT)
        enough = Event()

        def load() -> None:
            for tenths in cycle(range(300, 900)):
                published.append(f"{tenths / 10:.1f}")
                hub.measure("1", sol=published[-1])
                if enough.wait(LOAD_S):
                    break

        async with house.watch(moisture, await house.connection()) as said:
            loading = Thread(target=load)
            loading.start()
            answer = await submit(house.api, form, entry_id=await house.entry_id())
            await asyncio.sleep(0.5)
            enough.set()
            loading.join()
            await house.heard_all()
    assert (answer["type"], answer["reason"]) == ("abort", "reconfigure_successful")
    assert said[moisture] == published
    assert said[await house.connection()] == ["on"]
    assert (await house.state(certificate))["state"] > before["state"]


async def test_t7_a_planter_that_is_renamed_keeps_ids_history_and_automations(house: Future) -> None:
    with house.hub("t7") as hub:
        began = house.now
        hub.measure("1", sol="50.0", air_temp="20.0")
        moisture = await house.entity("/serre/t7/bac/1/sol")
        await house.until(moisture, "50.0")
        before = await house.ours()
        trigger = {"trigger": "state", "entity_id": moisture, "to": "44.0"}
        action = {"event": ALERT, "event_data": {"what": "44"}}
        async with house.automation("t7", triggers=[trigger], actions=[action]), house.alerts() as next_alert:
            device = await house.device("/serre/t7/bac/1")
            assert device
            await house.api.command("config/device_registry/update", device_id=device["id"], name_by_user="Tomates")
            hub.measure("1", sol="44.0")
            assert await next_alert() == {"what": "44"}
        name = (await house.state(moisture))["attributes"]["friendly_name"]
        assert name.startswith("Tomates")
        after = await house.ours()
        assert {key: one["entity_id"] for key, one in after.items()} == {
            key: one["entity_id"] for key, one in before.items()
        }
        await history(house, moisture, began, ["50.0", "44.0"])


async def test_t8_another_node_and_another_probe_go_on_with_the_planter_s_history(house: Future) -> None:
    with house.hub("t8") as hub:
        began = house.now
        hub.measure("1", sol="20.0", batterie="80", sol_brut="2600")
        for button, millivolts in (("calibrate_dry", "2600"), ("calibrate_wet", "1400")):
            hub.measure("1", sol_brut=millivolts)
            await house.until(await house.entity("/serre/t8/bac/1/sol/brut"), f"{millivolts}.0")
            press = await house.entity(f"/serre/t8/bac/1#{button}")
            await house.api.post("/api/services/button/press", {"entity_id": press})
        hub.measure("1", sol="33.0", sol_brut="2000")
        moisture = await house.entity("/serre/t8/bac/1/sol")
        halfway = await house.until(moisture, "50.0")
        before = {key: one["entity_id"] for key, one in (await house.ours()).items() if "serre/t8" in key}

        await house.pass_time(3 * HOUR)  # the old one is taken out
        assert (await house.state(moisture))["state"] == "unavailable"
        hub.measure("1", sol="61.0", rssi="-61", sol_brut="1700")  # the new one has no battery, and is somewhere else
        after = await house.until(moisture, "75.0")
        rssi = await house.entity("/serre/t8/bac/1/rssi")
        still = {key: one["entity_id"] for key, one in (await house.ours()).items() if "serre/t8" in key}
        assert before.items() <= still.items()
        assert {entity_id for entity_id in still.values() if entity_id not in before.values()} == {rssi}
        assert after["attributes"] == halfway["attributes"]
        await history(house, moisture, began, ["50.0", "unavailable", "75.0"])


async def test_t9_six_hours_without_the_hub_leave_no_gap_in_the_statistics(house: Future) -> None:
    await house.pass_time(until_the_hour(house.now))  # and half a minute, when the recorder has asked for the last hour
    mark = house.hass.log_size()
    began = house.now.replace(minute=0, second=0, microsecond=0)
    late: list[tuple[float, str, float]] = []
    with house.hub("t9") as hub:
        hub.measure("1", sol="60.0")
        moisture = await house.entity("/serre/t9/bac/1/sol")
        await house.pass_time(2 * HOUR, lambda: hub.measure("1", sol="60.0"))
        hub.vanish()
    for quarter in range(24):
        await house.pass_time(STEP)
        late.append((house.now.timestamp(), "sol", 10.0 if quarter // 4 == 3 else 59.0 - quarter // 4))
    states = (await house.state(moisture))["state"]
    assert states == "unavailable"

    trigger = {"trigger": "numeric_state", "entity_id": moisture, "below": 30}
    action = {"event": ALERT, "event_data": {"what": "below 30"}}
    needs_water = await house.entity("/serre/t9/bac/1#needs_water")
    async with (
        house.automation("t9", triggers=[trigger], actions=[action]),
        house.api.subscription("subscribe_events", event_type=ALERT) as alerts,
        house.watch(moisture, needs_water) as said,
    ):
        with house.hub("t9") as hub:
            hub.deliver_late("1", late)
            await house.heard_all()
            hub.measure("1", sol="52.0")
            await house.pass_time(2 * HOUR, lambda: hub.measure("1", sol="52.0"))

        async def filled() -> dict[int, float]:
            means = await hourly_means(house, moisture, began)
            return means if len(means) >= 9 else {}

        means = await eventually(filled, "statistics of every hour")
        assert alerts.empty()
    assert said[moisture][:2] == ["unavailable", "52.0"]
    assert set(said[needs_water]) == {"unknown", "off"}
    assert list(means) == list(range(len(means)))  # no hour is missing
    assert [means[hour] for hour in (0, 1)] == [60.0, 60.0]
    for hour in range(3, 8):  # those of which the recorder knew nothing at all
        begin = began.timestamp() + hour * 3600
        assert means[hour] == mean(value for at, _, value in late if begin <= at < begin + 3600)
    assert not re.findall(r".*(?:ERROR|Traceback).*", house.hass.log(mark))


async def test_t10_a_converter_that_reads_0_volts_never_makes_a_soil_100_percent_wet(house: Future) -> None:
    with house.hub("t10") as hub:
        hub.measure("1", sol="55.0", sol_brut="1843")
        moisture, status, needs_water, watered = [
            await house.entity(f"/serre/t10/bac/1{end}") for end in ("/sol", "#status", "#needs_water", "#last_watered")
        ]
        await house.until(moisture, "55.0")
        async with house.watch(moisture, status, needs_water, watered) as said:
            await house.pass_time(HOUR, lambda: hub.measure("1", sol="100.0", sol_brut="0"))
            state = await house.state(status)
    assert "100.0" not in said[moisture]
    assert said[moisture][-1] == "unavailable"
    assert (said[needs_water][-1], said[watered][-1]) == ("unknown", "unknown")
    assert (state["state"], state["attributes"]["reason"]) == ("unknown", "implausible_voltage")


async def test_t11_all_of_it_speaks_french_and_a_dead_planter_stays_to_be_seen(house: Future) -> None:
    with house.hub("t11") as hub:
        hub.measure("1", sol="55.0", air_temp="21.0", air_hum="60.0", tension="3.90", sol_brut="1843")
        moisture = await house.entity("/serre/t11/bac/1/sol")
        await house.until(moisture, "55.0")
    french = await of_greenhouse(house, "t11")
    names = json.loads((TRANSLATIONS / "fr.json").read_text())["entity"]
    for one in french.values():
        platform = one["entity_id"].partition(".")[0]
        if key := one["translation_key"]:
            assert one["original_name"] == names[platform][key]["name"]
    for path, name in (("/serre/t11", "Serre t11"), ("/serre/t11/bac/1", "Bac 1")):
        device = await house.device(path)
        assert device
        assert device["name"] == name
    configuration = (house.hass.config / "configuration.yaml").read_text()
    assert "sensor:" not in configuration
    assert "mqtt:" not in configuration

    await house.pass_time(3 * HOUR)
    last_seen = await house.state(await house.entity("/serre/t11/bac/1#last_seen"))
    assert 2.5 * HOUR < house.now - datetime.fromisoformat(last_seen["state"]) < 3.5 * HOUR
    assert (await house.state(moisture))["state"] == "unavailable"
    assert (await house.state(await house.entity("/serre/t11/bac/1#status")))["state"] == "unknown"

    try:
        await set_language(house.api, "en")
        await house.api.post(f"/api/config/config_entries/entry/{await house.entry_id()}/reload")
        await house.until(await house.connection(), "on")
        english = await of_greenhouse(house, "t11")
    finally:
        await set_language(house.api, "fr")
        await house.api.post(f"/api/config/config_entries/entry/{await house.entry_id()}/reload")
        await house.until(await house.connection(), "on")
    assert [(one["unique_id"], one["entity_id"]) for one in english.values()] == [
        (one["unique_id"], one["entity_id"]) for one in french.values()
    ]
    assert any(one["original_name"] != french[key]["original_name"] for key, one in english.items())


async def test_t12_a_hub_that_is_off_is_one_alert(house: Future) -> None:
    planters = [str(number) for number in range(1, 13)]
    with house.hub("t12") as hub:

        def speak() -> None:
            for planter in planters:
                hub.measure(planter, sol="25.0" if planter == "1" else "50.0", air_temp="20.0", air_hum="60.0")

        speak()
        doubts = [await house.entity(f"/serre/t12/bac/{planter}#needs_water") for planter in planters]
        async with (
            Phone("Téléphone de Paul") as phone,
            house.blueprint("paul", "silence_warning", phones=[await phone.register(house.api)]),
            house.blueprint("side", "silence_warning"),
            house.blueprint("alert", "watering_alert"),
        ):
            await house.pass_time(HOUR, speak)
            (thirst,) = await house.notifications(
                "Serre t12"
            )  # of planter 1, of which nothing better is known later on
            hub.vanish()
            await house.pass_time(8 * HOUR)
            heard = [push for push in phone.pushes if push.is_heard and "Serre t12" in f"{push.title} {push.message}"]
            told = [one for one in await house.notifications("Serre t12") if one != thirst]
            issues = await house.issues("Serre t12")
            about_planters = await house.issues("Bac")
        for entity_id in doubts:
            assert (await house.state(entity_id))["state"] == "unknown"
    assert len(heard) == 1, phone.pushes
    assert "12 bacs" in heard[0].message
    assert len(told) == 1
    assert [issue["translation_key"] for issue in issues] == ["greenhouse_silent"]
    assert not [issue for issue in about_planters if "t12" in str(issue)]


async def test_t3_what_is_nine_days_old_is_not_shown_as_news(house: Future) -> None:
    with house.hub("t3") as hub:
        hub.measure("1", sol="41.0", air_temp="20.0")
        moisture = await house.entity("/serre/t3/bac/1/sol")
        needs_water = await house.entity("/serre/t3/bac/1#needs_water")
        await house.until(moisture, "41.0")
        await house.until(needs_water, "off")

        def nine_days() -> None:
            for planter in ("1", "2"):
                hub.publish(f"/serre/t3/bac/{planter}/sol", "77.0", retain=True)
            house.machine.move(9 * DAY)

        try:
            await house.restart(while_down=nine_days)
            await house.until(await house.connection(), "on")
            await house.heard_all()
            assert (await house.state(moisture))["state"] == "unavailable"
            assert (await house.state(needs_water))["state"] == "unknown"
            last_seen = await house.state(await house.entity("/serre/t3/bac/1#last_seen"))
            assert timedelta(0) < house.now - 9 * DAY - datetime.fromisoformat(last_seen["state"]) < HOUR
            assert not await house.knows("/serre/t3/bac/2/sol")
            hub.measure("1", sol="24.0")  # and what comes now counts at once
            await house.until(needs_water, "on")
        finally:
            for planter in ("1", "2"):
                hub.publish(f"/serre/t3/bac/{planter}/sol", "", retain=True)


async def test_nothing_of_it_went_wrong_inside_home_assistant(house: Future) -> None:
    log = house.hass.log()
    wrong = [line for line in log.splitlines() if re.search(r"ERROR|CRITICAL|Traceback", line)]
    assert not wrong, log


# What the recorder has


def until_the_hour(now: datetime) -> timedelta:
    """Half a minute after the next full hour."""
    return HOUR - timedelta(minutes=now.minute, seconds=now.second) + timedelta(seconds=30)


async def history(house: Future, entity_id: str, since: datetime, wanted: list[str]) -> None:
    """Wait until the recorder has these states in this order, others in between or not."""

    async def look() -> bool:
        about = {"start_time": since.isoformat(), "entity_ids": [entity_id], "no_attributes": True}
        past = await house.api.command("history/history_during_period", **about)
        states = iter([state["s"] for state in past.get(entity_id, [])])
        return all(state in states for state in wanted)

    await eventually(look, f"{wanted} in the history of {entity_id}")


async def hourly_means(house: Future, entity_id: str, since: datetime) -> dict[int, float]:
    """The long-term statistics, by hours after a time."""
    rows: dict[str, list[dict[str, Any]]] = await house.api.command(
        "recorder/statistics_during_period",
        start_time=since.isoformat(),
        statistic_ids=[entity_id],
        period="hour",
        types=["mean"],
    )
    began_ms = since.timestamp() * 1000
    return {round((row["start"] - began_ms) / 3_600_000): row["mean"] for row in rows.get(entity_id, [])}


async def of_greenhouse(house: Future, greenhouse: str) -> dict[str, dict[str, Any]]:
    """All entities of a greenhouse, in a fixed order."""
    ours = await house.ours()
    return {key: ours[key] for key in sorted(ours) if f"serre/{greenhouse}" in key}
