"""What every entity of ours has in common."""

from typing import override

from homeassistant.helpers.device_registry import ChildDeviceInfo, DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity

from .const import MANUFACTURER
from .coordinator import SigacsCoordinator
from .greenhouse.state import Greenhouse, Planter
from .greenhouse.watched import Watched


class SigacsEntity(Entity):
    """Shows what it watches, and is written whenever that tells so."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, coordinator: SigacsCoordinator, unique_id: str, *watched: Watched) -> None:
        """Show `watched`."""
        self.coordinator = coordinator
        self._attr_unique_id = unique_id
        self._watched = watched

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        for watched in self._watched:
            watched.listeners.append(self.async_write_ha_state)

    @override
    async def async_will_remove_from_hass(self) -> None:
        for watched in self._watched:
            watched.listeners.remove(self.async_write_ha_state)
        await super().async_will_remove_from_hass()


class PlanterEntity(SigacsEntity):
    """Shows something of one planter, on the planter's child device."""

    def __init__(self, coordinator: SigacsCoordinator, unique_id: str, planter: Planter, *watched: Watched) -> None:
        """Show `watched`, which is of `planter`."""
        super().__init__(coordinator, unique_id, *watched)
        self._planter = planter

    @property
    @override
    def device_info(self) -> ChildDeviceInfo:
        # Asked for once; kept, it would cost a kilobyte for each entity.
        return ChildDeviceInfo(
            identifiers={self.coordinator.identity.planter_device(self._planter)},
            parent_device_id=self.coordinator.directory.device_id(self._planter.greenhouse),
            translation_key="planter",
            translation_placeholders={"planter": self._planter.id},
        )


class GreenhouseEntity(SigacsEntity):
    """Shows something of one greenhouse, on its device, which is registered before."""

    def __init__(self, coordinator: SigacsCoordinator, key: str, greenhouse: Greenhouse, *watched: Watched) -> None:
        """Show `watched`, which is of `greenhouse` or of the link to it."""
        super().__init__(coordinator, coordinator.identity.at(greenhouse, key), *watched)
        self._greenhouse = greenhouse
        self._attr_device_info = DeviceInfo(identifiers={coordinator.identity.greenhouse_device(greenhouse)})


class BrokerEntity(SigacsEntity):
    """Shows something of the link to the broker, on a device that stands for it."""

    def __init__(self, coordinator: SigacsCoordinator, key: str) -> None:
        """Show the link."""
        super().__init__(coordinator, coordinator.identity.of_broker(key), coordinator.link)
        self._attr_device_info = DeviceInfo(
            identifiers={coordinator.identity.broker_device},
            entry_type=DeviceEntryType.SERVICE,
            manufacturer=MANUFACTURER,
            translation_key="broker",
        )
