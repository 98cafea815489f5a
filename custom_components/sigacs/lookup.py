"""Finds entities of ours by their keys, whatever they are called now, and says what their keeper calls their places."""

from collections.abc import Collection
from typing import Final, NamedTuple

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID, ENTITY_MATCH_ALL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .const import DOMAIN
from .coordinator import SigacsCoordinator
from .greenhouse.measure import AIR_TEMPERATURE
from .greenhouse.topic import parse_place

EVERYTHING: Final = {ATTR_ENTITY_ID: [ENTITY_MATCH_ALL]}
"""The target that stands for no choice: all of ours, those too that will be found later."""


class Names(NamedTuple):
    """What the keeper calls a greenhouse and a planter in it; None where it is not about one."""

    greenhouse: str | None
    planter: str | None


@callback
def with_keys(hass: HomeAssistant, entities: Collection[str], keys: Collection[str]) -> set[str]:
    """Choose those of `entities` that are ours and whose unique id ends in `#` and one of `keys`; `all` means any."""
    registry = er.async_get(hass)
    if ENTITY_MATCH_ALL in entities:
        ours = [
            entity
            for entry in hass.config_entries.async_entries(DOMAIN)
            for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
        ]
    else:
        ours = [entity for one in entities if (entity := registry.async_get(one)) and entity.platform == DOMAIN]
    ends = tuple(f"#{key}" for key in keys)
    return {one.entity_id for one in ours if one.unique_id.endswith(ends) and not one.disabled}


@callback
def names_of(hass: HomeAssistant, entity_id: str) -> Names:
    """Name the greenhouse and the planter that an entity belongs to."""
    entity = er.async_get(hass).async_get(entity_id)
    return Names(None, None) if entity is None else names_of_device(hass, entity.device_id)


@callback
def names_of_device(hass: HomeAssistant, device_id: str | None) -> Names:
    """Name the greenhouse and the planter that a device is."""
    device = dr.async_get(hass).async_get(device_id) if device_id else None
    if device is None:
        return Names(None, None)
    if isinstance(device, dr.ChildDeviceEntry):
        return Names(names_of_device(hass, device.parent_device_id).greenhouse, _name(device))
    return Names(_name(device), None)


def _name(device: dr.DeviceEntry | dr.ChildDeviceEntry) -> str | None:
    return device.name_by_user or device.name


@callback
def coldest_thermometer(hass: HomeAssistant, entity_id: str) -> str | None:
    """Find the temperature sensor of the coldest planter in the greenhouse that an entity belongs to."""
    entity = er.async_get(hass).async_get(entity_id)
    entry = hass.config_entries.async_get_entry(entity.config_entry_id or "") if entity else None
    if entity is None or entry is None or entry.state is not ConfigEntryState.LOADED:
        return None
    coordinator: SigacsCoordinator = entry.runtime_data
    place = parse_place(coordinator.identity.path_of(entity.unique_id) or "")
    greenhouse = coordinator.site.greenhouses.get(place.greenhouse) if place else None
    planter = greenhouse.planters.get(greenhouse.air.climate.coldest_planter or "") if greenhouse else None
    channel = planter.channels.get(AIR_TEMPERATURE.leaf) if planter else None
    return coordinator.directory.entity_id(channel.topic) if channel else None
