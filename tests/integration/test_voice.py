"""Asked aloud: which planters are thirsty? Answered by the built-in agent, in the language of the question."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.conversation import async_converse
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr, intent
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import MqttMockHAClient

from custom_components.sigacs.intent import ThirstyPlanters
from tests.integration.stage import entity, fire_all, over_home_assistant, pass_time

HOUR = 3600


def soil(planter: int, greenhouse: int = 1) -> str:
    return f"/serre/{greenhouse}/bac/{planter}/sol"


@pytest.fixture
async def house(hass: HomeAssistant, mqtt_mock: MqttMockHAClient, freezer: FrozenDateTimeFactory) -> None:
    """A house that can be talked to, with an entry and no planter yet."""
    freezer.move_to("2026-11-23T06:00:00+00:00")
    await hass.config.async_set_time_zone("Europe/Paris")
    for component in ("homeassistant", "conversation"):
        assert await async_setup_component(hass, component, {})
    await over_home_assistant(hass)


async def ask(hass: HomeAssistant, text: str, language: str = "en") -> str:
    result = await async_converse(hass, text, None, Context(), language)
    assert result.response.response_type is intent.IntentResponseType.ACTION_DONE, text
    speech: dict[str, Any] = result.response.speech["plain"]
    return str(speech["speech"])


async def called(hass: HomeAssistant, planter: int, name: str) -> None:
    device = entity(hass, f"/serre/1/bac/{planter}#needs_water").device_id
    dr.async_get(hass).async_update_child_device(device, name_by_user=name)


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("language", "questions", "answer"),
    [
        (
            "en",
            [
                "Which planters are thirsty?",
                "which of my plants need water",
                "What planter needs watering?",
                "Do any plants need water?",
                "Are any of the planters dry?",
                "Is there any planter thirsty?",
                "Who is thirsty?",
                "What do I need to water today?",
                "Do I need to water today?",
                "Should I water the plants?",
                "Do I have to water anything",
            ],
            "2 planters need water, the most urgent first: Basil and Tomatoes.",
        ),
        (
            "fr",
            [
                "Quels bacs ont soif ?",
                "quel bac a soif",
                "Quelles plantes ont besoin d'eau ?",
                "Quels bacs ont besoin d\u2019être arrosés ?",
                "Quels bacs faut-il arroser aujourd\u2019hui ?",
                "Faut-il arroser ?",
                "Est-ce qu'il faut arroser ?",
                "Faut-il arroser les plantes aujourd'hui ?",
                "Dois-je arroser quelque chose ?",
                "Qui a soif ?",
                "Qu'est-ce qui a besoin d'eau ?",
                "Est-ce que les bacs ont soif ?",
                "Est-ce qu'un bac a besoin d'eau ?",
                "Un bac a-t-il soif ?",
                "Les plantes ont-elles besoin d\u2019eau ?",
                "Qu'est-ce que je dois arroser ?",
            ],
            "2 bacs ont besoin d'eau, le plus urgent d'abord\u00a0: Basil et Tomatoes.",
        ),
    ],
)
async def test_the_question_is_understood_in_many_words(
    hass: HomeAssistant, language: str, questions: list[str], answer: str
) -> None:
    await fire_all(hass, {soil(1): "22.0", soil(2): "11.0", soil(3): "60.0"})
    await called(hass, 1, "Tomatoes")
    await called(hass, 2, "Basil")
    assert {question: await ask(hass, question, language) for question in questions} == dict.fromkeys(questions, answer)


@pytest.mark.usefixtures("house")
async def test_a_question_in_french_is_answered_in_french_in_an_english_house(hass: HomeAssistant) -> None:
    await fire_all(hass, {soil(1): "60.0"})
    assert hass.config.language == "en"
    assert await ask(hass, "Quels bacs ont soif ?", "fr") == "Aucun bac n'a besoin d'eau."


@pytest.mark.usefixtures("house")
async def test_of_a_silent_planter_it_says_that_it_does_not_know(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await fire_all(hass, {soil(1): "60.0", soil(2): "11.0"})
    for _ in range(8):
        await pass_time(hass, freezer, HOUR / 4)
        await fire_all(hass, {soil(1): "60.0"})
    assert await ask(hass, "Which planters are thirsty?") == (
        "None of the planters that speak needs water. I do not know about Planter 2 (no reading since Monday 07:00)."
    )


@pytest.mark.usefixtures("house")
async def test_of_a_greenhouse_that_is_silent_altogether_it_says_so_once(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await fire_all(hass, {soil(planter): "11.0" for planter in (1, 2, 3)})
    await pass_time(hass, freezer, 2 * HOUR)
    assert await ask(hass, "Quels bacs ont soif ?", "fr") == (
        "Je ne sais rien de Greenhouse 1 (3 bacs, sans mesure depuis lundi 07\u00a0h\u00a000)."
    )


@pytest.mark.usefixtures("house")
async def test_without_planters_it_says_that_none_was_heard(hass: HomeAssistant) -> None:
    assert await ask(hass, "Which planters are thirsty?") == "No planter has been heard yet."


@pytest.mark.usefixtures("house")
async def test_one_planter_is_said_in_the_singular(hass: HomeAssistant) -> None:
    await fire_all(hass, {soil(1): "11.0", soil(1, greenhouse=2): "60.0"})
    assert await ask(hass, "Which planters are thirsty?") == "Greenhouse 1, Planter 1 needs water."


@pytest.mark.usefixtures("house")
async def test_an_agent_that_chooses_its_tools_finds_the_intent(hass: HomeAssistant) -> None:
    await fire_all(hass, {soil(1): "11.0"})
    offered = {handler.intent_type: handler for handler in intent.async_get(hass)}
    assert "watering" in (offered[ThirstyPlanters.intent_type].description or "")
    response = await intent.async_handle(hass, "test", ThirstyPlanters.intent_type, language="fr")
    assert response.speech["plain"]["speech"] == "Planter 1 a besoin d'eau."


async def test_a_house_that_cannot_be_talked_to_works_all_the_same(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {soil(1): "11.0"})
    assert entity(hass, "/serre/1/bac/1#needs_water")
    assert "conversation" not in hass.config.components
