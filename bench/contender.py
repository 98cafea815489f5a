"""One variant with all that it needs, put through its paces."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
import time
from types import TracebackType
from typing import Any, Final, Self

import psutil

from certs.policy import DASHBOARD, HUB
from demo.broker import Broker
from demo.leash import Leash

from .broker import configure, credentials
from .fleet import GREENHOUSE, Fleet
from .home_assistant import ENTITY_LIMIT, MeasuredHomeAssistant
from .probe_link import ProbeLink
from .publisher import Publisher
from .variants import Access, Variant

_SENSOR_LIMIT_S: Final = 0.03
_MESSAGE_LIMIT_S: Final = 0.005
_GRACE_S: Final = 30.0
_SETTLE_S: Final = 2.0
_WARM_UP_TURNS: Final = 20


class VoidError(RuntimeError):
    """A burst did not arrive whole, or not in time: its figures would mean nothing."""


@dataclass
class Burst:
    """What one burst cost."""

    messages: int
    writes: int
    others: int
    cpu_s: float
    wall_s: float

    @property
    def cpu_per_message_s(self) -> float:
        """Seconds of CPU, of the whole Home Assistant process."""
        return self.cpu_s / self.messages


@dataclass
class Figures:
    """What was measured of one variant at one size. Every time is from the start, or from the first packet, on."""

    alone_s: float = 0.0
    """Until Home Assistant had started, with its entries and not one sensor."""
    first_sight_s: float = 0.0
    restart_s: float = 0.0
    empty_bytes: int = 0
    """Resident, before the first sensor."""
    seen_bytes: int = 0
    """The same process with every sensor seen for the first time."""
    restarted_bytes: int = 0
    bursts: dict[str, list[Burst]] = field(default_factory=dict)


class Contender:
    """A broker, a publisher and a hass for one variant; everything is gone when the context is left."""

    def __init__(self, variant: Variant, fleet: Fleet, folder: Path) -> None:
        """Take a folder of its own."""
        self.variant = variant
        self.figures = Figures()
        self._fleet = fleet
        self._folder = folder
        self._turn = 0

    async def __aenter__(self) -> Self:
        """Start the broker, and connect the publisher; Home Assistant is not started yet."""
        async with AsyncExitStack() as stack:
            leash = stack.enter_context(Leash())
            pki = credentials(self._folder / "pki")
            broker = stack.enter_context(Broker(configure(pki)))
            leash.hold(broker.pid or 0)
            self._publisher = stack.enter_context(Publisher(pki.folder / f"{HUB.name}-{GREENHOUSE}", broker.port))
            self._probe = await stack.enter_async_context(ProbeLink())
            entries = self.variant.entries(Access.at(broker.port, pki.folder / DASHBOARD.name), self._fleet.planters)
            limit = max(ENTITY_LIMIT, self._fleet.entities)
            self._hass = MeasuredHomeAssistant(self._folder / "hass", leash.hold, entries, self._probe.port, limit)
            stack.push_async_callback(self._hass.stop)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything."""
        await self._stack.aclose()

    async def fill(self) -> None:
        """From nothing to a Home Assistant in which every sensor hears its topic, restarted once on the way."""
        await self.see_for_the_first_time()
        await self.restart()
        await self.warm_up()

    async def see_for_the_first_time(self) -> None:
        """From an empty Home Assistant to one with every sensor: how long, and how much larger."""
        began = time.time()
        await self._start()
        self.figures.alone_s = (await self._probe.ask("started"))["at"] - began
        await asyncio.sleep(_SETTLE_S)
        self.figures.empty_bytes = self._resident_bytes()
        began = time.time()
        if self.variant.by_discovery:
            await self._publisher.send(self._fleet.discovery())
        else:
            await self._publisher.send(self._next_turn())
        self.figures.first_sight_s = await self._all_present() - began
        await asyncio.sleep(_SETTLE_S)
        self.figures.seen_bytes = self._resident_bytes()

    async def restart(self) -> None:
        """Stop and start Home Assistant: how long until every sensor has its state again."""
        await self._hass.stop()
        began = time.time()
        await self._start()
        self.figures.restart_s = await self._all_present() - began
        await self._probe.ask("started")
        await asyncio.sleep(_SETTLE_S)
        self.figures.restarted_bytes = self._resident_bytes()

    async def warm_up(self) -> None:
        """Publish turns that do not count until one arrives whole: core subscribes seconds after its discovery."""
        sensors = self._fleet.sensors
        for _ in range(_WARM_UP_TURNS):
            counted = await self._publish(self._next_turn(), sensors, sensors * _MESSAGE_LIMIT_S)
            if counted["writes"] == sensors:
                return
        raise self._void(f"after {_WARM_UP_TURNS} turns {counted['writes']} of {sensors} sensors hear their topic")

    async def burst_of_changes(self, turns: int) -> None:
        """Every message brings another value."""
        messages = [packet for _ in range(turns) for packet in self._next_turn()]
        self._keep("changed", await self._burst(messages, len(messages)))

    async def burst_without_change(self, turns: int) -> None:
        """Every message repeats what is known; the last one alone does not, so that the end can be seen."""
        messages = [*self._fleet.turn(self._turn) * turns, self._fleet.end_mark(self._turn)]
        self._keep("unchanged", await self._burst(messages, 1))

    async def paced_changes(self, per_second: float, seconds: float) -> None:
        """As `burst_of_changes`, but evenly."""
        wanted = int(per_second * seconds)
        messages: list[bytes] = []
        while len(messages) < wanted:
            messages += self._next_turn()
        self._keep("paced", await self._burst(messages[:wanted], wanted, per_second))

    def _next_turn(self) -> list[bytes]:
        self._turn += 1
        return self._fleet.turn(self._turn)

    def _keep(self, kind: str, burst: Burst) -> None:
        self.figures.bursts.setdefault(kind, []).append(burst)

    async def _burst(self, messages: list[bytes], writes: int, per_second: float = 0.0) -> Burst:
        within_s = _GRACE_S + len(messages) * _MESSAGE_LIMIT_S
        counted = await self._publish(messages, writes, within_s, per_second)
        if counted["writes"] != writes:
            raise self._void(f"{counted['writes']} states written for {len(messages)} messages, {writes} expected")
        return Burst(len(messages), **counted)

    async def _publish(
        self, messages: list[bytes], writes: int, within_s: float, per_second: float = 0.0
    ) -> dict[str, Any]:
        await self._probe.ask("burst", writes=writes, within_s=within_s)
        if per_second:
            await self._publisher.send_paced(messages, per_second)
        else:
            await self._publisher.send(messages)
        return await self._probe.answer()

    async def _start(self) -> None:
        await asyncio.gather(self._hass.start(), self._probe.wait_for_probe())

    async def _all_present(self) -> float:
        sensors = self._fleet.sensors
        there = await self._probe.ask("present", sensors=sensors, within_s=_GRACE_S + sensors * _SENSOR_LIMIT_S)
        if there["sensors"] != sensors:
            raise self._void(f"{there['sensors']} of {sensors} sensors are there")
        return float(there["at"])

    def _void(self, what: str) -> VoidError:
        title = f"({self.variant.key}) {self.variant.title}"
        return VoidError(f"{title}: {what}: the run is void. Its log ends with:\n{self._hass.last_lines()}")

    def _resident_bytes(self) -> int:
        return int(psutil.Process(self._hass.pid).memory_info().rss)
