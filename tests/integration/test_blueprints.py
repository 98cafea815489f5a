"""The blueprints, used as a keeper uses them: chosen, saved with nothing filled in, and left alone for days."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
import json
from pathlib import Path
import re
import shutil
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import persistent_notification
from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.components.notify import DOMAIN as NOTIFY, NotifyEntity
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MqttMockHAClient, WebSocketGenerator
import yaml

from custom_components.sigacs import blueprint_files
from custom_components.sigacs.blueprint_files import BLUEPRINTS, install, render
from custom_components.sigacs.greenhouse.drying import Forecast
from custom_components.sigacs.transport.link import Link, Problem
from tests.integration.stage import SWEEP_S, entity, fire, fire_all, over_home_assistant, pass_time, state
from tests.integration.test_translations import INTEGRATION, texts

pytestmark = pytest.mark.usefixtures("mqtt_mock")

LANGUAGES = ("en", "fr")
PERIOD_S = 15 * 60
HOUR = 3600
ALERT = "sigacs_automation.watering_alert"
ROUND = "sigacs_automation.daily_round"
MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=dt_util.UTC)


@pytest.fixture(autouse=True)
async def listening(hass: HomeAssistant, freezer: FrozenDateTimeFactory, mqtt_mock: MqttMockHAClient) -> None:
    """Listen at six in the morning, in Paris."""
    freezer.move_to(MORNING)
    assert await async_setup_component(hass, persistent_notification.DOMAIN, {})
    await hass.config.async_set_time_zone("Europe/Paris")
    await over_home_assistant(hass)


def soil(planter: int, greenhouse: int = 1) -> str:
    return f"/serre/{greenhouse}/bac/{planter}/sol"


def folder(hass: HomeAssistant) -> Path:
    return Path(hass.config.path("blueprints", "automation", "sigacs"))


async def use(hass: HomeAssistant, *blueprints: str, language: str = "en", **inputs: Any) -> None:
    """Save an automation made of each blueprint."""
    hass.config.language = language
    await install(hass)
    automations = [
        {"id": name, "alias": name, "use_blueprint": {"path": f"sigacs/{name}.yaml", "input": inputs}}
        for name in blueprints
    ]
    config = {AUTOMATION: automations}
    with patch("homeassistant.config.load_yaml_config_file", return_value=deepcopy(config)):
        assert await async_setup_component(hass, AUTOMATION, config)
        await hass.async_block_till_done()
    for name in blueprints:
        assert hass.states.get(f"automation.{name}").state == "on", f"{name} is not valid"


async def measured(hass: HomeAssistant, freezer: FrozenDateTimeFactory, values: dict[str, str], times: int = 4) -> None:
    """Let the same values come in for some periods."""
    for _ in range(times):
        freezer.tick(PERIOD_S - SWEEP_S)
        await pass_time(hass, freezer, SWEEP_S)
        await fire_all(hass, values)


async def until(hass: HomeAssistant, freezer: FrozenDateTimeFactory, clock: str, values: dict[str, str]) -> None:
    """Let the same values come in until it is so late, local time."""
    while dt_util.now().strftime("%H:%M") != clock:
        await measured(hass, freezer, values, times=1)


class Noticeboard:
    """What notifications a person sees in Home Assistant, and how many appeared in all."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self.appeared = 0
        persistent_notification.async_register_callback(hass, self._changed)

    @callback
    def _changed(self, kind: persistent_notification.UpdateType, _all: Any) -> None:
        self.appeared += kind == persistent_notification.UpdateType.ADDED

    @property
    def now(self) -> dict[str, tuple[str, str]]:
        """Title and text of each, by its id."""
        board = self._hass.data.get(persistent_notification.DOMAIN, {})
        return {id_: (one["title"], one["message"]) for id_, one in board.items()}


@pytest.fixture
def board(hass: HomeAssistant) -> Noticeboard:
    return Noticeboard(hass)


