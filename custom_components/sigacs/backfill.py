"""No gap: what came late is written into the long-term statistics, for the hours that the recorder does not have.

`received` collects. Every five minutes the hours that are over are compared with the recorder's, and those that it
lacks are written under the entity's own statistic. An hour that the recorder has, in part too, stays as it is.

Why this never collides with the recorder's own compilation. Both insert the same row, and the recorder drops the
statistics of *every* entity for that hour if the row is there already. It compiles an hour when it is asked for the
five minutes that end it. From five minutes after the hour on, nobody asks for them any more: the periodic task asks for
the last five minutes alone, and what was missed while Home Assistant was down is asked for before the recorder calls
itself ready. What was asked for earlier is in the recorder's queue, whose end we wait for before we look; what we then
write goes through the same queue, and so does a new name of the entity.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
import logging
from time import time
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.recorder import DATA_INSTANCE, async_migration_in_progress

from .greenhouse.channel import Channel
from .greenhouse.late import Hour, LateHours
from .greenhouse.topic import parse_measure

if TYPE_CHECKING:
    from homeassistant.components.recorder import Recorder

_LOGGER = logging.getLogger(__name__)

_RECORDER: Final = "recorder"
_INTERVAL: Final = timedelta(minutes=5)
_COMPILED_AFTER_S: Final = 300
_KEPT_S: Final = 24 * 3600
"""How long an hour waits for an entity to write it under, and for the rest of it once it is written."""


class Backfill:
    """Fills the statistics of one configuration entry. Everything runs in the event loop."""

    def __init__(self, hass: HomeAssistant, entity_id_of: Callable[[str], str | None]) -> None:
        """Take what tells the entity that shows a topic, as it is called at the moment of asking."""
        self._hass = hass
        self._entity_id_of = entity_id_of
        self._late = LateHours()
        self._looking: asyncio.Task[None] | None = None
        self._unsubscribe: CALLBACK_TYPE | None = None
        self.hours_written = 0

    @property
    def hours_waiting(self) -> int:
        """How many hours, of all topics together, are not written yet."""
        return len(self._late.waiting)

    @callback
    def received(self, channel: Channel, wall: float, value: float) -> None:
        """Take a late measurement: Unix time, and the value in the unit of the wire."""
        if _recorder(self._hass) is not None:
            self._late.add(channel.topic, int(wall), value, time())

    @callback
    def start(self) -> None:
        """Begin to look every five minutes."""
        self._unsubscribe = async_track_time_interval(
            self._hass, self._look_again, _INTERVAL, name="sigacs late measurements", cancel_on_shutdown=True
        )

    async def stop(self) -> None:
        """Leave no timer and no task behind; twice does no harm."""
        if self._unsubscribe:
            self._unsubscribe()
            self._unsubscribe = None
        if self._looking:
            self._looking.cancel()
            await asyncio.wait([self._looking])

    def as_dict(self) -> dict[str, Any]:
        """What a restart must not lose, as JSON."""
        return self._late.as_dict()

    @callback
    def load(self, kept: object) -> None:
        """Take back what `as_dict` gave; anything else is an empty beginning."""
        self._late = LateHours.from_dict(kept)

    @callback
    def _look_again(self, _now: datetime) -> None:
        if self._looking is None or self._looking.done():
            self._looking = self._hass.async_create_background_task(self._look(), "sigacs late measurements")

    async def _look(self) -> None:
        try:
            await self._write()
        except Exception:
            _LOGGER.exception("Late measurements could not be written into the statistics; trying again in 5 minutes")

    async def _write(self) -> None:
        now = time()
        self._late.drop_unchanged_since(now - _KEPT_S)
        over = [hour for hour in self._late.waiting if hour.end + _COMPILED_AFTER_S <= now]
        recorder = _recorder(self._hass)
        if not over or recorder is None or not recorder.async_recorder_ready.is_set():
            return
        from . import long_term  # noqa: PLC0415 - there is a recorder, and so all that it imports

        await long_term.caught_up(self._hass)
        by_entity: defaultdict[str, list[Hour]] = defaultdict(list)
        for hour in over:
            if entity_id := self._entity_id_of(hour.topic):
                by_entity[entity_id].append(hour)
        known = await long_term.known_hours(
            self._hass, {entity_id: {hour.start for hour in hours} for entity_id, hours in by_entity.items()}
        )
        for entity_id, hours in by_entity.items():
            topic = hours[0].topic
            state = self._hass.states.get(entity_id)
            if state is None or self._entity_id_of(topic) != entity_id:
                continue  # not there yet, disabled, or renamed while we looked: next time
            written = long_term.fill(self._hass, state, _leaf(topic), hours, known[entity_id])
            for hour in written:
                self._late.written(hour)
            for hour in set(hours).difference(written):
                self._late.drop(hour)
            self.hours_written += len(written)
            _LOGGER.debug("%s: %s of %s hours written from late measurements", entity_id, len(written), len(hours))


async def past_hours(
    hass: HomeAssistant, statistic_ids: Collection[str], days: float
) -> dict[str, list[tuple[float, float]]]:
    """Hourly means in % and °C of the last days by statistic: the Unix time of each hour's middle, and the mean.

    Nothing for a statistic that there is not, and nothing at all without a recorder that can be read.
    """
    if _recorder(hass) is None or async_migration_in_progress(hass) or not statistic_ids:
        return {}
    from . import long_term  # noqa: PLC0415 - as above

    return await long_term.means(hass, set(statistic_ids), days)


def _recorder(hass: HomeAssistant) -> Recorder | None:
    return hass.data.get(DATA_INSTANCE) if _RECORDER in hass.config.components else None


def _leaf(topic: str) -> str:
    measure = parse_measure(topic)
    return measure.leaf if measure else ""
