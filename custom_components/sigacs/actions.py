"""What automations and people can ask for: actions on the sensors that say whether a planter needs water.

Through these sensors an action reaches planters, and whole greenhouses, areas and labels, by what Home Assistant knows.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntFlag
from typing import Final

from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR_DOMAIN
from homeassistant.core import HomeAssistant, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_platform_entity_service
from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .const import DOMAIN
from .entity import PlanterEntity
from .explanation import diagnosis_of, explain_text

_UNTIL: Final = "until"
_FOR: Final = "for"
_REST: Final[VolDictType] = {vol.Optional(_UNTIL): cv.datetime, vol.Optional(_FOR): cv.positive_time_period}
_NOTHING: Final[VolDictType] = {}


class PlanterFeature(IntFlag):
    """What tells our actions the right one of a planter's entities."""

    CARE = 1


class PlanterActions(PlanterEntity):
    """An entity through which a planter is reached."""

    _attr_supported_features = PlanterFeature.CARE

    async def mark_watered(self) -> None:
        """Take somebody's word that the planter was watered."""
        self.coordinator.caretaker.mark_watered(self._planter)

    async def rest(self, **until_or_for: datetime | timedelta) -> None:
        """Want no alerts of the planter for some time, or want them again; ServiceValidationError for no such time."""
        self.coordinator.caretaker.set_rest(self._planter, _end_of_rest(until_or_for))

    async def explain(self) -> ServiceResponse:
        """Say in a sentence why the planter no longer speaks, in the language of this Home Assistant."""
        diagnosis = diagnosis_of(self.coordinator, self._planter)
        sentence = await explain_text(self.hass, diagnosis, self.hass.config.language)
        return {"sentence": sentence, "cause": str(diagnosis.cause)}


@callback
def register_actions(hass: HomeAssistant) -> None:
    """Make the actions known, whether or not an entry is set up."""
    for action, schema, answers in (
        (PlanterActions.mark_watered, _NOTHING, SupportsResponse.NONE),
        (PlanterActions.rest, _REST, SupportsResponse.NONE),
        (PlanterActions.explain, _NOTHING, SupportsResponse.ONLY),
    ):
        async_register_platform_entity_service(
            hass,
            DOMAIN,
            action.__name__,
            entity_domain=BINARY_SENSOR_DOMAIN,
            func=action.__name__,
            required_features=[PlanterFeature.CARE],
            schema=schema,
            supports_response=answers,
        )


def _end_of_rest(until_or_for: Mapping[str, datetime | timedelta]) -> float | None:
    """Work out the Unix second at which a rest ends; None for no rest. A time without a zone is local."""
    match dict(until_or_for):
        case {"until": _, "for": _}:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="rest_until_or_for")
        case {"until": datetime() as end}:
            pass
        case {"for": timedelta() as duration}:
            end = dt_util.utcnow() + duration
        case _:
            return None
    if dt_util.as_utc(end) <= dt_util.utcnow():
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="rest_in_the_past")
    return dt_util.as_utc(end).timestamp()