@pytest.fixture
def phone(hass: HomeAssistant) -> Iterator[tuple[str, list[ServiceCall]]]:
    """A phone with the app: the id of its device, and what it was sent."""
    entry = MockConfigEntry(domain="mobile_app", unique_id="phone")
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("mobile_app", "phone")}, name="Marie's Pixel"
    )
    sent: list[ServiceCall] = []
    hass.services.async_register(NOTIFY, "mobile_app_marie_s_pixel", sent.append)
    return device.id, sent


class Messenger(NotifyEntity):
    """Something else that can be notified."""

    _attr_name = "Messenger"
    _attr_unique_id = "messenger"

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def async_send_message(self, message: str, title: str | None = None) -> None:
        self.sent.append(f"{title}: {message}")


# The files


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BLUEPRINTS)
async def test_every_blueprint_is_valid_with_nothing_filled_in(hass: HomeAssistant, name: str, language: str) -> None:
    await use(hass, name, language=language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BLUEPRINTS)
def test_no_text_breaks_out_of_its_quotes(name: str, language: str) -> None:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!input", lambda loader, node: loader.construct_scalar(node))
    blueprint = yaml.load(render(name, language), Loader)["blueprint"]
    assert blueprint["author"] == "SIGACS"
    assert "$" not in render(name, language)


def test_both_languages_say_the_same_things_and_french_is_spaced_as_french_is() -> None:
    english, french = (
        dict(texts(json.loads((INTEGRATION / "blueprints" / f"{language}.json").read_text(encoding="utf-8"))))
        for language in LANGUAGES
    )
    assert list(english) == list(french)
    assert [key for key, text in english.items() if re.findall(r"{{.*?}}", text) and "{{" not in french[key]] == []
    assert [key for key, text in french.items() if re.search(r"[^\u00a0\d][:;?!](\s|$)", text)] == []


async def test_a_keeper_finds_them_in_their_own_language(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    hass.config.language = "fr"
    assert await async_setup_component(hass, AUTOMATION, {})
    await install(hass)
    await hass.async_block_till_done()
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "blueprint/list", "domain": "automation"})
    found = (await client.receive_json())["result"]
    names = {path: one["metadata"]["name"] for path, one in found.items() if path.startswith("sigacs/")}
    assert names == {
        "sigacs/daily_round.yaml": "Tournée d'arrosage du jour (SIGACS)",
        "sigacs/watering_alert.yaml": "Alerte d'arrosage (SIGACS)",
        "sigacs/frost_warning.yaml": "Alerte au gel (SIGACS)",
        "sigacs/silence_warning.yaml": "Alerte de silence (SIGACS)",
    }


async def test_what_nobody_touched_follows_the_language(hass: HomeAssistant) -> None:
    await install(hass)
    hass.config.language = "fr"
    await install(hass)
    assert "Tournée" in (folder(hass) / "daily_round.yaml").read_text(encoding="utf-8")


async def test_a_language_that_we_do_not_speak_gets_english(hass: HomeAssistant) -> None:
    hass.config.language = "de"
    await install(hass)
    assert "Daily watering round" in (folder(hass) / "daily_round.yaml").read_text(encoding="utf-8")


async def test_what_its_keeper_changed_is_left_alone(hass: HomeAssistant) -> None:
    await install(hass)
    changed = folder(hass) / "daily_round.yaml"
    theirs = changed.read_text(encoding="utf-8").replace("08:00:00", "07:30:00")
    changed.write_text(theirs, encoding="utf-8")
    hass.config.language = "fr"
    await install(hass)
    assert changed.read_text(encoding="utf-8") == theirs
    assert "Alerte" in (folder(hass) / "frost_warning.yaml").read_text(encoding="utf-8")


async def test_a_file_of_the_same_name_from_elsewhere_is_left_alone(hass: HomeAssistant) -> None:
    folder(hass).mkdir(parents=True, exist_ok=True)
    (folder(hass) / "daily_round.yaml").write_text("blueprint: {}\n", encoding="utf-8")
    await install(hass)
    assert (folder(hass) / "daily_round.yaml").read_text(encoding="utf-8") == "blueprint: {}\n"


