"""The two links that can be up or down: ours to the broker, and each hub's."""

from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SigacsConfigEntry, SigacsCoordinator
from .entity import SigacsEntity, broker_device, greenhouse_device
from .greenhouse.site import Discovered
from .greenhouse.state import Greenhouse

PARALLEL_UPDATES = 0


async def async_setup_entry(
    _hass: HomeAssistant, entry: SigacsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the connection sensor, and one for each hub as it becomes known."""
    coordinator = entry.runtime_data
    async_add_entities([BrokerSensor(coordinator)])

    @callback
    def add(discovered: Discovered) -> None:
        async_add_entities([HubSensor(coordinator, greenhouse) for greenhouse in discovered.greenhouses])

    coordinator.on_discovered(add)


class BrokerSensor(SigacsEntity, BinarySensorEntity):
    """Whether messages can arrive; unknown until the first attempt to connect has ended."""

    entity_description = BinarySensorEntityDescription(
        key="broker",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
    )

    def __init__(self, coordinator: SigacsCoordinator) -> None:
        """Show the link to the broker."""
        super().__init__(coordinator, coordinator.identity.link, coordinator.link)
        self._attr_device_info = broker_device(coordinator)

    @property
    @override
    def is_on(self) -> bool | None:
        link = self.coordinator.link.link
        return None if link is None else link.up


class HubSensor(SigacsEntity, BinarySensorEntity):
    """Whether a hub is connected to the broker; unknown while the broker or all of its planters are silent."""

    entity_description = BinarySensorEntityDescription(
        key="hub",
        translation_key="hub",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
    )

    def __init__(self, coordinator: SigacsCoordinator, greenhouse: Greenhouse) -> None:
        """Show a hub's own state."""
        super().__init__(coordinator, coordinator.identity.hub(greenhouse), greenhouse, coordinator.link)
        self._greenhouse = greenhouse
        self._attr_device_info = greenhouse_device(coordinator, greenhouse)

    @property
    @override
    def is_on(self) -> bool | None:
        link = self.coordinator.link.link
        return self._greenhouse.connected if link and link.up else None
