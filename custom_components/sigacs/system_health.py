"""What Settings > System > Repairs > System information tells of us."""

from datetime import datetime
from time import monotonic
from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .clock import moment
from .const import DOMAIN
from .coordinator import SigacsConfigEntry
from .own_certificates import own_certificates


@callback
def async_register(_hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register the information."""
    register.async_register_info(_information)


async def _information(hass: HomeAssistant) -> dict[str, Any]:
    entries: list[SigacsConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    coordinators = [entry.runtime_data for entry in entries]
    planters = [planter for coordinator in coordinators for planter in coordinator.site.planters]
    silences_s = [
        monotonic() - planter.heard_at for planter in planters if planter.silent and planter.heard_at is not None
    ]
    up = sum(bool(coordinator.link.link and coordinator.link.link.up) for coordinator in coordinators)
    return {
        "brokers": f"{up}/{len(coordinators)}",
        "greenhouses": sum(len(coordinator.site.greenhouses) for coordinator in coordinators),
        "planters": len(planters),
        "silent_planters": sum(planter.silent for planter in planters),
        "longest_silence": f"{max(silences_s, default=0.0) / 3600:.1f} h",
        "refused_messages": sum(coordinator.refusals.counts.total() for coordinator in coordinators),
        "next_expiry": min((end for entry in entries for end in _ends(hass, entry)), default=None),
    }


def _ends(hass: HomeAssistant, entry: SigacsConfigEntry) -> list[datetime]:
    """When the certificates of one entry end: those that we hold, the broker's, the hubs'."""
    coordinator = entry.runtime_data
    known = [*own_certificates(hass, entry.data).values(), coordinator.transport.server_not_after]
    for greenhouse in coordinator.site.greenhouses.values():
        known += greenhouse.health.certificates.values()
    return [end for end in map(moment, known) if end]
