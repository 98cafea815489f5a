"""Twenty planters, a hub, Mosquitto and a listener, and everything that can happen between them.

    nodes -> relay -> hub -> relay -> Mosquitto -> listener

Each fault is a context manager: it begins, and what it broke works again when it ends. The listener is the measuring
instrument, and speaks MQTT through no relay; after a restart of the broker nobody else is let in before it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
import os
from pathlib import Path
import random
import signal
import time
from typing import Self

from certs.passwords import Login
from certs.pki import Pki
from demo.boards import Hub, Nodes, settings
from demo.broker import Broker
from demo.credentials import TERMINAL, configure_broker, issue_all
from demo.home_assistant import free_port
from demo.program import Program, ProgramError
from tests.certs.greenhouse import Client
from tests.e2e.ledger import Account, Heard, Taken, Trouble, heard, settle, taken
from tests.e2e.relay import Relay

PERIOD_S = 4
PLANTERS = 20
_SHORTEST_FAULT_S, _LONGEST_FAULT_S = 0.5, 4.0
_LONGEST_PAUSE_S = 2.0
_TWO_AT_ONCE = 0.4  # how likely
_CONNECTED_WITHIN_S = 8.0
_WORLD = {"soil_mv": {"from": 1640, "step": 2}, "day_s": 600}  # no two wakes of a planter read alike

type Fault = Callable[[], AbstractContextManager[None]]


class Listener:
    """A dashboard that keeps all it hears, over restarts of the broker."""

    def __init__(self, broker: Broker, credentials: Path) -> None:
        self._broker = broker
        self._credentials = credentials
        self._client: Client | None = None
        self.messages: list[tuple[float, str, bytes]] = []

    def attach(self) -> None:
        """Listen, anew if need be. What the connection before has not handed over yet is still kept."""
        self.detach()
        self._client = Client(self._broker, self._credentials, login=Login.read(self._credentials / "login.txt"))
        self._client.mqtt.on_message = lambda _client, _data, message: self.messages.append(
            (time.time(), message.topic, message.payload)
        )
        assert self._client.connect() == "Success"
        self._client.subscribe("/serre/#")

    def detach(self) -> None:
        """Go."""
        if self._client is not None:
            self._client.close()
            self._client = None


class Site:
    """All of it, and the faults that it can have."""

    def __init__(self, folder: Path) -> None:
        pki = self.pki = Pki(folder / "pki")
        issue_all(pki)
        self.broker = Broker(configure_broker(pki, _port()))
        self.listener = Listener(self.broker, pki.folder / TERMINAL)
        self.uplink = Relay(self.broker.port)
        hub_port = _port()
        self.local = Relay(hub_port)
        self.hub = Hub(pki, "1", settings(self.uplink.port, hub_port, PERIOD_S), folder / "hub")
        worlds = {str(number): _WORLD for number in range(1, PLANTERS + 1)}
        self.nodes = Nodes(pki, "1", worlds, settings(self.uplink.port, self.local.port, PERIOD_S), folder)
        for place in self.nodes.folders.values():
            (place / "wakes.jsonl").touch()
        self.diary: list[str] = []
        self.troubles: list[Trouble] = []
        self.faults: Mapping[str, Mapping[str, Fault]] = {
            "broker": {
                "killed": lambda: self._broker_away(self.broker.kill),
                "stopped": lambda: self._broker_away(self.broker.stop),
                "frozen": lambda: _frozen(self.broker),
            },
            "hub": {
                "killed": lambda: self._hub_away(self.hub.kill),
                "stopped": lambda: self._hub_away(self.hub.stop),
                "frozen": lambda: _frozen(self.hub),
            },
            "uplink": {
                "cut": lambda: _cut(self.uplink),
                "stalled": lambda: _stalled(self.uplink),
                "stalled, then cut": lambda: self._uplink_lost(answers_only=False),
                "without its answers": lambda: self._uplink_lost(answers_only=True),
            },
            "local network": {
                "cut": lambda: _cut(self.local),
                "stalled": lambda: _stalled(self.local),
                "stalled, then cut": lambda: _stalled(self.local, cut=True),
                "without its answers": lambda: _stalled(self.local, answers_only=True, cut=True),
                "without Wi-Fi": self._no_wifi,
            },
        }

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.broker)
            stack.callback(self.listener.detach)
            self.listener.attach()
            stack.enter_context(self.uplink)
            stack.enter_context(self.local)
            stack.enter_context(self.hub)
            self.hub.wait_online()
            stack.enter_context(self.nodes)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def suffer(self, count: int, chance: random.Random) -> None:
        """Let so many faults happen, each kind as often as the others, some two at once, with a pause after each."""
        deck: list[tuple[str, str]] = []
        while count > 0:
            if not deck:
                deck = [(part, kind) for part, kinds in self.faults.items() for kind in kinds]
                chance.shuffle(deck)
            drawn = [deck.pop()]
            if deck and count > 1 and deck[-1][0] != drawn[0][0] and chance.random() < _TWO_AT_ONCE:
                drawn.append(deck.pop())
            self._suffer(drawn, chance.uniform(_SHORTEST_FAULT_S, _LONGEST_FAULT_S))
            time.sleep(chance.uniform(0.2, _LONGEST_PAUSE_S))
            count -= len(drawn)

    def _suffer(self, faults: Sequence[tuple[str, str]], seconds: float) -> None:
        began = time.time()
        with ExitStack() as stack:
            for part, kind in faults:
                stack.enter_context(self.faults[part][kind]())
            time.sleep(seconds)
        ended = time.time()
        self.troubles.append((began, ended))
        what = " and ".join(f"{part} {kind}" for part, kind in faults)
        self.diary.append(f"{began:.1f} to {ended:.1f} {what}")

    def taken(self) -> list[Taken]:
        """Return all that the nodes have measured in wakes that are over."""
        return [
            entry for planter, place in self.nodes.folders.items() for entry in taken(planter, place / "wakes.jsonl")
        ]

    def heard(self) -> list[Heard]:
        """Return all measurements that the listener has heard."""
        return [
            one
            for at, topic, payload in list(self.listener.messages)
            if topic.startswith("/serre/1/bac/")
            for one in heard(at, topic, payload)
        ]

    def account(self) -> Account:
        """Settle what is known now. What came of a wake that is not over yet is strange: it is not written down."""
        return settle(self.taken(), self.heard(), PERIOD_S, self.troubles)

    @contextmanager
    def _broker_away(self, leave: Callable[[], None]) -> Iterator[None]:
        leave()
        yield
        self.uplink.cut()
        self.broker.start()
        self.listener.attach()
        self.uplink.open()

    @contextmanager
    def _hub_away(self, leave: Callable[[], None]) -> Iterator[None]:
        leave()
        yield
        self.hub.start()

    @contextmanager
    def _uplink_lost(self, *, answers_only: bool) -> Iterator[None]:
        """Lose what the hub sends, or what it is answered; if it is not connected yet, there is nothing to lose."""
        deadline = time.monotonic() + _CONNECTED_WITHIN_S
        while not self.hub.log().rpartition("uplink: ")[2].startswith("online") and time.monotonic() < deadline:
            time.sleep(0.1)
        with _stalled(self.uplink, answers_only=answers_only, cut=True):
            yield

    @contextmanager
    def _no_wifi(self) -> Iterator[None]:
        flags = [place / "wifi.off" for place in (self.hub.folder, *self.nodes.folders.values())]
        for flag in flags:
            flag.touch()
        yield
        for flag in flags:
            flag.unlink()


def _port() -> int:
    """Return one that no outgoing connection is given meanwhile: who was killed must find it free again."""
    return free_port(random.randrange(20_000, 30_000))


def _signal(program: Program, number: signal.Signals) -> None:
    if program.pid is None:
        raise ProgramError(f"{program.what} is not there:\n{program.log()}")
    os.kill(program.pid, number)


@contextmanager
def _frozen(program: Program) -> Iterator[None]:
    _signal(program, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(program, signal.SIGCONT)


@contextmanager
def _cut(relay: Relay) -> Iterator[None]:
    relay.cut()
    yield
    relay.open()


@contextmanager
def _stalled(relay: Relay, *, answers_only: bool = False, cut: bool = False) -> Iterator[None]:
    """Hold back what passes; at the end, lose it if `cut`."""
    relay.stall(answers_only=answers_only)
    yield
    if cut:
        relay.cut()
    relay.open()
