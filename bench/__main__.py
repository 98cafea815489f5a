"""Home Assistant's own MQTT sensors beside ours, in one run: CPU, memory, and time until all are there."""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from importlib.metadata import version
import json
import os
from pathlib import Path
import platform
import signal
import sys
import tempfile

from certs.errors import CertsError
from demo.console import say, step
from demo.home_assistant import HomeAssistantError
from demo.program import ProgramError

from .contender import Contender, VoidError
from .fleet import MEASURES, Fleet
from .home_assistant import ENTITY_LIMIT
from .report import Measured, as_data, table
from .variants import VARIANTS

_SENSORS = (3_000, 15_000)
_ROUNDS = 5
_QUICK_SENSORS = (300,)
_QUICK_ROUNDS = 1
_BURST_MESSAGES = 24_000
_TURNS = (2, 8)
_PACED_S = 10.0
_TOLD_IN_WORDS = (ProgramError, CertsError, ConnectionError, HomeAssistantError, VoidError)
_TOLD_TO_STOP = (KeyboardInterrupt, asyncio.CancelledError)

_NOTES = f"""\
All three over mutual TLS with certificates of the same kind, Mosquitto on this machine, no recorder, log at warning.
CPU is that of the whole hass process until just after the last write, the median of interleaved rounds (a b c a b c).
Absolute figures move with what else the machine does: the ratios (x, to (a) of the same run) are what to compare.
(a) speaks MQTT 5, as core does by itself, and has no availability; after a first sight or a restart its sensors are
there without a value. (b) and (c) watch freshness and show each planter's "last seen": in the figures, not counted.
An unchanged value goes no further in (a); (b) and (c) have it reported, so that a state tells when it was last heard.
Memory is resident, beyond the same Home Assistant before its first sensor; a restart adds the peak of reading files.
Paced is one message at a time for {_PACED_S:.0f} s; most of it is the event loop waking up.
"""
_LIMIT_NOTE = f"""\
Core allows an entry of ours {ENTITY_LIMIT:,} enabled entities, and mqtt any number. It was told otherwise here: sizes
beyond show how the cost grows, not what can be installed.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0; 1 when a figure would be void."""
    options = _parse(arguments)
    try:
        asyncio.run(_run(options))
    except _TOLD_IN_WORDS as error:
        say(f"\n{error}")
        return 1
    except _TOLD_TO_STOP:
        say("\nInterrupted; everything is stopped.")
        return 130
    return 0


async def _run(options: argparse.Namespace) -> None:
    if task := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    data = []
    say(_environment())
    fleets = [Fleet(-(-sensors // len(MEASURES))) for sensors in options.sensors]
    for fleet in fleets:
        measured = await _measure(fleet, options)
        say(f"\n{table(measured, fleet)}\n")
        data.append(as_data(measured, fleet))
    say(_NOTES)
    if any(fleet.entities > ENTITY_LIMIT for fleet in fleets):
        say(_LIMIT_NOTE)
    if options.json:
        options.json.write_text(json.dumps({"environment": _environment(), "sizes": data}, indent=2) + "\n")


async def _measure(fleet: Fleet, options: argparse.Namespace) -> Measured:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sigacs-bench-")))
        contenders = [
            await stack.enter_async_context(Contender(variant, fleet, folder / variant.key)) for variant in VARIANTS
        ]
        await _fill(contenders, at_once=options.quick)
        for number in range(1, options.rounds + 1):
            with step(f"Round {number} of {options.rounds}"):
                await _round(contenders, fleet, options.paced)
        return {contender.variant.key: contender.figures for contender in contenders}


async def _fill(contenders: Sequence[Contender], *, at_once: bool) -> None:
    """Bring every Home Assistant from its first start to full; one by one, unless only to see that it works."""
    if at_once:
        with step("Three times Home Assistant: first sight, restart"):
            await asyncio.gather(*(contender.fill() for contender in contenders))
        return
    for contender in contenders:
        with step(f"({contender.variant.key}) {contender.variant.title}: first sight, restart"):
            await contender.fill()


async def _round(contenders: Sequence[Contender], fleet: Fleet, paced: float | None) -> None:
    fewest, most = _TURNS
    turns = max(fewest, min(most, _BURST_MESSAGES // fleet.sensors))
    for contender in contenders:
        await contender.burst_of_changes(turns)
    for contender in contenders:
        await contender.burst_without_change(turns)
    if paced:
        for contender in contenders:
            await contender.paced_changes(paced, _PACED_S)


def _environment() -> str:
    names = ("homeassistant", "paho-mqtt")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{versions}, Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} CPUs"


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="300 sensors, 1 round: to see that it works")
    parser.add_argument("--sensors", type=_positive, nargs="+", metavar="N", help="default: 3000 15000")
    parser.add_argument("--rounds", type=_positive, metavar="N", help=f"default: {_ROUNDS}")
    parser.add_argument("--paced", type=_positive, metavar="RATE", help="also at so many messages a second")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to this file")
    options = parser.parse_args(arguments)
    options.sensors = options.sensors or (_QUICK_SENSORS if options.quick else _SENSORS)
    options.rounds = options.rounds or (_QUICK_ROUNDS if options.quick else _ROUNDS)
    return options


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise ValueError
    return number


if __name__ == "__main__":
    sys.exit(main())
