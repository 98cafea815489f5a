"""Inside Home Assistant: says when the measurements' states are there, and what a burst of writes costs.

Answers requests, JSON lines, over a connection that it opens to the bench:

    {"ask": "started"}                                  -> {"at": Unix time}
    {"ask": "present", "sensors": N, "within_s": s}     -> {"sensors": n, "at": Unix time of the last one's state}
    {"ask": "burst", "writes": N, "within_s": s}        -> {} when ready to count, then
                                                        -> {"writes": n, "others": n, "cpu_s": s, "wall_s": s}

A measurement is a sensor of what planters measure; whatever else is written is counted as `others`, and so is its CPU:
what an integration makes of the measurements a moment later belongs to what they cost.
"""

import asyncio
import json
from time import perf_counter, process_time
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv, entity_platform, start
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util
import voluptuous as vol

DOMAIN = "bench_probe"
CONFIG_SCHEMA = vol.Schema(
    {DOMAIN: {vol.Required("port"): cv.port, vol.Required("entity_limit"): cv.positive_int}}, extra=vol.ALLOW_EXTRA
)
_MEASURED = ("_moisture", "_temperature", "_humidity")
_POLL_S = 0.2
_SETTLE_S = 1.5
"""After the last write that is expected: time for one too many to show, and for what follows from them."""


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Connect to the bench, and make room for as many entities as it wants to see in one entry."""
    entity_platform.MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY = config[DOMAIN]["entity_limit"]
    reader, writer = await asyncio.open_connection("127.0.0.1", config[DOMAIN]["port"])
    started: asyncio.Future[float] = hass.loop.create_future()

    @callback
    def note_start(_hass: HomeAssistant) -> None:
        started.set_result(dt_util.utcnow().timestamp())

    start.async_at_started(hass, note_start)
    hass.async_create_background_task(_serve(hass, reader, writer, started), "bench probe")
    return True


async def _serve(
    hass: HomeAssistant, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, started: asyncio.Future[float]
) -> None:
    def answer(**content: Any) -> None:
        writer.write(json.dumps(content).encode() + b"\n")

    async for line in reader:
        request = json.loads(line)
        match request["ask"]:
            case "started":
                answer(at=await started)
            case "present":
                answer(**await _present(hass, request["sensors"], request["within_s"]))
            case "burst":
                burst = Burst(hass, request["writes"])
                answer()
                answer(**await burst.counted(request["within_s"]))


async def _present(hass: HomeAssistant, sensors: int, within_s: float) -> dict[str, float]:
    deadline = hass.loop.time() + within_s
    while True:
        written = [
            state.last_updated_timestamp
            for state in hass.states.async_all("sensor")
            if _is_measurement(state) and state.state != STATE_UNAVAILABLE
        ]
        if len(written) >= sensors or hass.loop.time() > deadline:
            return {"sensors": len(written), "at": max(written, default=0.0)}
        await asyncio.sleep(_POLL_S)


@callback
def _never_called(_event: Event[EventStateChangedData]) -> None:
    """Stand where core wants a listener."""


def _is_measurement(state: State) -> bool:
    """Whether it is of a planter; a greenhouse has a temperature too, and a planter a dew point."""
    return "planter_" in state.entity_id and state.entity_id.endswith(_MEASURED)


class Burst:
    """Counts the writes of one burst, from the moment it is made."""

    def __init__(self, hass: HomeAssistant, writes: int) -> None:
        """Begin."""
        self._expected = writes
        self._writes = self._others = 0
        self._wall: asyncio.Future[float] = hass.loop.create_future()
        # The filter counts and lets nothing pass: without a listener core makes no Event at all, whose reference cycle
        # with its Context would cost more than the write, in garbage collection.
        self._stop_counting = hass.bus.async_listen(EVENT_STATE_CHANGED, _never_called, event_filter=self._count)
        self._began = process_time(), perf_counter()

    @callback
    def _count(self, change: EventStateChangedData) -> bool:
        state = change["new_state"]
        if state is None or not _is_measurement(state):
            self._others += 1
            return False
        self._writes += 1
        if self._writes == self._expected:
            self._wall.set_result(perf_counter() - self._began[1])
        return False

    async def counted(self, within_s: float) -> dict[str, float]:
        """Wait for the last write and what follows from it; CPU seconds of the whole process, wall until that write."""
        await asyncio.wait([self._wall], timeout=within_s)
        wall_s = self._wall.result() if self._wall.done() else perf_counter() - self._began[1]
        await asyncio.sleep(_SETTLE_S)
        self._stop_counting()
        cpu_s = process_time() - self._began[0]
        return {"writes": self._writes, "others": self._others, "cpu_s": cpu_s, "wall_s": wall_s}
