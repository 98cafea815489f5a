"""The waterings of a planter, as events: seen by its probe, or said by somebody while nothing rose."""

from collections.abc import Mapping
from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SigacsConfigEntry, SigacsCoordinator
from .entity import PlanterEntity
from .greenhouse.site import Discovered
from .greenhouse.soil import SoilEvent
from .greenhouse.state import Planter

PARALLEL_UPDATES = 0

_DECIMALS: Final = 1


async def async_setup_entry(
    _hass: HomeAssistant, entry: SigacsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add one for each planter as it becomes known."""
    coordinator = entry.runtime_data

    @callback
    def add(discovered: Discovered) -> None:
        async_add_entities([WateringEvent(coordinator, planter) for planter in discovered.planters])

    coordinator.directory.add_platform(add)


class WateringEvent(PlanterEntity, EventEntity):
    """A watering, with the moisture in % before and after it."""

    entity_description = EventEntityDescription(
        key="watering", translation_key="watering", event_types=[str(event) for event in SoilEvent]
    )

    def __init__(self, coordinator: SigacsCoordinator, planter: Planter) -> None:
        """Show a planter's waterings."""
        super().__init__(coordinator, coordinator.identity.at(planter, self.entity_description.key), planter)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._planter.soil.observers.append(self._happened)

    @override
    async def async_will_remove_from_hass(self) -> None:
        self._planter.soil.observers.remove(self._happened)
        await super().async_will_remove_from_hass()

    @callback
    def _happened(self, event: SoilEvent, about: Mapping[str, float]) -> None:
        self._trigger_event(event, {name: round(moisture, _DECIMALS) for name, moisture in about.items()})
        self.async_write_ha_state()
