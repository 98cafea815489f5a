"""The documents for people who use the integration name everything that there is, and nothing that there is not."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
import json
from pathlib import Path
import re
from string import Formatter
from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
import yaml

from custom_components.sigacs.blueprint_files import BLUEPRINTS, render
from custom_components.sigacs.condition import async_get_conditions
from custom_components.sigacs.const import DOMAIN, PLATFORMS
from custom_components.sigacs.greenhouse.status import Reason, State
from custom_components.sigacs.trigger import async_get_triggers
from tests.integration.stage import fire_all, over_home_assistant

ROOT = Path(__file__).resolve().parents[2]
INTEGRATION = ROOT / "custom_components" / DOMAIN
LANGUAGES = {"en": "", "fr": ".fr"}
REFERENCE = "docs/integration"
NAMED_BY_DEVICE_CLASS = {
    "sensor": ("moisture", "temperature", "humidity", "battery", "signal_strength"),
    "binary_sensor": ("connectivity",),
}
PLACES = {
    "en": {"greenhouse": "Greenhouse 1", "planter": "Planter 3", "count": "5", "date": "…"},
    "fr": {"greenhouse": "Serre 1", "planter": "Bac 3", "count": "5", "date": "…"},
}
NAMES = {"en": ("Basil", "Tomatoes", "Mint", "Lettuce"), "fr": ("Basilic", "Tomates", "Menthe", "Laitues")}
OTHER = {"en": "any other measure", "fr": "toute autre mesure"}

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


def text(document: str, language: str = "en") -> str:
    path = ROOT / f"{document}{LANGUAGES[language]}.md"
    return path.read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")


def section(document: str, language: str, number: int) -> str:
    """What stands below the heading of this number, the same in both languages."""
    return re.split(r"^#+ .*\n", text(document, language), flags=re.MULTILINE)[number]


def heading(english: str, document: str = REFERENCE) -> int:
    """The number of a heading, by its English words."""
    return re.findall(r"^#+ (.*)\n", text(document), re.MULTILINE).index(english) + 1


def rows(table: str) -> Iterator[list[str]]:
    """The cells of each row of a table, without its head."""
    lines = [line for line in table.splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def blocks(document: str, language: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", text(document, language), re.MULTILINE | re.DOTALL)


def translations(language: str) -> dict[str, Any]:
    return json.loads(  # type: ignore[no-any-return]
        (INTEGRATION / "translations" / f"{language}.json")
        .read_text(encoding="utf-8")
        .replace("\N{NO-BREAK SPACE}", " ")
    )


def of_home_assistant(domain: str, language: str) -> Mapping[str, Any]:
    path = files("homeassistant.components") / domain / "translations" / f"{language}.json"
    return json.loads(path.read_text(encoding="utf-8"))["entity_component"]  # type: ignore[no-any-return]


# What there is


@in_both_languages
def test_every_entity_is_told_by_its_name(language: str) -> None:
    told = {
        name
        for _device, names, _about in rows(section(REFERENCE, language, heading("What you see")))
        for name in names.split(", ")
    }
    entities = translations(language)["entity"]
    ours = {entity["name"] for platform in entities.values() for entity in platform.values()} - {"{leaf}"}
    theirs = {
        of_home_assistant(domain, language)[device_class]["name"]
        for domain, device_classes in NAMED_BY_DEVICE_CLASS.items()
        for device_class in device_classes
    }
    assert told == ours | theirs | {OTHER[language]}


@in_both_languages
def test_every_status_is_told_with_all_its_reasons(language: str) -> None:
    status = translations(language)["entity"]["sensor"]["status"]
    assert set(status["state"]) == set(State)
    reasons = status["state_attributes"]["reason"]["state"]
    assert set(reasons) == set(Reason)
    table = list(rows(section(REFERENCE, language, heading("What a planter tells"))))
    assert [state for state, _reason in table if state] == list(status["state"].values())
    assert {reason for _state, reason in table} == set(reasons.values())


@in_both_languages
def test_every_trouble_in_repairs_is_told(language: str) -> None:
    issues = translations(language)["issues"]
    expired = {key for key in issues if key.endswith("_expired")}
    assert {key.replace("_expired", "_expires") for key in expired} <= set(issues)
    titles = {Formatter().vformat(issues[key]["title"], (), PLACES[language]) for key in set(issues) - expired}
    assert {
        title for title, _when, _then in rows(section(REFERENCE, language, heading("Certificates and Repairs")))
    } == titles


def test_repairs_can_tell_all_of_it_and_nothing_else() -> None:
    source = (INTEGRATION / "troubles.py").read_text(encoding="utf-8")
    keys = set(re.findall(r'Issue\(\s*f?"[^"]*",\s*"(\w+)"', source))
    owners = set(re.findall(r'from _certificate\(situation,.*?"(\w+)"', source))
    ends = {f"certificate_{owner}_{state}" for owner in owners for state in ("expires", "expired")}
    assert keys | ends == set(translations("en")["issues"])


@in_both_languages
async def test_every_trigger_condition_and_action_is_told(hass: HomeAssistant, language: str) -> None:
    there = {
        "trigger": set(await async_get_triggers(hass)),
        "condition": set(await async_get_conditions(hass)),
        "action": set(translations(language)["services"]),
    }
    examples = "\n".join(blocks("docs/automations", language, "yaml"))
    for kind, title in (("trigger", "Triggers"), ("condition", "Conditions"), ("action", "Actions")):
        table = section("docs/automations", language, heading(title, "docs/automations"))
        assert {name.strip("`").removeprefix("sigacs.") for name, _about in rows(table)} == there[kind]
        assert set(re.findall(rf"{kind}: sigacs\.(\w+)", examples)) == there[kind], "each has an example"


@in_both_languages
def test_every_blueprint_is_told_with_what_it_says(language: str) -> None:
    names = {yaml_of(render(name, language))["name"].removesuffix(" (SIGACS)") for name in BLUEPRINTS}
    outline = re.findall(r"^### (.*)$", text("docs/automations", language), re.MULTILINE)
    assert set(outline[: len(BLUEPRINTS)]) == names
    assert all(f"**{name}**" in text("README", language) for name in names)
    words = json.loads((INTEGRATION / "blueprints" / f"{language}.json").read_text(encoding="utf-8"))
    for button in ("done", "tomorrow"):
        assert f"**{words['daily_round'][button]}**" in text("docs/automations", language)


def yaml_of(blueprint: str) -> dict[str, str]:
    class Loader(yaml.SafeLoader):
        """Reads `!input` as its name."""

    Loader.add_constructor("!input", lambda loader, node: loader.construct_scalar(node))  # type: ignore[arg-type]
    loaded: dict[str, dict[str, str]] = yaml.load(blueprint, Loader)
    return loaded["blueprint"]


@in_both_languages
def test_the_messages_are_shown_in_their_words(language: str) -> None:
    say = translations(language)["common"]
    basil, tomatoes, mint, lettuce = NAMES[language]
    clock = say["clock"]
    monday, thursday = (say["weekdays"].split()[day] for day in (0, 3))
    since, moment = (
        f"{monday} {clock.format(hour='07', minute='00')}",
        f"{thursday} {clock.format(hour='14', minute='00')}",
    )
    unknown = say["round_unknown"].format(names=say["round_silent"].format(name=mint, since=since))
    following = say["round_next"].format(name=lettuce, moment=moment)
    thirsty = [
        say["round_stop"].format(name=basil, moisture=11),
        say["round_stop_without_rise"].format(name=tomatoes, moisture=22),
    ]
    message = "\n".join([say["round_titles"].format(count=2), *(f"- {stop}" for stop in thirsty)])
    assert blocks("docs/automations", language, "text")[0] == f"{message}\n\n{unknown}\n\n{following}\n"
    names = say["list_end"].format(names=basil, last=tomatoes)
    assert [answer for _question, answer in rows(text("docs/automations", language).rpartition("\n## ")[2])] == [
        say["spoken_many"].format(count=2, names=names),
        f"{say['spoken_none']} {following}",
        f"{say['spoken_no_other']} {unknown}",
        say["spoken_one"].format(names=basil),
    ]


@in_both_languages
async def test_what_stays_after_the_removal_is_told(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, hass_storage: dict[str, Any], language: str
) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {"/serre/1/bac/3/sol": "50.0"})
    examples = [yaml.safe_load(block) for block in blocks("docs/automations", language, "yaml")]
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: examples})
    await hass.config_entries.async_remove(entry.entry_id)
    hass.bus.async_fire_internal(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    folder = Path("blueprints/automation") / DOMAIN
    assert await hass.async_add_executor_job(Path(hass.config.path(str(folder))).is_dir)
    stays = {str(folder)} | {f".storage/{name}" for name in hass_storage if name.startswith(DOMAIN)}
    table = section("docs/removal", language, heading("In Home Assistant", "docs/removal"))
    assert stays == {found for found in re.findall(r"`([^`]+)`", table) if found.startswith((".storage/sig", "blue"))}


def test_the_architecture_has_a_place_for_every_module() -> None:
    named = set(re.findall(r"`(\w+)(?:\.py)?`", text("ARCHITECTURE")))
    modules = {path.stem for path in INTEGRATION.rglob("*.py")} - {"__init__"}
    in_groups = {path.stem for path in (INTEGRATION / "sensor").glob("*.py")} | {
        str(platform) for platform in PLATFORMS
    }
    assert modules - in_groups - named == set()


# What there is works


@in_both_languages
async def test_home_assistant_takes_every_example(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, language: str
) -> None:
    hass.config.language = language
    await over_home_assistant(hass)
    readings = {"sol": "50.0", "air/temp": "20.0", "air/hum": "60.0"}
    await fire_all(hass, {f"/serre/1/bac/3/{leaf}": value for leaf, value in readings.items()})
    blocks_of_yaml = blocks("docs/automations", language, "yaml")
    loaded = [yaml.safe_load(block) for block in blocks_of_yaml]
    cards = [one for one in loaded if "type" in one]
    examples = [one for one in loaded if one not in cards]
    assert len(examples) > 10
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: examples})
    await hass.async_block_till_done()
    automations = {state.attributes["friendly_name"]: state.state for state in hass.states.async_all(AUTOMATION)}
    assert automations == {example["alias"]: "on" for example in examples}
    for card in cards:
        assert hass.services.has_service(*card["tap_action"]["perform_action"].split("."))
    ours = set(re.findall(r"\b\w+\.(?:greenhouse|serre)_1_\w+", "\n".join(blocks_of_yaml)))
    assert len(ours) > 2
    assert ours <= set(hass.states.async_entity_ids())


def test_every_platform_says_how_many_updates_go_at_once() -> None:
    for platform in PLATFORMS:
        path = INTEGRATION / f"{platform}.py"
        source = (path if path.exists() else INTEGRATION / platform / "__init__.py").read_text(encoding="utf-8")
        assert "\nPARALLEL_UPDATES = 0\n" in source, platform


def test_the_evidence_of_the_quality_scale_is_there() -> None:
    rules = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text(encoding="utf-8"))["rules"]
    for rule, said in rules.items():
        assert said["status"] in {"done", "exempt"}, rule
        for path, test in re.findall(
            r"((?:custom_components|tests|docs|script)/[\w./-]*\w)(?:::(\w+))?", said["comment"]
        ):
            assert (ROOT / path).exists(), f"{rule}: {path}"
            assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), f"{rule}: {test}"
