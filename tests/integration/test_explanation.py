"""Why does this planter no longer speak? Asked in English and in French, of what really came."""

from datetime import UTC, datetime

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.mqtt.const import MQTT_CONNECTION_STATE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_send
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigacs.explanation import diagnosis_of, explain_text
from custom_components.sigacs.greenhouse.diagnosis import CAUSES, Cause, Diagnosis
from custom_components.sigacs.greenhouse.refusal import Reason
from custom_components.sigacs.transport.link import Problem
from custom_components.sigacs.wording import Wording, printable
from tests.integration.issues import HOUR_S, leap
from tests.integration.stage import fire, fire_all, over_home_assistant

pytestmark = pytest.mark.usefixtures("mqtt_mock")

THURSDAY = "2026-11-19 13:05:00+00:00"  # 14:05 in Paris
UNIX = datetime(2026, 11, 19, 13, 5, tzinfo=UTC).timestamp()
NB = "\N{NO-BREAK SPACE}"
VALUES: dict[str, object] = {
    "problem": Problem.REFUSED,
    "reason": Reason.NOT_DECIMAL,
    "greenhouse": "1",
    "planter": "3",
    "topic": "/serre/1/bac/3/sol",
    "payload": "b'65,0'",
    "hub_clock_offset_s": -400.0,
}


@pytest.fixture(autouse=True)
async def in_paris(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Europe/Paris")


async def why(hass: HomeAssistant, entry: MockConfigEntry, language: str, planter: str = "1") -> str:
    coordinator = entry.runtime_data
    diagnosis = diagnosis_of(coordinator, coordinator.site.greenhouses["1"].planters[planter])
    return await explain_text(hass, diagnosis, language)


@pytest.mark.freeze_time(THURSDAY)
async def test_the_answer_is_one_sentence_in_the_language_of_who_asks(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {"/serre/1/etat": "online", "/serre/1/bac/1/sol": "65", "/serre/1/bac/1/batterie": "12"})
    await leap(hass, freezer, HOUR_S)
    await fire(hass, "/serre/1/bac/2/sol", "50")
    english = "Its battery was at 12 % when it was last heard (Thursday 14:05): charge or replace it."
    french = (
        f"Sa batterie était à 12{NB}% quand il a été entendu pour la dernière fois (jeudi 14{NB}h{NB}05){NB}: "
        "la recharger ou la remplacer."
    )
    assert await why(hass, entry, "en") == english
    assert await why(hass, entry, "en-GB") == english
    assert await why(hass, entry, "fr") == french
    assert await why(hass, entry, "fr-CA") == french
    assert await why(hass, entry, "de") == english


@pytest.mark.freeze_time(THURSDAY)
async def test_a_planter_that_speaks_is_said_to(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, "/serre/1/bac/1/sol", "65")
    assert await why(hass, entry, "en") == "It does speak: it was last heard Thursday 14:05."


async def test_a_broker_that_is_away_is_named_with_what_to_do(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, "/serre/1/bac/1/sol", "65")
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, False)  # noqa: FBT003
    await hass.async_block_till_done()
    assert "look at the MQTT integration" in await why(hass, entry, "en")
    assert "voir l'intégration MQTT" in await why(hass, entry, "fr")


async def test_what_was_refused_is_quoted(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await over_home_assistant(hass)
    await fire(hass, "/serre/1/bac/1/sol", "65")
    await leap(hass, freezer, 40 * 60)
    await fire_all(hass, {"/serre/1/bac/1/sol": "65,5", "/serre/1/bac/1/air/temp": "20"})
    await leap(hass, freezer, 20 * 60)
    said = await why(hass, entry, "en")
    assert "/serre/1/bac/1/sol was refused because it is not a plain decimal number" in said
    assert "(received: 65,5)" in said


async def test_late_measurements_alone_are_told_apart(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {"/serre/1/etat": "online", "/serre/1/bac/1/sol": "65"})
    await leap(hass, freezer, 2 * HOUR_S)
    measured_at = int(datetime.now(UTC).timestamp()) - HOUR_S
    await fire(hass, "/serre/1/bac/1/histo", f'{{"format":1,"measurements":[[{measured_at},"sol","64.0"]]}}')
    assert (await why(hass, entry, "en")).startswith("Only late measurements of it still come")


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_every_cause_can_be_said(hass: HomeAssistant, cause: Cause, language: str) -> None:
    names = next((names for one, _, names in CAUSES if one is cause), ("since",))
    about = {name: VALUES.get(name, UNIX) for name in names}
    said = await explain_text(hass, Diagnosis(cause, about), language)
    assert "{" not in said
    assert said.endswith(".") or cause is Cause.LINK_DOWN
    for name in names:
        never = await explain_text(hass, Diagnosis(cause, about | {name: None}), language) if name == "since" else said
        assert never


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_every_problem_and_every_refusal_has_its_words(hass: HomeAssistant, language: str) -> None:
    wording = await Wording.load(hass, language)
    for key in [*Problem, "connecting"]:
        assert wording.problem(key) != key
    for reason in Reason:
        assert wording.refusal(reason) != reason


# Moments and spans


@pytest.mark.freeze_time(THURSDAY)
@pytest.mark.parametrize(
    ("days", "english", "french"),
    [
        (0, "Thursday 14:05", f"jeudi 14{NB}h{NB}05"),
        (-1, "Wednesday 14:05", f"mercredi 14{NB}h{NB}05"),
        (5, "Tuesday 14:05", f"mardi 14{NB}h{NB}05"),
        (-5.9, "Friday 16:29", f"vendredi 16{NB}h{NB}29"),
        (-6, "Friday 13 November 2026, 14:05", f"vendredi 13 novembre 2026, 14{NB}h{NB}05"),
        (12, "Tuesday 1 December 2026, 14:05", f"mardi 1er décembre 2026, 14{NB}h{NB}05"),
    ],
)
async def test_a_moment_is_said_in_local_time_and_cannot_be_mistaken_for_another_weeks(
    hass: HomeAssistant, days: float, english: str, french: str
) -> None:
    for language, expected in (("en", english), ("fr", french)):
        assert (await Wording.load(hass, language)).moment(UNIX + days * 86_400) == expected


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (0, f"0{NB}min", f"0{NB}min"),
        (-400, f"6{NB}min", f"6{NB}min"),
        (7199, f"119{NB}min", f"119{NB}min"),
        (7200, f"2{NB}h", f"2{NB}h"),
        (47.9 * 3600, f"47{NB}h", f"47{NB}h"),
        (200 * 86_400, f"200{NB}d", f"200{NB}j"),
    ],
)
async def test_a_span_is_said_in_one_unit(hass: HomeAssistant, seconds: float, english: str, french: str) -> None:
    assert (await Wording.load(hass, "en")).span(seconds) == english
    assert (await Wording.load(hass, "fr")).span(seconds) == french


def test_what_came_from_outside_cannot_dress_up_as_a_link_or_break_the_line() -> None:
    assert printable("a`b\n[x](http://y)<b>é") == "a?b??x?(http://y)?b?é"
