"""What a person may attach to a bug report: everything that is known, nothing that is secret."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import AnyDeviceEntry

from .clock import moment, wall_time
from .const import CONF_CA_CERTIFICATE, CONF_CLIENT_CERTIFICATE, CONF_CLIENT_KEY
from .coordinator import SigacsConfigEntry, SigacsCoordinator
from .explanation import diagnosis_of
from .greenhouse.state import Greenhouse, Planter
from .greenhouse.topic import parse_place
from .own_certificates import own_certificates

_SECRET: Final = {
    CONF_HOST,
    CONF_USERNAME,
    CONF_PASSWORD,
    CONF_CA_CERTIFICATE,
    CONF_CLIENT_CERTIFICATE,
    CONF_CLIENT_KEY,
}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: SigacsConfigEntry) -> dict[str, Any]:
    """Describe one entry."""
    coordinator = entry.runtime_data
    return _entry(hass, entry) | {
        "refused": {
            "counts": dict(coordinator.refusals.counts),
            "newest": _refused(coordinator),
        },
        "late": {
            "messages": coordinator.late_messages,
            "hours_waiting": coordinator.backfill.hours_waiting,
            "hours_written": coordinator.backfill.hours_written,
        },
        "greenhouses": {
            id_: _greenhouse(coordinator, greenhouse) for id_, greenhouse in coordinator.site.greenhouses.items()
        },
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: SigacsConfigEntry, device: AnyDeviceEntry
) -> dict[str, Any]:
    """Describe what one device stands for: a greenhouse, a planter of it, or the link to the broker."""
    coordinator = entry.runtime_data
    described = _entry(hass, entry)
    for _domain, identifier in device.identifiers:
        place = parse_place(coordinator.identity.path_of(identifier) or "")
        greenhouse = coordinator.site.greenhouses.get(place.greenhouse) if place else None
        if place is None or greenhouse is None:
            continue
        if place.planter is None:
            return described | {
                "greenhouse": _greenhouse(coordinator, greenhouse),
                "refused": _refused(coordinator, f"{greenhouse}/"),
            }
        if planter := greenhouse.planters.get(place.planter):
            return described | {
                "hub": _hub(coordinator, greenhouse),
                "planter": _planter(coordinator, planter),
                "refused": _refused(coordinator, f"{planter}/"),
            }
    return described


@callback
def _entry(hass: HomeAssistant, entry: SigacsConfigEntry) -> dict[str, Any]:
    """The configuration without its secrets, the link, and the ends of its certificates: the first thing to look at."""
    coordinator = entry.runtime_data
    link = coordinator.link.link
    ends = {**own_certificates(hass, entry.data), "server": coordinator.transport.server_not_after}
    return {
        "entry": {"data": async_redact_data(entry.data, _SECRET), "options": dict(entry.options)},
        "link": {"up": link.up, "problem": link.problem} if link else None,
        "certificates": _ends(ends),
    }


def _refused(coordinator: SigacsCoordinator, below: str = "") -> list[dict[str, Any]]:
    return [asdict(example) for example in coordinator.refusals.examples if example.topic.startswith(below)]


def _hub(coordinator: SigacsCoordinator, greenhouse: Greenhouse) -> dict[str, Any]:
    limit_s = coordinator.silence_limit_s(greenhouse)
    return {
        "online": greenhouse.online,
        "connected": greenhouse.connected,
        "offline_since": _heard(greenhouse.offline_since),
        "health": greenhouse.health.text,
        "clock_offset_s": greenhouse.health.clock_offset_s,
        "certificates": _ends(greenhouse.health.certificates),
        "silence_limit_s": limit_s if isfinite(limit_s) else None,
    }


def _greenhouse(coordinator: SigacsCoordinator, greenhouse: Greenhouse) -> dict[str, Any]:
    silence = greenhouse.alerts.silence
    return {
        "hub": _hub(coordinator, greenhouse),
        "care": greenhouse.care.as_dict(),
        "air": {
            **greenhouse.air.climate._asdict(),
            "frost": greenhouse.air.frost,
            "condensation": greenhouse.air.condensation,
        },
        "thirsty": [planter.id for planter in greenhouse.alerts.thirsty],
        "silence": silence
        and {
            "cause": silence.cause,
            "planters": [planter.id for planter in silence.planters],
            "since": _heard(silence.since),
        },
        "planters": {id_: _planter(coordinator, planter) for id_, planter in greenhouse.planters.items()},
    }


def _planter(coordinator: SigacsCoordinator, planter: Planter) -> dict[str, Any]:
    forecast = planter.outlook.forecast
    return {
        "last_seen": _heard(planter.heard_at),
        "diagnosis": diagnosis_of(coordinator, planter).cause,
        "status": planter.soil.status._asdict(),
        "needs_water": planter.soil.needs_water,
        "last_watered": _iso(moment(planter.soil.last_watered)),
        "forecast": _ends(forecast._asdict()) if forecast else None,
        "air": {"vpd_kpa": planter.air.vpd_kpa, "dew_point_c": planter.air.dew_point_c},
        "care": planter.care.as_dict(),
        "measures": {
            leaf: {
                "value": channel.reading.value if channel.reading else None,
                "heard_at": _heard(channel.reading.heard_at) if channel.reading else None,
                "fresh": channel.fresh,
            }
            for leaf, channel in planter.channels.items()
        },
    }


def _ends(times: Mapping[str, float | None]) -> dict[str, str | None]:
    return {name: _iso(moment(wall)) for name, wall in times.items()}


def _heard(at: float | None) -> str | None:
    return None if at is None else _iso(wall_time(at))


def _iso(when: datetime | None) -> str | None:
    return None if when is None else when.astimezone(UTC).isoformat(timespec="seconds")
