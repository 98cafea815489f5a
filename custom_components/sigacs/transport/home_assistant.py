"""Home Assistant's own MQTT as the way to the broker.

The only file that imports it, and only once it is wanted: who connects directly never loads it.
"""

from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..greenhouse.topic import SUBSCRIPTIONS
from . import LinkCallback, Message, MessageCallback
from .link import Link, LinkError, Problem

if TYPE_CHECKING:
    from homeassistant.components.mqtt.models import ReceiveMessage, ReceivePayloadType

MQTT_DOMAIN = "mqtt"


def is_set_up(hass: HomeAssistant) -> bool:
    """Whether Home Assistant has an MQTT broker at all, reachable or not."""
    return hass.config_entries.async_has_entries(MQTT_DOMAIN, include_ignore=False, include_disabled=False)


def is_ready(hass: HomeAssistant) -> bool:
    """Whether subscriptions are accepted now; they are while the broker is away, not before MQTT is loaded."""
    return any(
        entry.state is ConfigEntryState.LOADED
        for entry in hass.config_entries.async_entries(MQTT_DOMAIN, include_ignore=False, include_disabled=False)
    )


def payload_bytes(payload: ReceivePayloadType) -> bytes:
    """The payload as it was on the wire; MQTT discovery hands it over decoded."""
    return payload.encode() if isinstance(payload, str) else bytes(payload)


class HomeAssistantTransport:
    """A way to the broker that Home Assistant is connected to."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Prepare; nothing is subscribed yet."""
        self.server_not_after: float | None = None  # Home Assistant does not tell what its broker showed
        self._hass = hass
        self._release: list[CALLBACK_TYPE] = []

    async def start(self, on_message: MessageCallback, on_link: LinkCallback) -> None:
        """Subscribe; LinkError when MQTT is not loaded. While its broker is away, subscriptions wait inside MQTT."""
        if not is_ready(self._hass):
            raise LinkError(Problem.CORE_MISSING)

        from homeassistant.components import mqtt  # noqa: PLC0415 - heavy, and not everybody's way

        @callback
        def message_received(message: ReceiveMessage) -> None:
            on_message(Message(message.topic, payload_bytes(message.payload), message.retain))

        @callback
        def connection_changed(connected: bool) -> None:  # noqa: FBT001 - Home Assistant's signature
            on_link(Link(None if connected else Problem.CORE_DISCONNECTED))

        self._release.append(mqtt.async_subscribe_connection_status(self._hass, connection_changed))
        for topic in SUBSCRIPTIONS:
            self._release.append(await mqtt.async_subscribe(self._hass, topic, message_received, qos=0, encoding=None))
        connection_changed(mqtt.is_connected(self._hass))

    async def stop(self) -> None:
        """Unsubscribe."""
        while self._release:
            self._release.pop()()
