"""Entities of a greenhouse that name planters: as their keeper calls them, also after a change of name."""

from collections.abc import Iterable
from typing import override

from homeassistant.core import Event, callback
from homeassistant.helpers import device_registry as dr

from .entity import GreenhouseEntity
from .greenhouse.state import Planter
from .lookup import names_of_device


class NamesPlanters(GreenhouseEntity):
    """Is written anew when a device gets another name."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(
            self.hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, self._device_renamed, event_filter=_is_renamed)
        )

    @callback
    def _device_renamed(self, _event: Event[dr.EventDeviceRegistryUpdatedData]) -> None:
        self.async_write_ha_state()

    def names(self, planters: Iterable[Planter]) -> list[str]:
        """What their keeper calls these planters, in their order."""
        return [self._name_of(planter) for planter in planters]

    def _name_of(self, planter: Planter) -> str:
        entry = self.platform.config_entry
        identifier = self.coordinator.identity.planter_device(planter)
        device = entry and dr.async_get(self.hass).async_get_child_device_by_identifier(identifier, entry.entry_id)
        return (device and names_of_device(self.hass, device.id).planter) or planter.id


@callback
def _is_renamed(data: dr.EventDeviceRegistryUpdatedData) -> bool:
    return data["action"] == "update" and "name_by_user" in data["changes"]
