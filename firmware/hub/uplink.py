"""The hub's connection to Mosquitto: empties the queue over TLS, and comes back after every end of it.

    connect.py -> `online`, `sante` -> batch + PINGREQ -> PINGRESP -> queue.done -> next batch
                                                idle: PINGREQ ..30 s.. PINGREQ

MQTT over TCP is in order: a PINGRESP proves that Mosquitto has read all that was sent before its PINGREQ. So a batch of
QoS 0 leaves the queue only then, and is sent again after anything else. What is at most a period old goes to its live
topic, the rest to `histo` with its time (docs/protocol.md).

One task writes, another reads: `drain` loses what a second task writes meanwhile. No failure here touches the Wi-Fi,
which carries the planters' own connections.
"""

import asyncio
import os

from micropython import const

from hub.borrow import borrow
from shared import mqtt
from shared.wire import LATE, hub_topic, planter_topic

_SHORTEST_WAIT_S = const(2)  # before another attempt; half of it and a random part of the other half is waited
_LONGEST_WAIT_S = const(300)
_STEADY_S = const(30)  # a connection that stood so long, or took something, is followed by the shortest wait
_MOST = const(64)  # readings in a batch
_LONGEST_LATE = const(4066)  # bytes between the brackets of `histo`, of 4096, and one more


class Uplink:
    """`state` is a code of reasons.py, `words` what the screen says of it; `stopped` is set once `run` has ended."""

    # seconds: for TCP; for TLS, which takes a board one or two, and CONNACK; for PINGRESP; between two PINGREQ
    limits = (15, 30, 20, 30)
    state = words = None

    def __init__(self, config: dict, queue, clock, health, has_network, date_refused) -> None:  # noqa: PLR0913, PLR0917
        """Take what to ask whether there is a network, and whom to tell that TLS refused the broker for a date."""
        self._config = config
        self._queue = queue
        self._clock = clock
        self._health = health
        self._has_network = has_network
        self._date_refused = date_refused
        self._work = asyncio.Event()
        self._answer = asyncio.Event()
        self._leaving = asyncio.Event()
        self.stopped = asyncio.Event()
        self._tell("start")

    def wake(self) -> None:
        """Say that something was queued."""
        self._work.set()

    def stop(self) -> None:
        """Say goodbye to the broker, and end."""
        self._leaving.set()
        self._work.set()

    async def run(self, tick) -> None:
        """Stay connected until `stop`. Calls `tick` as a sign of life, at least every five minutes."""
        wait_s = _SHORTEST_WAIT_S
        while not self._leaving.is_set():
            tick()
            if not self._has_network():
                self._tell("wifi")
                await asyncio.sleep(1)
                continue
            began = self._clock.uptime()
            self._progress = False
            try:
                await self._session(tick)
            except asyncio.TimeoutError:
                self._tell("frozen")
            except OSError:
                self._tell("lost")
            except RuntimeError as error:
                self._tell(error.args[0])
            if self._progress or self._clock.uptime() - began > _STEADY_S:
                wait_s = _SHORTEST_WAIT_S
            tick()
            await _within(self._leaving.wait(), wait_s * (256 + os.urandom(1)[0]) / 512)
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
        self._tell("stopped")
        self.stopped.set()

    async def _session(self, tick) -> None:
        """Connect and empty the queue, until `stop`. Raises OSError, TimeoutError, or RuntimeError with a code."""
        stream, secure, tcp = await borrow("hub.connect", "connect", self._config, self._health, self.limits)
        self._ended = False
        reader = asyncio.create_task(self._read(secure, tcp))
        try:
            await self._serve(stream, tick)
        finally:
            reader.cancel()
            await stream.wait_closed()

    async def _serve(self, stream, tick) -> None:
        """Send what there is, and PINGREQ behind it, until `stop`."""
        greenhouse = self._config["greenhouse"]
        out = mqtt.publish(hub_topic(greenhouse, "etat"), "online", retain=True)
        while not self._leaving.is_set():
            tick()
            self._work.clear()
            self._answer.clear()
            if self.state != "online" or self._health.due():
                out += mqtt.publish(hub_topic(greenhouse, "sante"), self._health.text(), retain=True)
            readings = self._queue.batch(_MOST)
            stream.write(out + self._packets(readings) + mqtt.PINGREQ)
            out = b""
            await asyncio.wait_for(self._confirmed(stream), self.limits[2])
            self._tell("online")
            if readings:
                self._progress = True
                try:
                    self._queue.done(len(readings))
                except OSError as error:
                    self._health.notes["flash"] = str(error)  # they come again after a restart
            if not readings or not len(self._queue):
                await _within(self._work.wait(), self.limits[3])
        stream.write(mqtt.publish(hub_topic(greenhouse, "etat"), "offline", retain=True) + mqtt.DISCONNECT)
        await stream.drain()

    def _packets(self, readings: "list[tuple]") -> bytes:
        """Return `histo` of each planter that has something late, and after it what is fresh."""
        greenhouse = self._config["greenhouse"]
        out = live = b""
        late = {}
        for planter, leaf, payload, unix, age in readings:
            if unix is None or (age is not None and age <= self._config["period"]):
                live += mqtt.publish(planter_topic(greenhouse, planter, leaf), payload)
            else:
                parts = late.setdefault(planter, [""])
                row = ',[%d,"%s","%s"]' % (unix, leaf, payload)
                if len(parts[-1]) + len(row) > _LONGEST_LATE:
                    parts.append("")
                parts[-1] += row
        for planter, parts in late.items():
            for rows in parts:
                text = '{"format":1,"measurements":[' + rows[1:] + "]}"
                out += mqtt.publish(planter_topic(greenhouse, planter, LATE), text)
        return out + live

    async def _confirmed(self, stream) -> None:
        await stream.drain()
        if not self._ended:
            await self._answer.wait()
        if self._ended:
            raise OSError

    async def _read(self, secure, tcp) -> None:
        """Tell the other task of each PINGRESP, which is all that a broker sends us, and of the end.

        Waits for TCP, not for TLS: the unix port can only ask the latter again and again, which holds up all tasks.
        """
        arrival = asyncio.StreamReader(tcp)
        answer = b""
        try:
            while mqtt.PINGRESP.startswith(answer):
                if answer == mqtt.PINGRESP:
                    answer = b""
                    self._answer.set()
                chunk = secure.read(2 - len(answer))
                if chunk == b"":
                    break
                if chunk is None:
                    await arrival.readinto(bytearray())  # reading nothing waits until there is something
                else:
                    answer += chunk
        except OSError:
            pass
        self._ended = True
        self._answer.set()
        self._work.set()

    def _tell(self, code: str) -> None:
        if self.state == code:
            return
        self.state = code
        self.words = borrow("hub.reasons", "words", code, self._config["language"])
        if code not in ("start", "online", "stopped"):
            self._health.notes["last_failure"] = code
        if code in ("tls-expired", "tls-future"):
            self._date_refused()


async def _within(waiting, seconds: float) -> None:
    """Wait for it, but no longer."""
    try:
        await asyncio.wait_for(waiting, seconds)
    except asyncio.TimeoutError:
        pass
