"""A certificate will end within so many days: told once for each, however often Home Assistant starts in the meantime.

Crossing the limit is nobody's change of state, so it is looked for every hour. Until when it was looked for is kept, so
that what was crossed while Home Assistant did not run is told, and what was told before is not.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast, override

from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.storage import Store
from homeassistant.helpers.target import TargetStateChangedData, async_track_target_selector_state_change_event
from homeassistant.helpers.trigger import Trigger, TriggerActionRunner, TriggerConfig, TriggerNotTriggeredReporter
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .const import DOMAIN
from .lookup import EVERYTHING, names_of, with_keys

CERTIFICATES: Final = (
    "certificate_client",
    "certificate_ca",
    "certificate_server",
    "certificate_own",
    "certificate_authority",
)
CONF_DAYS: Final = "days"
DEFAULT_DAYS: Final = 14
DAYS: Final = vol.All(vol.Coerce(int), vol.Range(min=1, max=3650))
_INTERVAL: Final = timedelta(hours=1)
_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_TARGET, default={}): cv.TARGET_FIELDS,
        vol.Required(CONF_OPTIONS, default={}): {vol.Required(CONF_DAYS, default=DEFAULT_DAYS): DAYS},
    }
)


def not_after(state: State | None) -> datetime | None:
    """When the certificate that a sensor shows ends; None while that is not known."""
    return dt_util.parse_datetime(state.state) if state else None


class CertificateExpires(Trigger):
    """Runs when the days left of a certificate become fewer than `days`."""

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        return cast("ConfigType", _SCHEMA(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Watch all of ours when no target was chosen."""
        super().__init__(hass, config)
        self._target = config.target or EVERYTHING
        self._ahead = timedelta(days=(config.options or {}).get(CONF_DAYS, DEFAULT_DAYS))
        self._store: Store[str] = Store(hass, 1, f"{DOMAIN}.certificates_looked_at")
        self._looked_at: dict[str, datetime] = {}

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        kept = await self._store.async_load()
        self._since = (dt_util.parse_datetime(kept) if kept else None) or dt_util.utcnow()
        targets: set[str] = set()

        @callback
        def look(_now: datetime | None = None) -> None:
            for entity_id in targets:
                self._look_at(entity_id, run_action)
            self._keep()

        @callback
        def changed(data: TargetStateChangedData) -> None:
            if self._look_at(data.state_change_event.data["entity_id"], run_action):
                self._keep()

        @callback
        def chosen(added: set[str], removed: set[str], _states: Mapping[str, State | None]) -> None:
            targets.update(added)
            targets.difference_update(removed)

        unsubscribe = await async_track_target_selector_state_change_event(
            self._hass,
            self._target,
            changed,
            lambda entities: with_keys(self._hass, entities, CERTIFICATES),
            chosen,
            primary_entities_only=False,
        )
        look()
        stop = async_track_time_interval(self._hass, look, _INTERVAL, name="sigacs certificates")

        @callback
        def detach() -> None:
            stop()
            unsubscribe()

        return detach

    def _look_at(self, entity_id: str, run_action: TriggerActionRunner) -> bool:
        """Run the action if the limit was crossed since the last look; true if so."""
        state, now = self._hass.states.get(entity_id), dt_util.utcnow()
        if state is None or (end := not_after(state)) is None:
            return False
        crossed = self._looked_at.get(entity_id, self._first(entity_id)) < end - self._ahead <= now
        self._looked_at[entity_id] = now
        if crossed:
            about: dict[str, Any] = {
                "entity_id": entity_id,
                "to_state": state,
                "expires": end,
                "days_left": (end - now).days,
            }
            names = names_of(self._hass, entity_id)
            run_action(about | names._asdict(), f"end of {entity_id} on {end:%Y-%m-%d}")
        return crossed

    def _keep(self) -> None:
        looked_at = dt_util.utcnow().isoformat()
        self._store.async_delay_save(lambda: looked_at)

    def _first(self, entity_id: str) -> datetime:
        """Until when it was looked for before: never, for a certificate that was not known then."""
        entity = er.async_get(self._hass).async_get(entity_id)
        is_new = entity is not None and entity.created_at > self._since
        return dt_util.utc_from_timestamp(0) if is_new else self._since
