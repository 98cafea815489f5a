"""SIGACS: greenhouses and their planters, from MQTT to sensors.

`coordinator` tells how a message becomes the state of an entity.
"""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.helpers.typing import ConfigType

from .actions import register_actions
from .blueprint_files import install as install_blueprints
from .const import DOMAIN, PLATFORMS
from .coordinator import SigacsConfigEntry, SigacsCoordinator
from .dashboard import offer_dashboard
from .issues import withdraw_all
from .memory import forget_all
from .settings import transport_of
from .transport.link import NEEDS_NEW_CREDENTIALS, LinkError
from .watering_round import register as register_watering_round

CONFIG_SCHEMA: Final = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Offer the actions, whether or not an entry works, the blueprints and the dashboard."""
    register_actions(hass)
    register_watering_round(hass)
    await install_blueprints(hass)
    await offer_dashboard(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: SigacsConfigEntry) -> bool:
    """Know again what was known, then listen. A broker that is away does not keep the entry from being set up."""
    coordinator = entry.runtime_data = SigacsCoordinator(hass, entry, transport_of(hass, entry.data))
    entry.async_on_unload(coordinator.stop)
    try:
        await coordinator.start()
    except LinkError as error:
        if error.problem in NEEDS_NEW_CREDENTIALS:
            raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key=error.problem) from error
        raise ConfigEntryNotReady(translation_domain=DOMAIN, translation_key=error.problem) from error
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    coordinator.directory.announce()
    return True


async def async_unload_entry(hass: HomeAssistant, entry: SigacsConfigEntry) -> bool:
    """Stop listening, then take the entities away."""
    await entry.runtime_data.stop()
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: SigacsConfigEntry) -> None:
    """Leave nothing behind."""
    withdraw_all(hass, entry.entry_id)
    await forget_all(hass, entry.entry_id)


async def async_remove_config_entry_device(
    _hass: HomeAssistant, entry: SigacsConfigEntry, device: AnyDeviceEntry
) -> bool:
    """Let any greenhouse or planter be removed: one that still speaks comes back with its next message."""
    if entry.runtime_data.identity.broker_device in device.identifiers:
        return False
    entry.runtime_data.forget_device(device.identifiers)
    return True
