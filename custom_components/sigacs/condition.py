"""What an automation can ask: does a planter need water, is it fine, is a greenhouse silent, does a certificate end.

Home Assistant's own base classes leave out what is unknown, so that "all are fine" holds for planters that nobody has
heard of for a week. Here the unknown takes part, and is never what was asked for; and nothing at all is not "all".
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, Final, override

from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR
from homeassistant.components.sensor import DOMAIN as SENSOR
from homeassistant.const import CONF_OPTIONS, STATE_ON
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import (
    ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL,
    Condition,
    ConditionConfig,
    EntityConditionBase,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .certificate_trigger import CERTIFICATES, CONF_DAYS, DAYS, DEFAULT_DAYS, not_after
from .lookup import with_keys


class _OwnCondition(EntityConditionBase):
    """A condition on the entities of some keys."""

    _keys: ClassVar[tuple[str, ...]]
    _primary_entities_only = False

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return with_keys(self._hass, entities, self._keys)

    @override
    def _should_include(self, _state: State) -> bool:
        return True

    @override
    def _check_all_match_state(self, states: list[State]) -> bool:
        return bool(states) and super()._check_all_match_state(states)


class _Is(_OwnCondition):
    """The state is one of those asked for."""

    _asked: ClassVar[frozenset[str]]

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        return entity_state.state in self._asked


class _CertificateExpires(_OwnCondition):
    """Fewer than `days` are left; past its end, too."""

    _domain_specs: Mapping[str, DomainSpec] = {SENSOR: DomainSpec()}
    _keys = CERTIFICATES
    _schema = ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL.extend(
        {vol.Required(CONF_OPTIONS, default={}): {vol.Required(CONF_DAYS, default=DEFAULT_DAYS): DAYS}}
    )

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take how many days ahead to look."""
        super().__init__(hass, config)
        self._ahead = timedelta(days=(config.options or {}).get(CONF_DAYS, DEFAULT_DAYS))

    @property
    @override
    def needs_polling(self) -> bool:
        return True

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        end = not_after(entity_state)
        return end is not None and end - dt_util.utcnow() <= self._ahead


def _is(domain: str, key: str, *asked: str) -> type[Condition]:
    class Is(_Is):
        _domain_specs: Mapping[str, DomainSpec] = {domain: DomainSpec()}
        _keys, _asked = (key,), frozenset(asked)

    return Is


_CONDITIONS: Final[dict[str, type[Condition]]] = {
    "needs_water": _is(BINARY_SENSOR, "needs_water", STATE_ON),
    "is_fine": _is(SENSOR, "status", "fine", "at_rest"),
    "is_silent": _is(BINARY_SENSOR, "silence", STATE_ON),
    "certificate_expires": _CertificateExpires,
}


async def async_get_conditions(_hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return them for Home Assistant, by their names in `conditions.yaml`."""
    return _CONDITIONS
