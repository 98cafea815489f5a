"""The answer to "why does this planter no longer speak?", in a person's language, with what to do next."""

from collections.abc import Callable, Mapping
from time import monotonic, time
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import HomeAssistant

from .greenhouse.diagnosis import Diagnosis, Moment, diagnose, facts_of
from .greenhouse.state import Planter
from .wording import Wording, printable

if TYPE_CHECKING:
    from .coordinator import SigacsCoordinator

_CONNECTING: Final = "connecting"
"""What is said in place of a problem before the first attempt to connect has ended."""

_AS_TEXT: Final[Mapping[str, Callable[[Wording, Any], str]]] = {
    "problem": Wording.problem,
    "reason": Wording.refusal,
    "since": Wording.moment,
    "soil_since": Wording.moment,
    "air_since": Wording.moment,
    "late_at": Wording.moment,
    "rest_until": Wording.moment,
    "hub_certificate_end": Wording.day,
    "hub_clock_offset_s": Wording.span,
    "topic": lambda _, topic: printable(topic),
    "payload": lambda _, payload: printable(payload[2:-1]),  # without the quotes that repr() puts around bytes
}
"""How a fact is said; a number as it is, without decimals that nobody needs."""


def diagnosis_of(coordinator: SigacsCoordinator, planter: Planter) -> Diagnosis:
    """Find the most probable cause of a planter's silence from what is known now."""
    link = coordinator.link.link
    problem = _CONNECTING if link is None else link.problem
    limit_s = coordinator.silence_limit_s(planter.greenhouse)
    return diagnose(facts_of(planter, Moment(monotonic(), time()), coordinator.refusals, limit_s, problem=problem))


def explained(coordinator: SigacsCoordinator, planter: Planter, wording: Wording) -> str:
    """Say the most probable cause of a planter's silence."""
    return _say(diagnosis_of(coordinator, planter), wording)


async def explain_text(hass: HomeAssistant, diagnosis: Diagnosis, language: str) -> str:
    """Say a diagnosis in a language; in English where there is no translation."""
    return _say(diagnosis, await Wording.load(hass, language))


def _say(diagnosis: Diagnosis, wording: Wording) -> str:
    about = {name: _AS_TEXT.get(name, _plain)(wording, value) for name, value in diagnosis.about.items()}
    return wording.common(f"explain_{diagnosis.cause}", **about)


def _plain(_wording: Wording, value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
