"""Answers "which planters are thirsty?", spoken or typed, in the language of the question.

Home Assistant imports this once its intents are set up; without them, nothing here runs. The intent is for agents that
choose their tools by description. The built-in agent reads the sentences of an integration from nowhere; it does take
them from sentence triggers, so they are attached as one such trigger per language.
"""

from collections.abc import Awaitable, Callable
from functools import partial
import json
import logging
from pathlib import Path
from typing import Any, Final, override

from homeassistant.const import CONF_COMMAND, CONF_PLATFORM
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import intent
from homeassistant.helpers.script import ScriptRunResult
from homeassistant.helpers.trigger import async_initialize_triggers, async_validate_trigger_config
from homeassistant.setup import async_when_setup

from .const import DOMAIN
from .round_text import RoundText
from .watering_round import watering_round
from .wording import Wording

_LOGGER = logging.getLogger(__name__)
_SENTENCES: Final = Path(__file__).with_name("sentences.json")
_AGENT: Final = "conversation"


class ThirstyPlanters(intent.IntentHandler):
    """Says which planters need water, of which nobody knows, and which comes next."""

    intent_type = "SigacsThirstyPlanters"
    description = (
        "Tells which planters of the greenhouses need water, the most urgent first, which are silent so that nobody "
        "knows, and which will need water next. Use for questions about watering or thirsty plants."
    )

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        response = intent_obj.create_response()
        response.async_set_speech(await _answer(intent_obj.hass, intent_obj.language))
        return response


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Offer the intent, and the sentences to whoever listens for them."""
    intent.async_register(hass, ThirstyPlanters())
    async_when_setup(hass, _AGENT, _attach_sentences)


async def _attach_sentences(hass: HomeAssistant, _component: str) -> None:
    sentences = json.loads(await hass.async_add_executor_job(partial(_SENTENCES.read_text, encoding="utf-8")))
    for language, commands in sentences.items():
        triggers = await async_validate_trigger_config(hass, [{CONF_PLATFORM: _AGENT, CONF_COMMAND: commands}])
        action = _answer_in(hass, language)
        await async_initialize_triggers(hass, triggers, action, DOMAIN, "SIGACS", partial(_LOGGER.log))


def _answer_in(hass: HomeAssistant, language: str) -> Callable[..., Awaitable[ScriptRunResult]]:
    """Answer as an automation does that a sentence has started."""

    async def answer(_variables: dict[str, Any], _context: Context | None = None) -> ScriptRunResult:
        return ScriptRunResult(await _answer(hass, language), None, {})

    return answer


async def _answer(hass: HomeAssistant, language: str) -> str:
    return RoundText(await Wording.load(hass, language), watering_round(hass)).spoken
