"""A garden in a real Home Assistant: its days lived, faster, through a real Mosquitto, until noon.

    table  ->  Voice, with a hub's certificate  ->  Mosquitto  ->  hass, whose clock libfaketime moves on  ->  recorder

Nothing is written behind Home Assistant's back: history, statistics and forecasts are what it made of the messages.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import override

import pytest

from certs.pki import Pki
from certs.policy import DASHBOARD, HUB
from demo.broker import Broker
from demo.credentials import HOME_ASSISTANT, configure_broker
from demo.home_assistant import HomeAssistant, free_port
from demo.integration import connect
from demo.onboarding import welcome
from script.environment.faketime import find_faketime
from tests.e2e.browser.gardens import NOON, Bed, Greenhouse
from tests.e2e.future import KeyHolder
from tests.e2e.house import PERSON, House, eventually
from tests.e2e.time_machine import TimeMachine, TravellingHomeAssistant
from tests.e2e.voice import Voice

PERIOD_S = 1800
_PERIOD_H = PERIOD_S / 3600
_LITTLE = timedelta(seconds=15)


class Garden(House):
    """A Home Assistant connected to its broker, and the hubs of a table's greenhouses."""

    def __init__(self, hass: HomeAssistant, api: KeyHolder, machine: TimeMachine, pki: Pki, broker: Broker) -> None:
        super().__init__(hass, api)
        self.machine = machine
        self._pki = pki
        self._broker = broker
        self.hubs: dict[Greenhouse, Voice] = {}
        self._last_seen: dict[str, str] = {}

    @property
    def ahead(self) -> timedelta:
        """By how much its clock is ahead of this machine's."""
        return self.machine.now() - datetime.now(UTC)

    @override
    async def settle_in(self) -> None:
        assert isinstance(self.api, KeyHolder)
        await self.api.settle()

        async def look() -> bool:
            return str((await self.api.command("get_config"))["state"]) == "RUNNING"

        await eventually(look, "Home Assistant is running")

    @contextmanager
    def switched_on(self, table: Iterable[Greenhouse]) -> Iterator[None]:
        """Have the hubs of these greenhouses online."""
        with ExitStack() as stack:
            for greenhouse in table:
                hub = Voice(self._pki, self._broker, greenhouse.key, period=PERIOD_S)
                self.hubs[greenhouse] = stack.enter_context(hub)
            yield

    async def live(self, days: float) -> None:
        """Have all beds measure, period by period, from so many days ago until noon."""
        periods = round(days * 24 / _PERIOD_H)
        await self.measure(periods * _PERIOD_H)
        await self._call_them_by_their_names()
        for left in range(periods - 1, -1, -1):
            await self.measure(left * _PERIOD_H)

    async def measure(self, ago: float) -> None:
        """Let it become so many hours before noon, have all beds measure, and wait until that is known.

        A little later, in fact: the recorder makes an hour's statistics only if it is woken in the next hour's first
        five minutes, and the clock moves by whole seconds.
        """
        self.machine.move(max(timedelta(), NOON + _LITTLE - timedelta(hours=ago) - self.machine.now()))
        for _ in range(2):  # what is due happens; heartbeats want an answer before time moves on
            await self.api.command("ping")
        before = self.machine.now() - timedelta(seconds=2)  # as above, and times are told in whole seconds
        self.speak(ago)
        for greenhouse in self.hubs:
            await self._heard(greenhouse, _last_to_speak(greenhouse.beds, ago), before)

    def speak(self, ago: float) -> None:
        """Have all beds measure, now, what they measured or will measure so many hours before noon."""
        for greenhouse, hub in self.hubs.items():
            for bed in greenhouse.beds:
                for leaf, value in bed.readings(ago).items():
                    hub.mqtt.publish(f"{hub.path}/bac/{bed.key}/{leaf}", f"{value:.1f}")

    async def _heard(self, greenhouse: Greenhouse, bed: Bed | None, since: datetime) -> None:
        """Wait until the last of them was heard: then all were."""
        if bed is None:
            return
        path = f"/serre/{greenhouse.key}/bac/{bed.key}#last_seen"
        last_seen = self._last_seen[path] = self._last_seen.get(path) or await self.entity(path)

        async def look() -> bool:
            at = str((await self.state(last_seen))["state"])
            return at[:1].isdigit() and datetime.fromisoformat(at) >= since

        await eventually(look, f"{last_seen} after {since}")

    async def make_dashboard(self, path: str, title: str = "Greenhouses") -> None:
        """Do what the dialog for a new dashboard does."""
        url_path = path.removeprefix("/")
        about = {"title": title, "icon": "mdi:greenhouse", "mode": "storage"}
        await self.api.command("lovelace/dashboards/create", url_path=url_path, **about)
        config = {"strategy": {"type": "custom:sigacs"}}
        await self.api.command("lovelace/config/save", url_path=url_path, config=config)

    async def _call_them_by_their_names(self) -> None:
        named = [(f"/serre/{one.key}", one.name) for one in self.hubs]
        named += [(f"/serre/{one.key}/bac/{bed.key}", bed.name) for one in self.hubs for bed in one.beds]
        for path, name in named:
            if name and (device := await self.device(path)):
                await self.api.command("config/device_registry/update", device_id=device["id"], name_by_user=name)


def _last_to_speak(beds: Iterable[Bed], ago: float) -> Bed | None:
    return next((bed for bed in reversed(tuple(beds)) if bed.readings(ago)), None)


@asynccontextmanager
async def garden(folder: Path, table: Sequence[Greenhouse], language: str, days: float) -> AsyncIterator[Garden]:
    """Start all of it but the hubs, so many days before noon: nothing was heard yet."""
    library = find_faketime()
    if library is None:
        pytest.skip("libfaketime is missing, without which time cannot be moved: apt-get install libfaketime")
    begin = NOON - timedelta(days=days, minutes=10)  # to start in
    pki = Pki(folder / "pki", lambda: begin)
    pki.init()
    pki.issue_server(["localhost"], ["127.0.0.1"])
    pki.issue_client(DASHBOARD)
    for greenhouse in table:
        pki.issue_client(HUB, greenhouse.key)
    machine = TimeMachine(library, folder)
    machine.move(begin - machine.now())
    hass = TravellingHomeAssistant(folder / "home-assistant", free_port(), machine)
    async with AsyncExitStack() as stack:
        broker = stack.enter_context(Broker(configure_broker(pki, free_port())))
        api = await stack.enter_async_context(KeyHolder(hass.url))
        garden = Garden(hass, api, machine, pki, broker)
        stack.push_async_callback(hass.stop)
        await hass.start()
        await welcome(api, PERSON, language)
        await garden.settle_in()
        await connect(api, broker.port, pki.folder / HOME_ASSISTANT)
        await garden.until(await garden.connection(), "on")
        yield garden
