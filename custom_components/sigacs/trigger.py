"""What an automation can begin with: a planter needs water, a greenhouse went silent, a certificate ends soon.

Most of them are about one binary sensor each, found by the end of its unique id among the targets; no target means all
of ours. Home Assistant's own base classes forget what was known before an entity became unknown; here, what was so
before a silence or a restart and is still so afterwards is no news, and what turns out to be so is.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, override

from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR
from homeassistant.components.event import ATTR_EVENT_TYPE, DOMAIN as EVENT
from homeassistant.const import CONF_OPTIONS, STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import CALLBACK_TYPE, Context, CoreState, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.restore_state import RestoreEntity
from homeassistant.helpers.target import TargetStateChangedData, async_track_target_selector_state_change_event
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    EntityTriggerBase,
    NotTriggeredReasonReporter,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
import voluptuous as vol

from .certificate_trigger import CertificateExpires
from .lookup import EVERYTHING, coldest_thermometer, names_of, with_keys

_DEFINITE: Final = (STATE_OFF, STATE_ON)
_NOT_AGAIN_WITHIN: Final = "not_again_within"


class _OwnTrigger(EntityTriggerBase):
    """A trigger on the entities of one key; it hands on `trigger.greenhouse` and `trigger.planter`, as renamed."""

    _key: ClassVar[str]
    _primary_entities_only = False

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Watch all of ours when no target was chosen."""
        super().__init__(hass, config)
        self._target = config.target or EVERYTHING

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return with_keys(self._hass, entities, (self._key,))

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        @callback
        def run(
            extra_trigger_payload: dict[str, Any], description: str, context: Context | None = None
        ) -> asyncio.Task[Any]:
            async def run_soon() -> None:
                await asyncio.sleep(0)  # other entities may still be about to show what has changed just now
                about = self.about(extra_trigger_payload["entity_id"])
                run_action(extra_trigger_payload | about, description, context)

            return self._hass.async_create_task(run_soon())

        return await super().async_attach_runner(run, did_not_trigger)

    def about(self, entity_id: str) -> dict[str, Any]:
        """What an automation may want to say of it."""
        return names_of(self._hass, entity_id)._asdict()


class _Turned(_OwnTrigger):
    """A binary sensor turned to a state, compared with what it was when that was last known."""

    _domain_specs: Mapping[str, DomainSpec] = {BINARY_SENSOR: DomainSpec()}
    _excluded_from_states = frozenset()
    _to: ClassVar[str] = STATE_ON
    _first: ClassVar[bool] = True
    """Whether to be so counts when nothing was ever known before."""

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        self._before: dict[str, State] = {}

        async def remember_last_run(added: set[str], _removed: set[str], _states: Mapping[str, State | None]) -> None:
            if self._hass.state is not CoreState.running:  # later it would be older than what this run has known
                self._before = {one: known for one in added if (known := await self._last_run(one))} | self._before

        @callback
        def remember(data: TargetStateChangedData) -> None:
            old = data.state_change_event.data["old_state"]
            if old and old.state in _DEFINITE:
                self._before[old.entity_id] = old

        forget = await async_track_target_selector_state_change_event(
            self._hass, self._target, remember, self.entity_filter, remember_last_run, primary_entities_only=False
        )
        detach = await super().async_attach_runner(run_action, did_not_trigger)

        @callback
        def detach_all() -> None:
            detach()
            forget()

        return detach_all

    async def _last_run(self, entity_id: str) -> State | None:
        """What was known when Home Assistant stopped; only an entity may ask for that, so one is made up."""
        asking = RestoreEntity()
        asking.hass, asking.entity_id = self._hass, entity_id
        last = await asking.async_get_last_state()
        return last if last and last.state in _DEFINITE else None

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        return state.state == self._to

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        known = from_state.state in _DEFINITE
        before = from_state if known else self._before.get(from_state.entity_id)
        return self._first if before is None else self.is_news(before, to_state)

    def is_news(self, before: State, after: State) -> bool:
        """Compare with what was last known."""
        return before.state != after.state


class _GreenhouseSilent(_Turned):
    """Some planters that are known to be silent do not hide that another one, or the hub, falls silent."""

    _key = "silence"

    @override
    def is_news(self, before: State, after: State) -> bool:
        if super().is_news(before, after):
            return True
        if before.attributes.get("cause") == "hub":
            return False
        return after.attributes.get("cause") == "hub" or not _silent(after) <= _silent(before)


class _FrostRisk(_Turned):
    """Not told again while the air goes to and fro around the limit; hands on the coldest planter and its sensor."""

    _key = "frost"
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            vol.Required(CONF_OPTIONS, default={}): {
                vol.Required(_NOT_AGAIN_WITHIN, default=timedelta(hours=12)): cv.positive_time_period
            }
        }
    )

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take for how long to keep quiet about a greenhouse."""
        super().__init__(hass, config)
        self._told: dict[str, datetime] = {}

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        now, told = to_state.last_updated, self._told.get(to_state.entity_id)
        if not super().is_valid_transition(from_state, to_state):
            return False
        if told and now - told < self._options[_NOT_AGAIN_WITHIN]:
            return False
        self._told[to_state.entity_id] = now
        return True

    @override
    def about(self, entity_id: str) -> dict[str, Any]:
        thermometer = coldest_thermometer(self._hass, entity_id)
        names = super().about(thermometer) if thermometer else super().about(entity_id)
        return names | {"thermometer": thermometer}


class _Happened(_OwnTrigger):
    """An event entity tells of an event."""

    _key = "watering"
    _domain_specs: Mapping[str, DomainSpec] = {EVENT: DomainSpec()}
    _excluded_from_states = frozenset({STATE_UNAVAILABLE})
    _schema = ENTITY_STATE_TRIGGER_SCHEMA
    _type: ClassVar[str]

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        return state.attributes.get(ATTR_EVENT_TYPE) == self._type


def _silent(state: State) -> set[str]:
    return set(state.attributes.get("planters") or ())


def _turned(key: str, to: str, *, first: bool = True) -> type[Trigger]:
    class Turned(_Turned):
        _key, _to, _first = key, to, first

    return Turned


def _happened(event_type: str) -> type[Trigger]:
    class Happened(_Happened):
        _type = event_type

    return Happened


_TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "watering_needed": _turned("needs_water", STATE_ON),
    "watering_no_longer_needed": _turned("needs_water", STATE_OFF, first=False),
    "watered": _happened("watered"),
    "watered_without_rise": _happened("watered_without_rise"),
    "greenhouse_silent": _GreenhouseSilent,
    "greenhouse_heard_again": _turned("silence", STATE_OFF, first=False),
    "broker_unreachable": _turned("broker", STATE_OFF),
    "broker_reached_again": _turned("broker", STATE_ON, first=False),
    "frost_risk": _FrostRisk,
    "certificate_expires": CertificateExpires,
}


async def async_get_triggers(_hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return them for Home Assistant, by their names in `triggers.yaml`."""
    return _TRIGGERS
