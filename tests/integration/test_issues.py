"""Repairs: each trouble once, as long as it lasts, and never again when a person chose to ignore it."""

from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import re

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.mqtt.const import MQTT_CONNECTION_STATE
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.translation import async_load_integrations
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigacs import troubles
from tests.integration.issues import DAY_S, HOUR_S, about, leap, listed, look_again, pressing, the
from tests.integration.papers import CLIENT, issue
from tests.integration.stage import entity, fire, fire_all, over_home_assistant

pytestmark = pytest.mark.usefixtures("mqtt_mock")

ROOT = Path(__file__).resolve().parents[2]
NOON = "2026-11-22 12:00:00+00:00"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CA = issue("Greenhouses", None, authority=True, last=NOW + timedelta(days=13, hours=1))
MINE = issue("dashboard", CA, usage=CLIENT, last=NOW + timedelta(days=2, hours=1))


async def hub_says(hass: HomeAssistant, greenhouse: str = "1", *, retain: bool = False, **health: object) -> None:
    await fire(hass, f"/serre/{greenhouse}/sante", json.dumps(health), retain=retain)


async def certificate_ends_in(hass: HomeAssistant, days: float, greenhouse: str = "1", name: str = "client") -> None:
    end = dt_util.utcnow() + timedelta(days=days)
    await hub_says(hass, greenhouse, certificates={name: int(end.timestamp())})


async def speak(hass: HomeAssistant, *planters: str) -> None:
    await fire_all(hass, {f"/serre/1/bac/{planter}/sol": "65.0" for planter in planters})


async def pass_hours(hass: HomeAssistant, freezer: FrozenDateTimeFactory, hours: float, *speaking: str) -> None:
    """Let hours pass in which some planters go on speaking."""
    for _half in range(round(2 * hours)):
        await leap(hass, freezer, HOUR_S / 2)
        await speak(hass, *speaking)


# Certificates


