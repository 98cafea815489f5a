"""English and French say the same things, and everything that a person can meet is said."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import EntityDescription
from homeassistant.setup import async_setup_component
import pytest
import voluptuous as vol
import yaml

from custom_components.sigacs.binary_sensor import RISKS, HubSensor, NeedsWaterSensor, SilenceSensor
from custom_components.sigacs.button import CALIBRATION, MARK_WATERED
from custom_components.sigacs.certificates import Fault
from custom_components.sigacs.const import DOMAIN
from custom_components.sigacs.datetime import PlanterRest
from custom_components.sigacs.direct_form import schema
from custom_components.sigacs.event import WateringEvent
from custom_components.sigacs.greenhouse.alerts import Cause
from custom_components.sigacs.greenhouse.calibration import CalibrationFault
from custom_components.sigacs.greenhouse.soil import SoilEvent
from custom_components.sigacs.greenhouse.status import Reason, State
from custom_components.sigacs.number import LIMITS, FrostNumber
from custom_components.sigacs.options_flow import _SCHEMA as OPTIONS
from custom_components.sigacs.sensor.certificates import CERTIFICATE_SENSORS
from custom_components.sigacs.sensor.greenhouses import GREENHOUSE_SENSORS
from custom_components.sigacs.sensor.measures import MEASURE_SENSORS
from custom_components.sigacs.sensor.planters import PLANTER_SENSORS
from custom_components.sigacs.transport.link import Problem

INTEGRATION = Path(__file__).resolve().parents[2] / "custom_components" / DOMAIN
LANGUAGES = ("en", "fr")
PARTS = ("data", "data_description")
NO_FORM_SHOWS: frozenset[Problem] = frozenset(
    {
        Problem.CORE_DISCONNECTED,  # Home Assistant's own MQTT lost its broker, which that integration explains
        Problem.CORE_MISSING,  # ends the flow instead: an abort, and an exception
    }
)


def load(name: str) -> dict[str, Any]:
    return json.loads((INTEGRATION / name).read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def texts(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, str):
            yield f"{path}{key}", value
        else:
            yield from texts(value, f"{path}{key}.")


ENGLISH, FRENCH = (dict(texts(load(f"translations/{language}.json"))) for language in LANGUAGES)


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


def test_both_languages_say_the_same_things() -> None:
    assert list(ENGLISH) == list(FRENCH)


def test_both_languages_fill_in_the_same_things() -> None:
    assert {key: placeholders(text) for key, text in ENGLISH.items()} == {
        key: placeholders(text) for key, text in FRENCH.items()
    }


@pytest.mark.parametrize("language", [ENGLISH, FRENCH], ids=LANGUAGES)
def test_nothing_is_empty_unfinished_or_refers_to_what_is_not_resolved(language: dict[str, str]) -> None:
    assert [key for key, text in language.items() if not text.strip() or text != text.strip()] == []
    assert [key for key, text in language.items() if "[%key" in text or "TODO" in text] == []


def test_french_is_not_english() -> None:
    same = {key for key, text in FRENCH.items() if text == ENGLISH[key]}
    words = {ENGLISH[key] for key in same if re.search(r"[a-z]{4}", ENGLISH[key].replace("{leaf}", ""))}
    assert words <= {"Port", "Silence", "Condensation", "Cause"}  # which are French too


@pytest.mark.parametrize("key", [*(set(Problem) - NO_FORM_SHOWS), *Fault])
def test_every_failure_has_its_words(key: str) -> None:
    assert f"config.error.{key}" in ENGLISH


def test_no_words_are_left_over_for_failures_that_cannot_happen() -> None:
    said = {key.removeprefix("config.error.") for key in ENGLISH if key.startswith("config.error.")}
    assert said - set(Problem) - set(Fault) == {"missing"}


def test_what_ends_a_flow_or_a_setup_has_its_words() -> None:
    assert f"config.abort.{Problem.CORE_MISSING}" in ENGLISH
    assert f"exceptions.{Problem.CORE_MISSING}.message" in ENGLISH
    assert f"exceptions.{Problem.UNUSABLE_CERTIFICATE}.message" in ENGLISH
    reasons = re.findall(r'reason="(\w+)"', (INTEGRATION / "config_flow.py").read_text(encoding="utf-8"))
    assert [reason for reason in reasons if f"config.abort.{reason}" not in ENGLISH] == []


@pytest.mark.parametrize(
    ("step", "form"),
    [
        ("config.step.direct", schema({}, {}, with_address=True)),
        ("config.step.reauth_confirm", schema({}, {}, with_address=False)),
        ("options.step.init", OPTIONS),
    ],
)
def test_every_field_has_a_label_and_a_description(step: str, form: vol.Schema) -> None:
    fields = [str(key) for key in form.schema]
    said = {part: {key.rpartition(".")[2] for key in ENGLISH if key.startswith(f"{step}.{part}.")} for part in PARTS}
    assert said == {part: set(fields) for part in PARTS}


def _words_of(platform: str, description: EntityDescription) -> list[str]:
    """What has to be said of an entity: its name, and each state of those that have states of their own."""
    key = f"entity.{platform}.{description.translation_key}"
    states = getattr(description, "options", None) or []
    return [f"{key}.name", *(f"{key}.state.{state}" for state in states)] if description.translation_key else []


DESCRIBED: list[tuple[str, EntityDescription]] = [
    *(("sensor", one) for one in (*MEASURE_SENSORS.values(), *PLANTER_SENSORS, *GREENHOUSE_SENSORS)),
    *(("sensor", one) for one in CERTIFICATE_SENSORS.values()),
    *(("binary_sensor", one.entity_description) for one in (HubSensor, NeedsWaterSensor, SilenceSensor)),
    *(("binary_sensor", one) for one in RISKS),
    *(("number", one) for one in (*LIMITS, FrostNumber.entity_description)),
    ("datetime", PlanterRest.entity_description),
    *(("button", one) for one in (MARK_WATERED, *CALIBRATION)),
    ("event", WateringEvent.entity_description),
]
ENUMERATED: dict[str, type[StrEnum]] = {
    "sensor.status.state_attributes.reason": Reason,
    "binary_sensor.silence.state_attributes.cause": Cause,
    "event.watering.state_attributes.event_type": SoilEvent,
}


def test_every_name_and_every_state_that_an_entity_asks_for_is_there() -> None:
    wanted = [word for platform, description in DESCRIBED for word in _words_of(platform, description)]
    assert len(wanted) > 30
    assert [word for word in [*wanted, "entity.sensor.other.name"] if word not in ENGLISH] == []


@pytest.mark.parametrize(("attribute", "values"), ENUMERATED.items())
def test_every_value_of_an_attribute_that_says_why_has_its_words(attribute: str, values: type[StrEnum]) -> None:
    start = f"entity.{attribute}.state."
    assert {key.removeprefix(start) for key in ENGLISH if key.startswith(start)} == set(values)


def test_every_refusal_of_a_button_or_an_action_has_its_words() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in INTEGRATION.glob("*.py"))
    keys = re.findall(r'translation_domain=DOMAIN, translation_key="(\w+)"', code)
    keys += [f"calibration_{fault}" for fault in ("no_voltage", *CalibrationFault)]
    said = {key.split(".")[1] for key in ENGLISH if key.startswith("exceptions.")}
    assert said == {*keys, Problem.CORE_MISSING, Problem.UNUSABLE_CERTIFICATE}


def test_every_action_and_each_of_its_fields_is_described_and_has_an_icon() -> None:
    actions = yaml.safe_load((INTEGRATION / "services.yaml").read_text(encoding="utf-8"))
    wanted = {
        f"services.{path}.{part}"
        for action, about in actions.items()
        for path in (action, *(f"{action}.fields.{field}" for field in about.get("fields", {})))
        for part in ("name", "description")
    }
    assert {key for key in ENGLISH if key.startswith("services.")} == wanted
    assert set(load("icons.json")["services"]) == set(actions)


async def test_every_action_that_is_offered_is_described(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    described = yaml.safe_load((INTEGRATION / "services.yaml").read_text(encoding="utf-8"))
    assert set(hass.services.async_services_for_domain(DOMAIN)) == set(described)


def test_what_its_device_class_does_not_draw_has_an_icon() -> None:
    icons = load("icons.json")["entity"]
    without = [
        f"{platform}.{description.translation_key}"
        for platform, description in DESCRIBED
        if description.translation_key and description.translation_key not in icons[platform]
    ]
    assert without == []
    assert set(icons["sensor"]["status"]["state"]) == set(State)


def test_every_icon_is_of_something_that_is_named() -> None:
    icons = load("icons.json")["entity"]
    named = [f"entity.{platform}.{key}.name" for platform, entities in icons.items() for key in entities]
    assert [key for key in named if key not in ENGLISH] == []
