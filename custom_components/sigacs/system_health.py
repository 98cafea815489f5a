"""What Settings > System > Repairs > System information tells of us."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import SigacsConfigEntry


@callback
def async_register(_hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register the information."""
    register.async_register_info(_information)


async def _information(hass: HomeAssistant) -> dict[str, Any]:
    entries: list[SigacsConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    coordinators = [entry.runtime_data for entry in entries]
    planters = [planter for coordinator in coordinators for planter in coordinator.site.planters]
    up = sum(bool(coordinator.link.link and coordinator.link.link.up) for coordinator in coordinators)
    return {
        "brokers": f"{up}/{len(coordinators)}",
        "greenhouses": sum(len(coordinator.site.greenhouses) for coordinator in coordinators),
        "planters": len(planters),
        "silent_planters": sum(planter.silent for planter in planters),
        "refused_messages": sum(coordinator.refusals.counts.total() for coordinator in coordinators),
    }
