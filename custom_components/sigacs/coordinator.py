"""From a message to the state of one entity.

The transport hands every message to `message_received`. Its topic, as a whole string, is looked up in `_routes`; only a
topic never seen before is parsed. The route reads the payload and updates one channel (or one hub), which tells the
entities that show it. Nothing is broadcast, nothing is copied, no timer is started per message; one sweep every 30 s
ages everybody.

This is not Home Assistant's DataUpdateCoordinator: that one tells every entity of every change.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
import logging
import math
from time import monotonic
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.event import async_track_time_interval

from .const import CONF_MAX_PLANTERS, CONF_SILENCE_MINUTES, DEFAULT_MAX_PLANTERS, MANUFACTURER, MAX_OTHER_MEASURES
from .greenhouse.hub import decode_health, decode_state
from .greenhouse.measure import LATE_LEAF, Measure, measure_of
from .greenhouse.refusal import Reason, Refusals, RefusedError
from .greenhouse.site import Discovered, Site
from .greenhouse.state import Channel, Greenhouse, Planter
from .greenhouse.topic import HubSubject, HubTopic, MeasureTopic, parse, parse_measure, parse_place
from .identity import Identity
from .link_monitor import LinkMonitor
from .transport import Message, Transport

_LOGGER = logging.getLogger(__name__)

_SWEEP_INTERVAL: Final = timedelta(seconds=30)
_LAST_SEEN_INTERVAL_S: Final = 60
"""A planter's messages come in a burst: its "last seen" is shown once for all of them."""

type SigacsConfigEntry = ConfigEntry[SigacsCoordinator]
type Route = Callable[[Message], None]


