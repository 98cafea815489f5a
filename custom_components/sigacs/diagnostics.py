"""What a person may attach to a bug report: everything that is known, nothing that is secret."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC
from math import isfinite
from typing import Any, Final

from cryptography import x509
from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant

from .clock import wall_time
from .const import CONF_CA_CERTIFICATE, CONF_CLIENT_CERTIFICATE, CONF_CLIENT_KEY
from .coordinator import SigacsConfigEntry
from .greenhouse.state import Greenhouse, Planter

_SECRET: Final = {
    CONF_HOST,
    CONF_USERNAME,
    CONF_PASSWORD,
    CONF_CA_CERTIFICATE,
    CONF_CLIENT_CERTIFICATE,
    CONF_CLIENT_KEY,
}
_CERTIFICATES: Final = (CONF_CA_CERTIFICATE, CONF_CLIENT_CERTIFICATE)


async def async_get_config_entry_diagnostics(_hass: HomeAssistant, entry: SigacsConfigEntry) -> dict[str, Any]:
    """Describe one entry."""
    coordinator = entry.runtime_data
    link = coordinator.link.link
    return {
        "entry": {
            "data": async_redact_data(entry.data, _SECRET),
            "certificates": _validity(entry.data),
            "options": dict(entry.options),
        },
        "link": {"up": link.up, "problem": link.problem} if link else None,
        "refused": {
            "counts": dict(coordinator.refusals.counts),
            "newest": [asdict(example) for example in coordinator.refusals.examples],
        },
        "late_messages": coordinator.late_messages,
        "greenhouses": {
            id_: _greenhouse(greenhouse, coordinator.silence_limit_s(greenhouse))
            for id_, greenhouse in coordinator.site.greenhouses.items()
        },
    }


def _validity(data: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The dates of the certificates: the first thing to look at, and no secret."""
    certificates = {name: x509.load_pem_x509_certificate(data[name].encode()) for name in _CERTIFICATES if name in data}
    return {
        name: {
            "not_before": certificate.not_valid_before_utc.isoformat(),
            "not_after": certificate.not_valid_after_utc.isoformat(),
        }
        for name, certificate in certificates.items()
    }


def _greenhouse(greenhouse: Greenhouse, silence_limit_s: float) -> dict[str, Any]:
    return {
        "online": greenhouse.online,
        "health": greenhouse.health.text,
        "silence_limit_s": silence_limit_s if isfinite(silence_limit_s) else None,
        "planters": {id_: _planter(planter) for id_, planter in greenhouse.planters.items()},
    }


def _planter(planter: Planter) -> dict[str, Any]:
    return {
        "last_seen": _time(planter.heard_at),
        "measures": {
            leaf: {
                "value": channel.reading.value if channel.reading else None,
                "heard_at": _time(channel.reading.heard_at) if channel.reading else None,
                "fresh": channel.fresh,
            }
            for leaf, channel in planter.channels.items()
        },
    }


def _time(heard_at: float | None) -> str | None:
    return None if heard_at is None else wall_time(heard_at).astimezone(UTC).isoformat(timespec="seconds")
