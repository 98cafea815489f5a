"""English and French say the same things, and everything that a person can meet is said."""

from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
from typing import Any

import pytest
import voluptuous as vol

from custom_components.sigacs.certificates import Fault
from custom_components.sigacs.const import DOMAIN
from custom_components.sigacs.direct_form import schema
from custom_components.sigacs.options_flow import _SCHEMA as OPTIONS
from custom_components.sigacs.sensor import DESCRIPTIONS
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
    assert {key for key in same if re.search(r"[a-z]{4}", ENGLISH[key].replace("{leaf}", ""))} <= {
        "config.step.direct.data.port"
    }


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


def test_every_name_that_an_entity_asks_for_is_there() -> None:
    keys = {one.translation_key for one in DESCRIPTIONS.values() if one.translation_key}
    assert [key for key in keys | {"other", "last_seen"} if f"entity.sensor.{key}.name" not in ENGLISH] == []


def test_every_icon_is_of_something_that_is_named() -> None:
    icons = load("icons.json")["entity"]
    named = [f"entity.{platform}.{key}.name" for platform, entities in icons.items() for key in entities]
    assert [key for key in named if key not in ENGLISH] == []