async def test_a_newer_version_takes_the_place_of_an_older_one(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    await use(hass, "daily_round")
    older = folder(hass) / "daily_round.yaml"
    before = older.read_text(encoding="utf-8")
    monkeypatch.setattr(blueprint_files, "_source", lambda _name: "blueprint: {name: newer, domain: automation}\n")
    await install(hass)
    await hass.async_block_till_done()
    assert older.read_text(encoding="utf-8") != before
    assert "newer" in older.read_text(encoding="utf-8")


async def test_a_folder_that_cannot_be_written_is_one_line_in_the_log(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(folder(hass))
    folder(hass).write_text("not a folder", encoding="utf-8")
    await install(hass)
    assert caplog.text.count("The automation blueprints cannot be written") == 1


# The watering alert


async def test_a_dry_planter_is_one_notification_that_goes_when_it_is_watered(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, board: Noticeboard
) -> None:
    await fire_all(hass, {soil(1): "60.0", soil(2): "60.0"})
    await use(hass, "watering_alert")
    await measured(hass, freezer, {soil(1): "20.0", soil(2): "60.0"}, times=8)
    assert board.now == {ALERT: ("1 planter to water", "- Planter 1: 20%")}
    await measured(hass, freezer, {soil(1): "20.0", soil(2): "12.0"})
    assert board.now == {ALERT: ("2 planters to water", "- Planter 2: 12%\n- Planter 1: 20%")}
    await measured(hass, freezer, {soil(1): "70.0", soil(2): "12.0"})
    assert board.now == {ALERT: ("1 planter to water", "- Planter 2: 12%")}
    await measured(hass, freezer, {soil(1): "70.0", soil(2): "70.0"})
    assert board.now == {}
    assert board.appeared == 1


@pytest.mark.parametrize("blueprint", ["watering_alert", "daily_round"])
async def test_21_planters_that_hover_around_their_threshold_for_a_day_are_one_notification(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    board: Noticeboard,
    phone: tuple[str, list[ServiceCall]],
    blueprint: str,
) -> None:
    device, sent = phone
    planters = range(1, 22)
    await fire_all(hass, {soil(planter): "31.0" for planter in planters})
    await use(hass, blueprint, phones=[device])
    for step in range(24 * 4):
        # Every planter crosses its threshold of 30 % many times, each at times of its own.
        values = {soil(planter): f"{30 + ((step * planter + planter) % 9 - 4) / 2:.1f}" for planter in planters}
        await measured(hass, freezer, values, times=1)
    shown = [call.data for call in sent if call.data["message"] != "clear_notification"]
    assert sum(not one["data"]["alert_once"] for one in shown) == 1
    assert {one["data"]["tag"] for one in shown} == {shown[0]["data"]["tag"]}
    assert board.appeared == 0


async def test_a_messenger_is_told_when_thirst_begins_and_not_for_each_planter(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, board: Noticeboard
) -> None:
    messenger = Messenger()
    assert await async_setup_component(hass, NOTIFY, {})
    await hass.data[DATA_INSTANCES][NOTIFY].async_add_entities([messenger])
    assert messenger.entity_id
    await fire_all(hass, {soil(planter): "60.0" for planter in (1, 2, 3)})
    await use(hass, "watering_alert", notifiers=[messenger.entity_id])
    await measured(hass, freezer, {soil(1): "20.0", soil(2): "60.0", soil(3): "60.0"})
    await measured(hass, freezer, {soil(1): "20.0", soil(2): "20.0", soil(3): "20.0"})
    assert messenger.sent == ["1 planter to water: - Planter 1: 20%"]
    assert board.now == {}


async def test_what_is_dry_already_is_told_as_soon_as_the_alert_is_saved(
    hass: HomeAssistant, phone: tuple[str, list[ServiceCall]]
) -> None:
    device, sent = phone
    await fire(hass, soil(1), "20.0")
    await use(hass, "watering_alert", phones=[device])
    for _ in range(3):
        hass.bus.async_fire("automation_reloaded")
        await hass.async_block_till_done()
    assert [(call.data["message"], call.data["data"]["alert_once"]) for call in sent] == [("- Planter 1: 20%", False)]


async def test_home_assistant_s_own_notification_is_there_again_after_a_restart(
    hass: HomeAssistant, board: Noticeboard
) -> None:
    await fire(hass, soil(1), "20.0")
    await use(hass, "watering_alert")
    hass.bus.async_fire("automation_reloaded")
    await hass.async_block_till_done()
    persistent_notification.async_dismiss(hass, ALERT)
    hass.bus.async_fire("automation_reloaded")
    await hass.async_block_till_done()
    assert board.now == {ALERT: ("1 planter to water", "- Planter 1: 20%")}


# The daily round


async def test_the_round_is_one_message_in_order_of_urgency_with_who_is_unknown(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, board: Noticeboard
) -> None:
    dry = {soil(1): "22.0", soil(2): "11.0", soil(3): "60.0"}
    await fire_all(hass, dry | {soil(4): "60.0"})
    for planter, name in ((1, "Tomatoes"), (2, "Basil"), (4, "Mint")):
        device = entity(hass, f"/serre/1/bac/{planter}#needs_water").device_id
        dr.async_get(hass).async_update_child_device(device, name_by_user=name)
    await use(hass, "daily_round", at="09:00:00")
    await until(hass, freezer, "08:45", dry)
    assert board.now == {}
    await until(hass, freezer, "09:00", dry)
    assert board.now == {
        ROUND: (
            "2 planters to water",
            "- Basil: 11%\n- Tomatoes: 22%\n\nI do not know about Mint (no reading since Monday 07:00).",
        )
    }
    await until(hass, freezer, "08:45", dry)
    assert board.appeared == 1


async def test_the_round_speaks_french(hass: HomeAssistant, freezer: FrozenDateTimeFactory, board: Noticeboard) -> None:
    dry = {soil(1): "22.0"}
    await fire_all(hass, dry)
    await use(hass, "daily_round", language="fr")
    await until(hass, freezer, "08:00", dry)
    assert board.now == {ROUND: ("1 bac à arroser", "- Planter 1\u00a0: 22\u00a0%")}


async def test_the_round_says_nothing_when_nothing_needs_water_and_takes_yesterday_s_message_away(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, board: Noticeboard
) -> None:
    await fire_all(hass, {soil(1): "22.0"})
    await use(hass, "daily_round")
    await until(hass, freezer, "08:15", {soil(1): "22.0"})
    assert list(board.now) == [ROUND]
    await until(hass, freezer, "07:45", {soil(1): "70.0"})
    await until(hass, freezer, "08:15", {soil(1): "70.0"})
    assert board.now == {}


async def test_the_round_names_the_greenhouse_where_there_are_several(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, board: Noticeboard
) -> None:
    dry = {soil(1): "22.0", soil(1, greenhouse=2): "11.0"}
    await fire_all(hass, dry)
    await use(hass, "daily_round")
    await until(hass, freezer, "08:00", dry)
    assert board.now[ROUND][1] == "- Greenhouse 2, Planter 1: 11%\n- Greenhouse 1, Planter 1: 22%"


async def test_the_round_can_be_for_one_greenhouse(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, board: Noticeboard
) -> None:
    dry = {soil(1): "22.0", soil(1, greenhouse=2): "11.0"}
    await fire_all(hass, dry)
    chosen = entity(hass, "/serre/1#silence").device_id
    await use(hass, "daily_round", planters={"device_id": [chosen]})
    await until(hass, freezer, "08:00", dry)
    assert board.now[ROUND][1] == "- Greenhouse 1, Planter 1: 22%"


async def test_the_round_says_what_comes_next(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, board: Noticeboard
) -> None:
    values = {soil(1): "22.0", soil(2): "60.0"}
    await fire_all(hass, values)
    await use(hass, "daily_round", language="fr")
    await until(hass, freezer, "07:45", values)
    site = hass.config_entries.async_entries("sigacs")[0].runtime_data.site
    thursday = datetime(2026, 11, 26, 13, 10, tzinfo=dt_util.UTC).timestamp()
    site.greenhouses["1"].planters["2"].outlook.foreseen = Forecast(thursday, thursday - HOUR, thursday + HOUR)
    await until(hass, freezer, "08:00", values)
    assert board.now[ROUND][1].endswith("\n\nEnsuite\u00a0: Planter 2, vers jeudi 14\u00a0h\u00a000.")


async def press(hass: HomeAssistant, sent: list[ServiceCall], title: str) -> None:
    """Press a button of the newest message, as the app tells Home Assistant."""
    shown = [call.data for call in sent if call.data["message"] != "clear_notification"]
    button = next(one for one in shown[-1]["data"]["actions"] if one["title"] == title)
    hass.bus.async_fire("mobile_app_notification_action", {"action": button["action"]})
    await hass.async_block_till_done()


async def test_tomorrow_on_the_phone_puts_these_planters_at_rest_until_the_next_round(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, phone: tuple[str, list[ServiceCall]]
) -> None:
    device, sent = phone
    dry = {soil(1): "22.0", soil(2): "60.0"}
    await fire_all(hass, dry)
    await use(hass, "daily_round", phones=[device])
    await until(hass, freezer, "08:00", dry)
    assert [call.data["message"] for call in sent] == ["- Planter 1: 22%"]
    await press(hass, sent, "Tomorrow")
    assert state(hass, "/serre/1/bac/1#status") == "at_rest"
    assert state(hass, "/serre/1/bac/2#status") == "fine"
    assert sent[-1].data["message"] == "clear_notification"
    await until(hass, freezer, "07:45", dry)
    await until(hass, freezer, "08:00", dry)
    assert sent[-1].data["message"] == "- Planter 1: 22%"


async def test_watered_on_the_phone_marks_the_planters_of_that_message_alone(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, phone: tuple[str, list[ServiceCall]]
) -> None:
    device, sent = phone
    await fire_all(hass, {soil(1): "22.0", soil(2): "60.0"})
    await use(hass, "daily_round", phones=[device])
    await until(hass, freezer, "08:00", {soil(1): "22.0", soil(2): "60.0"})
    await until(hass, freezer, "10:00", {soil(1): "22.0", soil(2): "20.0"})
    assert state(hass, "/serre/1/bac/2#needs_water") == "on"
    await press(hass, sent, "Watered")
    await until(hass, freezer, "15:00", {soil(1): "22.0", soil(2): "20.0"})
    reasons = [
        hass.states.get(entity(hass, f"/serre/1/bac/{planter}#status").entity_id).attributes["reason"]
        for planter in (1, 2)
    ]
    assert reasons == ["watered_without_rise", "below_threshold"]


async def test_a_button_of_something_else_is_none_of_the_round_s_business(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await fire(hass, soil(1), "22.0")
    await use(hass, "daily_round")
    for data in ({"action": "open_garage"}, {}):
        hass.bus.async_fire("mobile_app_notification_action", data)
        await hass.async_block_till_done()
    assert hass.states.get("automation.daily_round").attributes["last_triggered"] is None


async def test_a_phone_that_is_gone_leaves_the_message_in_home_assistant(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, board: Noticeboard
) -> None:
    await fire(hass, soil(1), "22.0")
    await use(hass, "daily_round", phones=["0123456789abcdef0123456789abcdef"])
    await until(hass, freezer, "08:00", {soil(1): "22.0"})
    assert list(board.now) == [ROUND]


# Silence


async def test_a_hub_that_is_off_is_one_message_that_goes_when_it_is_back(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, board: Noticeboard
) -> None:
    planters = {soil(planter): "60.0" for planter in range(1, 13)}
    await fire_all(hass, planters | {"/serre/1/etat": "online"})
    await use(hass, *BLUEPRINTS)
    await measured(hass, freezer, planters)
    await fire(hass, "/serre/1/etat", "offline")
    await pass_time(hass, freezer, 6 * HOUR)
    assert list(board.now.values()) == [
        (
            "No news of Greenhouse 1",
            "Nothing has been heard of Greenhouse 1 since 08:00: 12 planters. Does its hub have power and Wi-Fi?",
        )
    ]
    await fire(hass, "/serre/1/etat", "online")
    await measured(hass, freezer, planters, times=2)
    assert board.now == {}
    assert board.appeared == 1


async def test_a_planter_that_is_silent_is_named_and_another_one_does_not_ring_again(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, phone: tuple[str, list[ServiceCall]]
) -> None:
    device, sent = phone
    three = {soil(planter): "60.0" for planter in (1, 2, 3)}
    await fire_all(hass, three)
    await use(hass, "silence_warning", phones=[device])
    for quiet in (1, 2):
        del three[soil(quiet)]
        await measured(hass, freezer, three, times=6)
    assert [(call.data["message"], call.data["data"]["alert_once"]) for call in sent] == [
        ("Silent since 07:00: Planter 1. Look at the battery first.", False),
        ("Silent since 07:00: Planter 1, Planter 2. Look at the battery first.", True),
    ]


async def test_a_broker_that_cannot_be_reached_is_one_message_however_many_greenhouses(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, board: Noticeboard
) -> None:
    await fire_all(hass, {soil(1, greenhouse): "60.0" for greenhouse in (1, 2, 3)})
    await use(hass, "silence_warning")
    link = hass.config_entries.async_entries("sigacs")[0].runtime_data.link
    link.changed(Link(Problem.LOST))
    await pass_time(hass, freezer, 3 * HOUR)
    assert [title for title, _ in board.now.values()] == ["No news of any greenhouse"]
    link.changed(Link())
    await measured(hass, freezer, {soil(1, greenhouse): "60.0" for greenhouse in (1, 2, 3)}, times=1)
    assert board.now == {}


# Frost


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "It is 1.5 °C in Greenhouse 1 (Planter 1)."),
        ("fr", "Il fait 1,5 °C dans Greenhouse 1 (Planter 1)."),
    ],
)
async def test_frost_is_told_with_the_temperature(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, board: Noticeboard, language: str, message: str
) -> None:
    air = [f"/serre/1/bac/{planter}/air/temp" for planter in (1, 2, 3)]
    await fire_all(hass, dict.fromkeys(air, "12.0"))
    await pass_time(hass, freezer, 60)
    await use(hass, "frost_warning", language=language)
    await measured(hass, freezer, dict.fromkeys(air, "1.5"))
    assert [text for _, text in board.now.values()] == [message]


# The action behind it


async def test_the_watering_round_can_be_asked_for(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await fire_all(hass, {soil(1): "22.0", soil(2): "60.0"})
    answer = await hass.services.async_call("sigacs", "watering_round", {}, blocking=True, return_response=True)
    assert answer is not None
    assert [one["name"] for one in answer["thirsty"]] == ["Planter 1"]
    assert answer["planters"] == 2
    assert answer["title"] == "1 planter to water"


async def test_a_planter_whose_sensor_was_switched_off_is_not_on_the_round(hass: HomeAssistant) -> None:
    await fire_all(hass, {soil(1): "22.0", soil(2): "22.0"})
    off = entity(hass, "/serre/1/bac/1#needs_water").entity_id
    er.async_get(hass).async_update_entity(off, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    answer = await hass.services.async_call("sigacs", "watering_round", {}, blocking=True, return_response=True)
    assert answer is not None
    assert [one["name"] for one in answer["thirsty"]] == ["Planter 2"]
