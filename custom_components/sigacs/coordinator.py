"""From a message to the state of one entity.

The transport hands every message to `message_received`. Its topic, as a whole string, is looked up in `_routes`; only a
topic never seen before is parsed. The route reads the payload and updates one channel (or one hub), which tells the
entities that show it. Nothing is broadcast, nothing is copied, no timer is started per message; one sweep every 30 s
ages everybody. What follows from readings is the `caretaker`'s.

This is not Home Assistant's DataUpdateCoordinator: that one tells every entity of every change.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
import logging
import math
from time import monotonic, time
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from .backfill import Backfill
from .burst import Burst
from .caretaker import Caretaker
from .const import (
    CONF_MAX_PLANTERS,
    CONF_SILENCE_MINUTES,
    DEFAULT_MAX_PLANTERS,
    MAX_OTHER_MEASURES,
)
from .directory import Directory
from .greenhouse import measure
from .greenhouse.channel import Channel
from .greenhouse.hub import decode_health, decode_state
from .greenhouse.late import decode_late
from .greenhouse.measure import LATE_LEAF, Measure, measure_of
from .greenhouse.refusal import Reason, Refusals, RefusedError
from .greenhouse.site import Site
from .greenhouse.state import Greenhouse, Planter
from .greenhouse.topic import HubSubject, HubTopic, MeasureTopic, parse, parse_measure, parse_place
from .identity import Identity
from .issues import Issues
from .link_monitor import LinkMonitor
from .memory import Memory
from .recollection import recall
from .transport import Message, Transport

_LOGGER = logging.getLogger(__name__)

_SWEEP_INTERVAL: Final = timedelta(seconds=30)
_LAST_SEEN_INTERVAL_S: Final = 60.0
"""A planter's messages come in a burst: its "last seen" is shown once for all of them, with the moisture."""

type SigacsConfigEntry = ConfigEntry[SigacsCoordinator]
type Route = Callable[[Message], None]


