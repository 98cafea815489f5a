"""What a configuration entry holds, and the transport that it asks for."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.core import HomeAssistant

from .const import (
    CONF_CA_CERTIFICATE,
    CONF_CLIENT_CERTIFICATE,
    CONF_CLIENT_KEY,
    CONF_TRANSPORT,
    TRANSPORT_HOME_ASSISTANT,
)
from .coordinator import SigacsConfigEntry
from .transport import Transport
from .transport.broker import BrokerSettings
from .transport.direct import DirectTransport
from .transport.home_assistant import HomeAssistantTransport


def broker_settings(data: Mapping[str, Any]) -> BrokerSettings:
    """Read the settings of a direct connection from an entry's data."""
    return BrokerSettings(
        host=data[CONF_HOST],
        port=data[CONF_PORT],
        username=data[CONF_USERNAME],
        password=data[CONF_PASSWORD],
        ca_certificate=data[CONF_CA_CERTIFICATE],
        client_certificate=data[CONF_CLIENT_CERTIFICATE],
        client_key=data[CONF_CLIENT_KEY],
    )


def transport_of(hass: HomeAssistant, data: Mapping[str, Any]) -> Transport:
    """Make the transport that an entry asks for."""
    if data[CONF_TRANSPORT] == TRANSPORT_HOME_ASSISTANT:
        return HomeAssistantTransport(hass)
    return DirectTransport(hass, broker_settings(data))


def running_connection(entry: SigacsConfigEntry, data: Mapping[str, Any]) -> DirectTransport | None:
    """The connection that an entry has to the very broker that `data` names, if it has one now."""
    same = all(entry.data.get(key) == data[key] for key in (CONF_TRANSPORT, CONF_HOST, CONF_PORT))
    if not same or entry.state is not ConfigEntryState.LOADED:
        return None
    transport = entry.runtime_data.transport
    return transport if isinstance(transport, DirectTransport) else None
