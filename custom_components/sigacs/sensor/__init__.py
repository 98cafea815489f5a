"""The sensors: one per measure, and what is said of each planter, each greenhouse and each certificate."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..coordinator import SigacsConfigEntry
from ..greenhouse.site import Discovered
from .certificates import add_certificates_of_broker, add_certificates_of_hub
from .greenhouses import GREENHOUSE_SENSORS, GreenhouseSensor
from .measures import MeasureSensor
from .planters import PLANTER_SENSORS, PlanterSensor

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: SigacsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add what there is to show, now and as it becomes known."""
    coordinator = entry.runtime_data
    add_certificates_of_broker(hass, entry, async_add_entities)

    @callback
    def add(discovered: Discovered) -> None:
        async_add_entities(
            [
                *(MeasureSensor(coordinator, channel) for channel in discovered.channels),
                *(
                    PlanterSensor(coordinator, fact, planter)
                    for planter in discovered.planters
                    for fact in PLANTER_SENSORS
                ),
                *(
                    GreenhouseSensor(coordinator, fact, greenhouse)
                    for greenhouse in discovered.greenhouses
                    for fact in GREENHOUSE_SENSORS
                ),
            ]
        )
        for greenhouse in discovered.greenhouses:
            add_certificates_of_hub(hass, coordinator, greenhouse, async_add_entities)

    coordinator.directory.add_platform(add)