class SigacsCoordinator:
    """Everything known behind one configuration entry, kept true while messages arrive and while they do not."""

    def __init__(self, hass: HomeAssistant, entry: SigacsConfigEntry, transport: Transport) -> None:
        """Rebuild from the registries what is known; nothing is received before `start`."""
        self._hass = hass
        self._entry = entry
        self._transport = transport
        self._silence_minutes: float | None = entry.options.get(CONF_SILENCE_MINUTES)
        self._routes: dict[str, Route] = {}
        self._adders: list[Callable[[Discovered], None]] = []
        self._heard_again: list[Planter] = []
        self._announcing = False
        self._announcement: asyncio.Handle | None = None
        self._device_ids: dict[Greenhouse, str] = {}
        self.identity = Identity(entry.unique_id or entry.entry_id)
        self.link = LinkMonitor(hass, entry)
        self.refusals = Refusals()
        self.late_messages = 0
        self.site = Site(entry.options.get(CONF_MAX_PLANTERS, DEFAULT_MAX_PLANTERS), MAX_OTHER_MEASURES)
        self._rebuild()

    async def start(self) -> None:
        """Begin to receive; LinkError when the way to the broker can never work as it is configured."""
        await self._transport.start(self.message_received, self.link.changed)
        self._entry.async_on_unload(
            async_track_time_interval(
                self._hass, self._sweep, _SWEEP_INTERVAL, name="sigacs freshness", cancel_on_shutdown=True
            )
        )

    async def stop(self) -> None:
        """End the link to the broker; twice does no harm."""
        if self._announcement:
            self._announcement.cancel()
        await self._transport.stop()

    # Messages

    @callback
    def message_received(self, message: Message) -> None:
        """Take one message from the broker."""
        try:
            route = self._routes.get(message.topic) or self._open(message)
            route(message)
        except RefusedError as error:
            first = self.refusals.add(message.topic, message.payload, error)
            log = _LOGGER.warning if first else _LOGGER.debug
            log("Message on %.200r refused (%s): %s", message.topic, error.reason, error)

    def _open(self, message: Message) -> Route:
        """Find what a new topic is about. Only a payload that is right can make something known."""
        match parse(message.topic):
            case MeasureTopic(leaf=leaf) if leaf == LATE_LEAF:
                return self._late_received
            case MeasureTopic(leaf=leaf) as topic:
                _live_value(measure_of(leaf), message)
                route: Route = partial(self._measure_received, self.site.admit_channel(topic))
            case HubTopic(greenhouse=id_, subject=HubSubject.STATE):
                decode_state(message.payload)
                route = partial(self._state_received, self.site.admit_greenhouse(id_))
            case HubTopic(greenhouse=id_):
                decode_health(message.payload)
                route = partial(self._health_received, self.site.admit_greenhouse(id_))
        self._routes[message.topic] = route
        self._announce_soon()
        return route

    def _measure_received(self, channel: Channel, message: Message) -> None:
        value = _live_value(channel.measure, message)
        now = monotonic()
        planter = channel.planter
        is_known = planter.heard_at is not None
        if channel.take(value, now) and is_known:
            self._heard_again.append(planter)
        channel.tell()
        if now - planter.told_at >= _LAST_SEEN_INTERVAL_S:
            planter.told_at = now
            planter.tell()

    def _late_received(self, _message: Message) -> None:
        self.late_messages += 1

    def _state_received(self, greenhouse: Greenhouse, message: Message) -> None:
        greenhouse.online = decode_state(message.payload)
        greenhouse.tell()

    def _health_received(self, greenhouse: Greenhouse, message: Message) -> None:
        limit_s = self.silence_limit_s(greenhouse)
        greenhouse.health = decode_health(message.payload)
        if self.silence_limit_s(greenhouse) != limit_s:
            self._judge(greenhouse)
        if device_id := self._device_ids.get(greenhouse):
            dr.async_get(self._hass).async_update_device(device_id, sw_version=greenhouse.health.version)
        greenhouse.tell()

    # Time

    def silence_limit_s(self, greenhouse: Greenhouse) -> float:
        """Seconds of silence after which a measurement of this greenhouse is no longer shown; infinite when never."""
        if self._silence_minutes is None:
            return greenhouse.silence_limit_s
        return self._silence_minutes * 60 or math.inf

    @callback
    def _sweep(self, _now: datetime) -> None:
        for greenhouse in self.site.greenhouses.values():
            self._judge(greenhouse)
        if self._heard_again:
            _LOGGER.info("Heard again: %s", ", ".join(map(str, self._heard_again)))
            self._heard_again.clear()

    def _judge(self, greenhouse: Greenhouse) -> None:
        now, limit_s = monotonic(), self.silence_limit_s(greenhouse)
        silent = [planter for planter in greenhouse.planters.values() if planter.judge(now, limit_s)]
        if silent:
            _LOGGER.info("Silent for longer than expected: %s", ", ".join(map(str, silent)))
            greenhouse.tell()

    # What is known

    @callback
    def on_discovered(self, add: Callable[[Discovered], None]) -> None:
        """Register a platform: it is called with what is known, and later with what becomes known."""
        self._adders.append(add)

    @callback
    def announce(self) -> None:
        """Make devices and entities of what became known since the last time, all of it together.

        Called once all platforms listen; from then on it calls itself.
        """
        self._announcing = True
        self._announcement = None
        discovered = self.site.take_discovered()
        for greenhouse in discovered.greenhouses:
            self._register(greenhouse)
        for add in self._adders:
            add(discovered)

    @callback
    def forget_device(self, identifiers: set[tuple[str, str]]) -> None:
        """Drop a greenhouse or a planter; if it speaks again it is new."""
        for _domain, identifier in identifiers:
            place = parse_place(self.identity.path_of(identifier) or "")
            if place is None:
                continue
            for planter in self.site.drop(place):
                for channel in planter.channels.values():
                    self._routes.pop(channel.topic, None)
            if place.planter is None:
                for subject in HubSubject:
                    self._routes.pop(str(HubTopic(place.greenhouse, subject)), None)

    @callback
    def forget_channel(self, channel: Channel) -> None:
        """Drop one measure whose entity was deleted; if it is published again it is new."""
        self._routes.pop(channel.topic, None)
        channel.planter.channels.pop(channel.measure.leaf, None)

    def device_id(self, greenhouse: Greenhouse) -> str:
        """The registry's id of a greenhouse that was announced."""
        return self._device_ids[greenhouse]

    def _announce_soon(self) -> None:
        if self._announcing and self._announcement is None and self.site.discovered:
            self._announcement = self._hass.loop.call_soon(self.announce)

    def _register(self, greenhouse: Greenhouse) -> None:
        device = dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={self.identity.greenhouse_device(greenhouse)},
            manufacturer=MANUFACTURER,
            sw_version=greenhouse.health.version,
            translation_key="greenhouse",
            translation_placeholders={"greenhouse": greenhouse.id},
        )
        self._device_ids[greenhouse] = device.id

    def _rebuild(self) -> None:
        """Know again what the registries know, so that every entity is there at once after a restart."""
        for entity in er.async_entries_for_config_entry(er.async_get(self._hass), self._entry.entry_id):
            path = self.identity.path_of(entity.unique_id) or ""
            if place := parse_place(path):
                self.site.ensure_place(place)
            elif topic := parse_measure(path):
                channel = self.site.ensure_channel(topic)
                self._routes[channel.topic] = partial(self._measure_received, channel)


def _live_value(measure: Measure, message: Message) -> float:
    """Read a value of now; RefusedError when it is not one."""
    value = measure.decode(message.payload)
    if message.retained:
        raise RefusedError(Reason.RETAINED, "kept by the broker since an unknown time: not taken as a current value")
    return value
