import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
import logging
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_mqtt_message

from custom_components.sigacs import sensor
from custom_components.sigacs.greenhouse.refusal import Reason
from tests.contract.vectors import load, payload
from tests.integration.stage import (
    entity,
    fire,
    fire_all,
    greenhouses,
    is_known,
    over_home_assistant,
    planters,
    state,
)

pytestmark = pytest.mark.usefixtures("mqtt_mock")

SOIL = "/serre/1/bac/1/sol"


def refused(entry: MockConfigEntry) -> dict[str, int]:
    """How many messages were refused, by reason."""
    return dict(entry.runtime_data.refusals.counts)


# Discovery


async def test_planters_appear_while_running(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    assert greenhouses(hass) == set()
    await fire(hass, SOIL, "65.0")
    assert (greenhouses(hass), planters(hass)) == ({"Greenhouse 1"}, {"Planter 1"})
    await fire_all(hass, {"/serre/1/bac/2/sol": "40", "/serre/2/bac/1/air/temp": "21.5"})
    assert greenhouses(hass) == {"Greenhouse 1", "Greenhouse 2"}
    assert state(hass, "/serre/1/bac/2/sol") == "40.0"
    assert state(hass, "/serre/2/bac/1/air/temp") == "21.5"


async def test_a_measure_appears_later_on_a_planter_that_is_known(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    await fire(hass, "/serre/1/bac/1/air/temp", "22.5")
    assert state(hass, "/serre/1/bac/1/air/temp") == "22.5"
    assert planters(hass) == {"Planter 1"}


async def test_a_hub_appears_before_its_planters(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/nord/etat", "online")
    assert (greenhouses(hass), planters(hass)) == ({"Greenhouse nord"}, set())


async def test_a_message_that_comes_between_two_platforms_reaches_both(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up_sensors: Callable[..., Awaitable[None]] = sensor.async_setup_entry

    async def set_up_sensors_late(*arguments: Any) -> None:
        async_fire_mqtt_message(hass, SOIL, "65.0")
        async_fire_mqtt_message(hass, "/serre/1/etat", "online")
        for _ in range(5):
            await asyncio.sleep(0)
        await set_up_sensors(*arguments)

    monkeypatch.setattr(sensor, "async_setup_entry", set_up_sensors_late)
    await over_home_assistant(hass)
    assert state(hass, SOIL) == "65.0"
    assert state(hass, "/serre/1#hub") == "on"


async def test_a_name_from_the_wire_is_used_as_it_is(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {"/serre/A/bac/a/sol": "1", "/serre/a/bac/A/sol": "2", "/serre/-/bac/_/sol": "3"})
    assert [state(hass, path) for path in ("/serre/A/bac/a/sol", "/serre/a/bac/A/sol", "/serre/-/bac/_/sol")] == [
        "1.0",
        "2.0",
        "3.0",
    ]


# Refusals


async def test_no_payload_that_is_nearly_right_makes_anything_known(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    cases = load("measures", "refuse")
    for case in cases:
        await fire(hass, f"/serre/1/bac/1/{case['leaf']}", payload(case))
    assert refused(entry) == Counter(case["reason"] for case in cases)
    assert (greenhouses(hass), planters(hass)) == (set(), set())


async def test_no_topic_that_is_nearly_right_makes_anything_known(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    for case in load("topics", "refuse"):
        # No broker delivers an empty topic, wildcards or NUL (MQTT 3.1.1, 4.7).
        if case["topic"] and not set(case["topic"]) & set("+#\0"):
            await fire(hass, case["topic"], "65.0")
    assert set(refused(entry)) == {Reason.TOPIC}
    assert (greenhouses(hass), planters(hass)) == (set(), set())


async def test_the_bare_planter_that_the_wildcard_also_matches_is_refused(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, "/serre/1/bac/1", "65.0")
    assert refused(entry) == {Reason.TOPIC: 1}


@pytest.mark.parametrize("wrong", ["65,0", "", "101", "nan", b"\xff", "6" * 33])
async def test_a_refused_payload_leaves_the_last_value(hass: HomeAssistant, wrong: str | bytes) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    await fire(hass, SOIL, wrong)
    assert state(hass, SOIL) == "65.0"


async def test_the_first_refusal_of_each_reason_is_logged_and_all_are_counted(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await over_home_assistant(hass)
    for wrong in ("65,0", "1e3", "101", "nan", "-1"):
        await fire(hass, SOIL, wrong)
    assert refused(entry) == {Reason.NOT_DECIMAL: 3, Reason.OUT_OF_RANGE: 2}
    warnings = [
        record for record in caplog.records if record.levelno == logging.WARNING and "refused" in record.message
    ]
    assert len(warnings) == 2
    assert "/serre/1/bac/1/sol" in warnings[0].message
    assert "not_decimal" in warnings[0].message
    assert "101.0 is outside 0..100" in warnings[1].message


async def test_a_message_kept_by_the_broker_is_no_current_value(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0", retain=True)
    assert refused(entry) == {Reason.RETAINED: 1}
    assert (greenhouses(hass), planters(hass)) == (set(), set())


async def test_a_kept_message_does_not_overwrite_or_revive_a_live_value(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    await fire(hass, SOIL, "12.0", retain=True)
    assert state(hass, SOIL) == "65.0"
    assert refused(entry) == {Reason.RETAINED: 1}


async def test_late_measurements_are_no_live_values(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, "/serre/1/bac/1/histo", '{"format":1,"measurements":[[1795000000,"sol","60.5"]]}')
    assert planters(hass) == set()
    await fire(hass, SOIL, "65.0")
    await fire(hass, "/serre/1/bac/1/histo", '{"format":1,"measurements":[[1795000000,"sol","60.5"]]}')
    assert state(hass, SOIL) == "65.0"
    assert refused(entry) == {}


async def test_of_late_measurements_only_the_wrong_ones_are_refused(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, SOIL, "65.0")
    await fire(
        hass,
        "/serre/1/bac/1/histo",
        '{"format":1,"measurements":[[1795000000,"sol","60.5"],[1795000000,"sol","nan"],[5,"sol","60.5"]]}',
    )
    assert refused(entry) == {Reason.NOT_DECIMAL: 1, Reason.TIME: 1}
    await fire(hass, "/serre/1/bac/1/histo", '{"format":2,"measurements":[]}')
    assert refused(entry)[Reason.UNKNOWN_FORMAT] == 1
    assert state(hass, SOIL) == "65.0"


# Limits: whoever may publish can make planters appear


async def test_five_thousand_forged_planters_stop_at_the_limit(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await over_home_assistant(hass, max_planters=20)
    caplog.set_level(logging.WARNING)
    await fire_all(hass, {f"/serre/{number % 50}/bac/forged{number}/sol": "50" for number in range(5000)})
    assert len(planters(hass)) == 20
    assert len(greenhouses(hass)) <= 20
    assert refused(entry) == {Reason.TOO_MANY: 4980}
    assert len(entry.runtime_data.refusals.examples) == 20
    assert caplog.text.count("beyond the limit of 20") == 1


async def test_a_forged_flood_does_not_shut_out_the_planters_that_are_known(hass: HomeAssistant) -> None:
    await over_home_assistant(hass, max_planters=2)
    await fire_all(hass, {SOIL: "65.0", "/serre/1/bac/2/sol": "40"})
    await fire_all(hass, {f"/serre/1/bac/forged{number}/sol": "50" for number in range(100)})
    await fire_all(hass, {SOIL: "64.0", "/serre/1/bac/2/air/temp": "21"})
    assert state(hass, SOIL) == "64.0"
    assert state(hass, "/serre/1/bac/2/air/temp") == "21.0"


async def test_forged_hubs_stop_at_the_limit(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass, max_planters=5)
    await fire_all(hass, {f"/serre/forged{number}/etat": "online" for number in range(500)})
    assert len(greenhouses(hass)) == 5
    assert refused(entry) == {Reason.TOO_MANY: 495}


async def test_forged_measures_stop_at_sixteen_a_planter(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {f"/serre/1/bac/1/forged/{number}": "1" for number in range(500)} | {SOIL: "65.0"})
    assert state(hass, SOIL) == "65.0"
    assert refused(entry) == {Reason.TOO_MANY: 484}
    assert is_known(hass, "/serre/1/bac/1/forged/15")
    assert not is_known(hass, "/serre/1/bac/1/forged/16")


async def test_the_limit_is_200_planters_unless_it_was_changed(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {f"/serre/1/bac/{number}/sol": "50" for number in range(201)})
    assert len(planters(hass)) == 200
    assert refused(entry) == {Reason.TOO_MANY: 1}


# What a hub says


async def test_a_hub_comes_and_goes(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online", retain=True)
    assert state(hass, "/serre/1#hub") == "on"
    await fire(hass, "/serre/1/etat", "offline")
    assert state(hass, "/serre/1#hub") == "off"


@pytest.mark.parametrize("wrong", ["", "Online", "online ", "1", b"\xff\xfe"])
async def test_a_wrong_state_of_a_hub_changes_nothing(hass: HomeAssistant, wrong: str | bytes) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", wrong)
    assert greenhouses(hass) == set()
    await fire(hass, "/serre/1/etat", "online")
    await fire(hass, "/serre/1/etat", wrong)
    assert state(hass, "/serre/1#hub") == "on"
    assert refused(entry) == {Reason.NOT_A_STATE: 2}


async def test_the_version_of_a_hub_is_shown_on_its_device(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    device_id = entity(hass, "/serre/1#hub").device_id or ""
    for health, version in (('{"version": "1.2.0"}', "1.2.0"), ('{"version": "1.3.0"}', "1.3.0"), ("{}", None)):
        await fire(hass, "/serre/1/sante", health)
        device = dr.async_get(hass).async_get(device_id, include_child_devices=False)
        assert device is not None
        assert device.sw_version == version


@pytest.mark.parametrize("wrong", ["", "online", "[]", '{"version": ', b"\xff", "{" + " " * 2048 + "}"])
async def test_wrong_health_of_a_hub_changes_nothing(hass: HomeAssistant, wrong: str | bytes) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, "/serre/1/sante", wrong)
    assert greenhouses(hass) == set()
    assert refused(entry) == {Reason.NOT_HEALTH: 1}