@pytest.mark.freeze_time(NOON)
async def test_a_hubs_certificate_with_thirteen_days_left_is_named_with_its_hub(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online", retain=True)
    await certificate_ends_in(hass, 13.01)
    await look_again(hass, freezer)
    assert pressing(hass) == ["certificate_hub_expires"]
    found = the(hass, "certificate_hub_expires")
    assert found.severity is ir.IssueSeverity.WARNING
    assert found.translation_placeholders == {
        "greenhouse": "Greenhouse 1",
        "id": "1",
        "date": "5 December 2026",
        "days": "13",
    }


@pytest.mark.freeze_time(NOON)
async def test_it_is_told_at_30_14_and_3_days_and_after_the_end_and_never_twice_at_once(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online", retain=True)
    await certificate_ends_in(hass, 31)
    seen: list[tuple[str, str, str]] = []
    for _day in range(33):
        await leap(hass, freezer, DAY_S)
        for one in listed(hass):
            told = (str(one.translation_key), str(one.severity), one.issue_id.rpartition("_")[2])
            if told not in seen:
                seen.append(told)
        assert len(listed(hass)) == (1 if seen else 0)
    assert seen == [
        ("certificate_hub_expires", "warning", "soon"),
        ("certificate_hub_expires", "warning", "near"),
        ("certificate_hub_expires", "error", "urgent"),
        ("certificate_hub_expired", "critical", "expired"),
    ]


@pytest.mark.freeze_time(NOON)
async def test_who_ignored_a_month_is_told_again_of_a_fortnight(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await certificate_ends_in(hass, 20)
    await look_again(hass, freezer)
    ir.async_ignore_issue(hass, "sigacs", the(hass, "certificate_hub_expires").issue_id, True)  # noqa: FBT003
    for _day in range(5):
        await leap(hass, freezer, DAY_S)
        assert pressing(hass) == []
    await leap(hass, freezer, DAY_S)
    assert pressing(hass) == ["certificate_hub_expires"]
    assert len(listed(hass)) == 1


@pytest.mark.freeze_time(NOON)
async def test_a_renewed_certificate_ends_it(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await certificate_ends_in(hass, 2)
    await look_again(hass, freezer)
    assert the(hass, "certificate_hub_expires").severity is ir.IssueSeverity.ERROR
    await certificate_ends_in(hass, 425)
    await look_again(hass, freezer)
    assert listed(hass) == []


@pytest.mark.freeze_time(NOON)
async def test_an_authority_that_all_trust_is_told_once(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    for greenhouse in ("1", "2"):
        await certificate_ends_in(hass, 13, greenhouse, name="ca")
    await look_again(hass, freezer)
    assert pressing(hass) == ["certificate_authority_expires"]
    assert about(hass, "certificate_authority_expires")["holders"] == "Greenhouse 1, Greenhouse 2"


@pytest.mark.freeze_time(NOON)
async def test_the_certificates_of_home_assistants_mqtt_are_watched_too(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    (mqtt,) = hass.config_entries.async_entries("mqtt")
    await over_home_assistant(hass)
    for certificate, client_cert, expected in (
        ("auto", None, []),
        (CA.pem.decode(), None, ["certificate_authority_expires"]),
        ("auto", MINE.pem.decode(), ["certificate_mqtt_expires"]),
        ("not a certificate", "neither", []),
    ):
        papers = {"certificate": certificate, "client_cert": client_cert}
        hass.config_entries.async_update_entry(mqtt, data={**mqtt.data, **papers})
        await look_again(hass, freezer)
        assert pressing(hass) == expected
        if "certificate_mqtt_expires" in expected:
            found = the(hass, "certificate_mqtt_expires")
            assert found.learn_more_url == "homeassistant://config/integrations/integration/mqtt"
            assert not found.is_fixable


@pytest.mark.freeze_time(NOON)
async def test_the_certificate_that_the_broker_showed_is_watched(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    entry.runtime_data.transport.server_not_after = (NOW + timedelta(days=2, hours=5)).timestamp()
    await look_again(hass, freezer)
    assert pressing(hass) == ["certificate_server_expires"]
    found = the(hass, "certificate_server_expires")
    assert found.severity is ir.IssueSeverity.ERROR
    assert found.translation_placeholders == {"date": "24 November 2026", "days": "2"}


@pytest.mark.freeze_time(NOON)
async def test_a_greenhouse_goes_by_the_name_that_its_keeper_gave_it(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await certificate_ends_in(hass, 13)
    device_id = entity(hass, "/serre/1#hub").device_id
    dr.async_get(hass).async_update_device(str(device_id), name_by_user="Tunnel nord")
    await look_again(hass, freezer)
    assert about(hass, "certificate_hub_expires")["greenhouse"] == "Tunnel nord"


@pytest.mark.freeze_time(NOON)
@pytest.mark.parametrize(
    ("language", "date"),
    [("fr", "1er décembre 2026"), ("en", "1 December 2026"), ("de", "1 December 2026")],
)
async def test_dates_are_in_home_assistants_language(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, language: str, date: str
) -> None:
    hass.config.language = language
    await over_home_assistant(hass)
    await certificate_ends_in(hass, 9)
    await look_again(hass, freezer)
    assert about(hass, "certificate_hub_expires")["date"] == date


@pytest.mark.freeze_time(NOON)
async def test_while_home_assistant_changes_its_language_nothing_is_said(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await certificate_ends_in(hass, 9)
    hass.config.language = "it"
    await look_again(hass, freezer)
    assert listed(hass) == []
    await async_load_integrations(hass, {"sigacs"})
    await look_again(hass, freezer)
    assert about(hass, "certificate_hub_expires")["date"] == "1 December 2026"


# Nothing received


async def test_a_link_that_brings_nothing_is_told_after_the_time_that_silence_may_last(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await leap(hass, freezer, 49 * 60)
    assert listed(hass) == []
    await leap(hass, freezer, 120)
    assert pressing(hass) == ["nothing_received"]
    await speak(hass, "1")
    await look_again(hass, freezer)
    assert listed(hass) == []


@pytest.mark.parametrize(
    ("topic", "payload"),
    [("/serre/1/etat", "offline"), ("/serre/1/sante", "{}"), ("/serre/1/bac/1/sol", "wet")],
)
async def test_whatever_comes_shows_that_we_may_listen(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, topic: str, payload: str
) -> None:
    await over_home_assistant(hass)
    await fire(hass, topic, payload, retain=True)
    await leap(hass, freezer, 2 * HOUR_S)
    assert listed(hass) == []


async def test_silence_behind_a_broker_that_is_away_is_not_taken_for_a_missing_right(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, False)  # noqa: FBT003
    await leap(hass, freezer, 2 * HOUR_S)
    assert listed(hass) == []


# Silence


async def test_a_planter_that_is_silent_for_a_day_is_told_with_the_probable_cause(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    await speak(hass, "1", "2")
    await fire(hass, "/serre/1/bac/1/batterie", "7")
    for hour in range(23):
        await pass_hours(hass, freezer, 1, "2")
        assert listed(hass) == [], hour
    await pass_hours(hass, freezer, 1, "2")
    assert pressing(hass) == ["planter_silent"]
    found = about(hass, "planter_silent")
    assert (found["planter"], found["greenhouse"]) == ("Planter 1", "Greenhouse 1")
    assert found["why"].startswith("Its battery was at 7 % when it was last heard")
    await speak(hass, "1", "2")
    await look_again(hass, freezer)
    assert listed(hass) == []


async def test_a_planter_at_rest_may_be_silent(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await over_home_assistant(hass)
    await speak(hass, "1", "2")
    coordinator = entry.runtime_data
    planter = coordinator.site.greenhouses["1"].planters["1"]
    coordinator.caretaker.set_rest(planter, dt_util.utcnow().timestamp() + 10 * DAY_S)
    await pass_hours(hass, freezer, 30, "2")
    assert listed(hass) == []


async def test_more_than_a_few_silent_planters_of_a_greenhouse_are_told_together(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    await speak(hass, "1", "2", "3", "4", "5")
    await pass_hours(hass, freezer, 24.5, "1", "2")
    assert pressing(hass) == ["planter_silent"] * 3
    await pass_hours(hass, freezer, 24.5, "1")
    assert pressing(hass) == ["planters_silent"]
    assert about(hass, "planters_silent") == {
        "greenhouse": "Greenhouse 1",
        "count": "4",
        "planters": "Planter 2, Planter 3, Planter 4, Planter 5",
    }


async def test_a_hub_that_is_off_is_one_trouble_and_not_one_for_each_planter(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    await speak(hass, *(str(n) for n in range(12)))
    await fire(hass, "/serre/1/etat", "offline")
    shown: set[str] = set()
    for _half_hour in range(100):
        await leap(hass, freezer, HOUR_S / 2)
        shown |= {one.issue_id for one in listed(hass)}
        assert len(listed(hass)) <= 1
    assert len(shown) == 1
    assert pressing(hass) == ["greenhouse_silent"]
    assert about(hass, "greenhouse_silent")["greenhouse"] == "Greenhouse 1"
    await fire(hass, "/serre/1/etat", "online")
    await speak(hass, *(str(n) for n in range(12)))
    await look_again(hass, freezer)
    assert listed(hass) == []


async def test_a_hub_that_the_broker_believes_connected_is_one_trouble_as_well(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    await speak(hass, "1", "2", "3")
    for _hour in range(50):
        await leap(hass, freezer, HOUR_S)
        assert len(listed(hass)) <= 1
    assert pressing(hass) == ["greenhouse_silent"]


async def test_a_hub_that_is_back_within_the_hour_is_no_matter_for_repairs(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    await speak(hass, "1")
    await fire(hass, "/serre/1/etat", "offline")
    for _minute in range(55):
        await leap(hass, freezer, 60)
        assert listed(hass) == []


@pytest.mark.freeze_time(NOON)
async def test_a_hub_locked_out_by_its_own_certificate_is_told_as_that_alone(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    await speak(hass, "1", "2")
    await certificate_ends_in(hass, 0.01)
    await fire(hass, "/serre/1/etat", "offline")
    for _hour in range(30):
        await leap(hass, freezer, HOUR_S)
        assert pressing(hass) == ["certificate_hub_expired"]


async def test_a_broker_that_is_away_makes_nobody_silent(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    await speak(hass, "1", "2")
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, False)  # noqa: FBT003
    for _hour in range(50):
        await leap(hass, freezer, HOUR_S)
        assert listed(hass) == []


# What is sent wrong


async def test_what_is_refused_again_and_again_is_told_with_the_newest_example(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await speak(hass, "1")
    for _time in range(2):
        await fire(hass, "/serre/1/bac/1/air/temp", "22,5")
        await fire(hass, "/serre/1/bac/1/air/hum", "-1")
        await look_again(hass, freezer)
        assert listed(hass) == []
    await fire(hass, "/serre/1/bac/1/sol", "`[65](x)`")
    await look_again(hass, freezer)
    assert pressing(hass) == ["refused_payloads"]
    assert about(hass, "refused_payloads") == {
        "topic": "/serre/1/bac/1/sol",
        "payload": "??65?(x)?",
        "reason": "it is not a plain decimal number such as 65.0",
    }


async def test_a_slip_of_the_hand_is_not_told(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await speak(hass, "1")
    for _message in range(500):
        await fire(hass, "/serre/1/bac/1/sol", "wet")
    await look_again(hass, freezer)
    assert listed(hass) == []


async def test_what_has_not_been_refused_for_a_day_is_over(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    for _time in range(3):
        await fire(hass, "/serre/1/bac/1/sol", "wet")
        await look_again(hass, freezer)
    for _hour in range(23):
        await pass_hours(hass, freezer, 1, "1")
        assert pressing(hass) == ["refused_payloads"]
    await pass_hours(hass, freezer, 1, "1")
    assert listed(hass) == []


@pytest.mark.freeze_time(NOON)
async def test_a_hubs_clock_that_is_wrong_is_told_until_it_is_right(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    now = int(NOW.timestamp())
    for offset_s, told in ((-300, None), (-420, "7\N{NO-BREAK SPACE}min"), (7200, "2\N{NO-BREAK SPACE}h"), (3, None)):
        await hub_says(hass, clock=now + offset_s)
        await look_again(hass, freezer)
        now += 60
        assert pressing(hass) == (["hub_clock_wrong"] if told else [])
        if told:
            assert about(hass, "hub_clock_wrong")["offset"] == told


@pytest.mark.freeze_time(NOON)
async def test_the_clock_of_a_message_that_the_broker_kept_is_not_judged(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online", retain=True)
    await hub_says(hass, clock=int(NOW.timestamp()) - DAY_S, retain=True)
    await look_again(hass, freezer)
    assert listed(hass) == []


async def test_a_hub_that_has_just_started_may_not_know_the_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    await hub_says(hass, clock=None, uptime=30)
    await look_again(hass, freezer)
    assert listed(hass) == []
    await hub_says(hass, clock=None, uptime=3630)
    await look_again(hass, freezer)
    assert pressing(hass) == ["hub_clock_unset"]
    await hub_says(hass, clock=int(dt_util.utcnow().timestamp()), uptime=3690)
    await look_again(hass, freezer)
    assert listed(hass) == []


async def test_a_hub_that_loses_measurements_is_told(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await fire(hass, "/serre/1/etat", "online")
    await hub_says(hass, dropped=40)
    await look_again(hass, freezer)
    assert listed(hass) == [], "lost before anybody looked"
    await hub_says(hass, dropped=52)
    await look_again(hass, freezer)
    assert pressing(hass) == ["hub_dropping"]
    assert about(hass, "hub_dropping") == {"greenhouse": "Greenhouse 1", "count": "52"}
    await leap(hass, freezer, DAY_S)
    assert listed(hass) == []


# The life of an issue


async def silence_planter_1(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await fire(hass, "/serre/1/etat", "online")
    await speak(hass, "1", "2")
    await pass_hours(hass, freezer, 25, "2")
    await look_again(hass, freezer)
    assert pressing(hass) == ["planter_silent"]


async def test_what_is_ignored_stays_ignored_through_a_reload(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await silence_planter_1(hass, freezer)
    ir.async_ignore_issue(hass, "sigacs", the(hass, "planter_silent").issue_id, True)  # noqa: FBT003
    await hass.config_entries.async_reload(entry.entry_id)
    for _hour in range(30):
        await pass_hours(hass, freezer, 1, "2")
        assert pressing(hass) == []
    await speak(hass, "1")
    await look_again(hass, freezer)
    await silence_planter_1(hass, freezer)


async def test_what_was_ignored_and_is_over_when_home_assistant_returns_is_told_when_it_comes_again(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await silence_planter_1(hass, freezer)
    ir.async_ignore_issue(hass, "sigacs", the(hass, "planter_silent").issue_id, True)  # noqa: FBT003
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.config_entries.async_setup(entry.entry_id)
    await speak(hass, "1", "2")
    await pass_hours(hass, freezer, 26, "1", "2")
    assert listed(hass) == []
    await silence_planter_1(hass, freezer)


async def test_an_entry_that_does_not_run_lists_nothing(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await over_home_assistant(hass)
    await certificate_ends_in(hass, 2)
    await look_again(hass, freezer)
    assert len(listed(hass)) == 1
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    assert listed(hass) == []


async def test_an_entry_that_is_removed_leaves_nothing_behind(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await certificate_ends_in(hass, 2)
    await certificate_ends_in(hass, 2, "2")
    await look_again(hass, freezer)
    ir.async_ignore_issue(hass, "sigacs", listed(hass)[0].issue_id, True)  # noqa: FBT003
    await hass.config_entries.async_remove(entry.entry_id)
    assert [key for key in ir.async_get(hass).issues if key[0] == "sigacs"] == []


async def test_a_removed_greenhouse_takes_its_troubles_along(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await certificate_ends_in(hass, 2)
    await look_again(hass, freezer)
    device = dr.async_get(hass).async_get(str(entity(hass, "/serre/1#hub").device_id))
    assert device
    entry.runtime_data.forget_device(device.identifiers)
    dr.async_get(hass).async_remove_device(device.id)
    await look_again(hass, freezer)
    assert listed(hass) == []


async def test_nothing_is_written_while_nothing_changes(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await silence_planter_1(hass, freezer)
    changes: list[object] = []
    hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, changes.append)
    for _minute in range(60):
        await look_again(hass, freezer)
        await speak(hass, "2")
    assert changes == []


async def test_two_entries_do_not_touch_each_others_issues(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await certificate_ends_in(hass, 2)
    other = MockConfigEntry(domain="sigacs", unique_id="other", data={"transport": "home_assistant"})
    other.add_to_hass(hass)
    await hass.config_entries.async_setup(other.entry_id)
    await look_again(hass, freezer)
    before = {one.issue_id for one in listed(hass)}
    await hass.config_entries.async_remove(other.entry_id)
    await look_again(hass, freezer)
    assert {one.issue_id for one in listed(hass)} < before | {"-"}
    assert pressing(hass) == ["certificate_hub_expires"]


def test_every_page_that_an_issue_leads_to_is_there() -> None:
    pages = [page for page in vars(troubles).values() if str(page).startswith(f"{troubles._DOCUMENTATION}")]
    assert len(pages) > 5
    for page in pages:
        path, _, anchor = page.removeprefix(troubles._DOCUMENTATION).partition("#")
        if path:
            headings = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_no_words_are_left_over_for_issues_that_cannot_be() -> None:
    texts = json.loads((ROOT / "custom_components/sigacs/translations/en.json").read_text(encoding="utf-8"))
    source = Path(troubles.__file__).read_text(encoding="utf-8")
    assert [key for key in texts["issues"] if f'"{re.sub(r"certificate_|_expire[sd]", "", key)}"' not in source] == []