class SigacsCoordinator:
    """Everything known behind one configuration entry, kept true while messages arrive and while they do not."""

    def __init__(self, hass: HomeAssistant, entry: SigacsConfigEntry, transport: Transport) -> None:
        """Rebuild from the registries what is known; nothing is received before `start`."""
        self._hass = hass
        self._entry = entry
        self.transport = transport
        self._silence_minutes: float | None = entry.options.get(CONF_SILENCE_MINUTES)
        self._routes: dict[str, Route] = {}
        self._heard_again: list[Planter] = []
        self._unproven: Burst[Channel, float] = Burst(hass.loop, self._unproven_settled)
        self.identity = Identity(entry.unique_id or entry.entry_id)
        self.link = LinkMonitor(hass, entry)
        self.refusals = Refusals()
        self.late_messages = 0
        self.site = Site(entry.options.get(CONF_MAX_PLANTERS, DEFAULT_MAX_PLANTERS), MAX_OTHER_MEASURES)
        self.directory = Directory(hass, entry, self.site, self.identity)
        self.backfill = Backfill(hass, self.directory.entity_id)
        self._memory = Memory(hass, entry.entry_id, self.site, self.backfill.as_dict)
        self.caretaker = Caretaker(hass, self.site, self._memory, self.silence_limit_s)
        self._issues = Issues(hass, entry, self)
        self._rebuild()

    async def start(self) -> None:
        """Begin to receive; LinkError when the way to the broker can never work as it is configured."""
        self.backfill.load(await self._memory.load(self.silence_limit_s))
        self.caretaker.review(self.site.greenhouses.values())
        self.link.listeners.append(self._link_changed)
        await self.transport.start(self.message_received, self.link.changed)
        self.backfill.start()
        self._entry.async_create_background_task(
            self._hass, recall(self._hass, self.site, self.directory.entity_id), "sigacs recollection"
        )
        self._entry.async_on_unload(self._hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._stopping))
        self._entry.async_on_unload(self._memory.keep_saving())
        self._entry.async_on_unload(
            async_track_time_interval(
                self._hass, self._sweep, _SWEEP_INTERVAL, name="sigacs freshness", cancel_on_shutdown=True
            )
        )

    async def _stopping(self, _event: Event) -> None:
        """Take leave of the broker, and keep what is known, while there is still time: nobody unloads us then."""
        await self.stop()

    async def stop(self) -> None:
        """End the link to the broker; twice does no harm."""
        self.directory.stop()
        await self.transport.stop()
        self._unproven.stop()
        self.caretaker.stop()
        await self.backfill.stop()
        self._issues.withdraw()
        await self._memory.save_now()

    # Messages

    @callback
    def message_received(self, message: Message) -> None:
        """Take one message from the broker."""
        try:
            route = self._routes.get(message.topic) or self._open(message)
            route(message)
        except RefusedError as error:
            self._refused(message.topic)
            first = self.refusals.add(message.topic, message.payload, error)
            log = _LOGGER.warning if first else _LOGGER.debug
            log("Message on %.200r refused (%s): %s", message.topic, error.reason, error)

    def _open(self, message: Message) -> Route:
        """Find what a new topic is about. Only a payload that is right can make something known."""
        match parse(message.topic):
            case MeasureTopic(leaf=leaf) as topic if leaf == LATE_LEAF:
                return partial(self._late_received, topic)
            case MeasureTopic(leaf=leaf) as topic:
                _live_value(measure_of(leaf), message)
                route: Route = self._route(self.site.admit_channel(topic))
            case HubTopic(greenhouse=id_, subject=HubSubject.STATE):
                decode_state(message.payload)
                route = partial(self._state_received, self.site.admit_greenhouse(id_))
            case HubTopic(greenhouse=id_):
                decode_health(message.payload)
                route = partial(self._health_received, self.site.admit_greenhouse(id_))
        self._routes[message.topic] = route
        self.directory.announce_soon()
        return route

    def _route(self, channel: Channel) -> Route:
        """Choose once what is done with each message of a channel."""
        receive = _RECEIVERS.get(channel.measure.leaf, SigacsCoordinator._measure_received)
        return partial(receive, self, channel)

    def _measure_received(self, channel: Channel, message: Message) -> None:
        self._take(channel, _live_value(channel.measure, message), monotonic())

    def _air_received(self, channel: Channel, message: Message) -> None:
        self._take(channel, _live_value(channel.measure, message), monotonic())
        self.caretaker.air(channel.planter)

    def _moisture_received(self, channel: Channel, message: Message) -> None:
        moisture = _live_value(channel.measure, message)
        now = monotonic()
        planter = channel.planter
        if not planter.trusts_moisture:
            planter.heard(now)
        elif planter.value(measure.PROBE_VOLTAGE) is None:
            self._take_moisture(channel, moisture, now)
        else:  # the bare voltage comes behind, and may say that the probe is broken
            self._unproven.add(channel, moisture)

    def _unproven_settled(self, moistures: Mapping[Channel, float]) -> None:
        now = monotonic()
        for channel, moisture in moistures.items():
            if channel.planter.trusts_moisture:
                self._take_moisture(channel, moisture, now)

    def _voltage_received(self, channel: Channel, message: Message) -> None:
        millivolts = _live_value(channel.measure, message)
        now = monotonic()
        planter = channel.planter
        self._take(channel, millivolts, now)
        was_implausible = planter.implausible
        moisture = planter.probe_voltage(millivolts)
        soil = planter.channels.get(measure.SOIL_MOISTURE.leaf)
        if soil is None:
            return
        if planter.trusts_moisture:
            moisture = self._unproven.take(soil)
        if moisture is not None:
            self._take_moisture(soil, moisture, now)
        elif planter.implausible and not was_implausible:
            self.caretaker.review([planter.greenhouse])

    def _take_moisture(self, channel: Channel, moisture: float, now: float) -> None:
        self._take(channel, moisture, now)
        self.caretaker.moisture(channel.planter, moisture, now)

    def _take(self, channel: Channel, value: float, now: float) -> None:
        planter = channel.planter
        is_known = planter.heard_at is not None
        is_back = not channel.fresh
        if channel.take(value, now) and is_known:
            self._heard_again.append(planter)
        channel.tell()
        if channel.measure is measure.SOIL_MOISTURE:
            _last_seen(planter, now, 0.0 if is_back else _LAST_SEEN_INTERVAL_S)
        elif planter.value(measure.SOIL_MOISTURE) is None:
            _last_seen(planter, now)

    def _late_received(self, topic: MeasureTopic, message: Message) -> None:
        """Hand on what is known to have been measured, for the past alone: nothing of it is news."""
        late = decode_late(message.payload, time())
        self.late_messages += 1
        for error in late.refusals:
            self.refusals.add(message.topic, message.payload, error)
        if (planter := self.site.planter_at(topic)) is None:
            return
        planter.late_at = monotonic()
        for wall, leaf, measured in late.measurements:
            for channel, value in planter.measured(leaf, measured, wall):
                self.backfill.received(channel, wall, value)
        self._memory.save_soon()

    def _state_received(self, greenhouse: Greenhouse, message: Message) -> None:
        greenhouse.hub_said(online=decode_state(message.payload), now=monotonic())
        greenhouse.tell()
        self.caretaker.review([greenhouse])

    def _health_received(self, greenhouse: Greenhouse, message: Message) -> None:
        limit_s = self.silence_limit_s(greenhouse)
        greenhouse.health = decode_health(message.payload, None if message.retained else time())
        if self.silence_limit_s(greenhouse) != limit_s:
            self._judge(greenhouse)
        self.directory.note_version(greenhouse)
        greenhouse.tell()

    def _refused(self, topic: str) -> None:
        """Note on the channel, if there is one, that what came could not be taken."""
        address = parse_measure(topic)
        if address and (channel := self.site.channel_at(address)):
            channel.refused_at = monotonic()

    @callback
    def _link_changed(self) -> None:
        link = self.link.link
        self.site.link_changed(up=link is not None and link.up, now=monotonic())
        self.caretaker.review(self.site.greenhouses.values())

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
        self.caretaker.sweep()
        self._issues.update()
        if self._heard_again:
            _LOGGER.info("Heard again: %s", ", ".join(map(str, self._heard_again)))
            self._heard_again.clear()

    def _judge(self, greenhouse: Greenhouse) -> None:
        now, limit_s = monotonic(), self.silence_limit_s(greenhouse)
        silent = [planter for planter in greenhouse.planters.values() if planter.judge(now, limit_s)]
        for planter in greenhouse.planters.values():  # those whose air alone speaks
            if planter.heard_at is not None and planter.heard_at - planter.told_at >= _LAST_SEEN_INTERVAL_S:
                _last_seen(planter, now)
        if silent:
            _LOGGER.info("Silent for longer than expected: %s", ", ".join(map(str, silent)))
            greenhouse.tell()

    # What is known

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

    def _rebuild(self) -> None:
        """Know again what the registries know, so that every entity is there at once after a restart."""
        for path in self.directory.paths():
            if place := parse_place(path):
                self.site.ensure_place(place)
            elif topic := parse_measure(path):
                channel = self.site.ensure_channel(topic)
                self._routes[channel.topic] = self._route(channel)


_RECEIVERS: Final[Mapping[str, Callable[[SigacsCoordinator, Channel, Message], None]]] = {
    measure.SOIL_MOISTURE.leaf: SigacsCoordinator._moisture_received,  # noqa: SLF001 - its own table
    measure.PROBE_VOLTAGE.leaf: SigacsCoordinator._voltage_received,  # noqa: SLF001
    **dict.fromkeys((one.leaf for one in measure.AIR), SigacsCoordinator._air_received),  # noqa: SLF001
}


def _live_value(measure: Measure, message: Message) -> float:
    """Read a value of now; RefusedError when it is not one."""
    value = measure.decode(message.payload)
    if message.retained:
        raise RefusedError(Reason.RETAINED, "kept by the broker since an unknown time: not taken as a current value")
    return value


def _last_seen(planter: Planter, now: float, interval_s: float = _LAST_SEEN_INTERVAL_S) -> None:
    """Let it be shown when a planter was heard, once in an interval."""
    if now - planter.told_at >= interval_s:
        planter.told_at = now
        planter.tell()
