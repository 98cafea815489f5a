"""Until when a planter, or a whole greenhouse, is at rest: no alerts of it until then."""

from datetime import datetime
from typing import Final, override

from homeassistant.components.datetime import DateTimeEntity, DateTimeEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .clock import moment
from .coordinator import SigacsConfigEntry, SigacsCoordinator
from .entity import GreenhouseEntity, PlanterEntity, SigacsEntity
from .greenhouse.site import Discovered
from .greenhouse.state import Greenhouse, Planter

PARALLEL_UPDATES = 0

_REST_UNTIL: Final = DateTimeEntityDescription(
    key="rest_until", translation_key="rest_until", entity_category=EntityCategory.CONFIG
)


async def async_setup_entry(
    _hass: HomeAssistant, entry: SigacsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add one for each planter and each greenhouse as they become known."""
    coordinator = entry.runtime_data

    @callback
    def add(discovered: Discovered) -> None:
        async_add_entities(
            [
                *(PlanterRest(coordinator, planter) for planter in discovered.planters),
                *(GreenhouseRest(coordinator, greenhouse) for greenhouse in discovered.greenhouses),
            ]
        )

    coordinator.directory.add_platform(add)


class _Rest(SigacsEntity, DateTimeEntity):
    """The end of a rest; unknown while there is none. A time that is past ends it."""

    entity_description = _REST_UNTIL
    _place: Greenhouse | Planter

    @property
    @override
    def native_value(self) -> datetime | None:
        return moment(self._place.care.rest_until)

    @override
    async def async_set_value(self, value: datetime) -> None:
        until = value.timestamp() if value > dt_util.utcnow() else None
        self.coordinator.caretaker.set_rest(self._place, until)


class PlanterRest(PlanterEntity, _Rest):
    """The rest of one planter."""

    def __init__(self, coordinator: SigacsCoordinator, planter: Planter) -> None:
        """Show and set a planter's rest."""
        self._place = planter
        super().__init__(coordinator, coordinator.identity.at(planter, _REST_UNTIL.key), planter, planter.care)


class GreenhouseRest(GreenhouseEntity, _Rest):
    """The rest of all planters of a greenhouse."""

    def __init__(self, coordinator: SigacsCoordinator, greenhouse: Greenhouse) -> None:
        """Show and set a greenhouse's rest."""
        self._place = greenhouse
        super().__init__(coordinator, _REST_UNTIL.key, greenhouse, greenhouse.care)
