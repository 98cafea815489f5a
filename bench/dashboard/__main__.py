"""How long until a person sees who needs water: our dashboard beside core's own overviews, in one browser, in turn."""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import asdict
import json
import os
from pathlib import Path
import sys
import tempfile
from typing import Final

from playwright.async_api import Browser, async_playwright

from certs.errors import CertsError
from demo.api import Api, ApiError
from demo.console import say, step
from demo.home_assistant import HomeAssistantError
from demo.program import ProgramError
from script.environment.chromium import HOW_TO_INSTALL, find_chromium

from .contenders import CONTENDERS, lay_out
from .greenhouses import filled
from .page_load import Load, load
from .report import summary, table

_PLANTERS: Final = 200
_GREENHOUSES: Final = 8
_ROUNDS: Final = 9
_QUICK_PLANTERS: Final = 16
_QUICK_ROUNDS: Final = 1
_TOKEN_DAYS: Final = 1
_TOLD_IN_WORDS = (ProgramError, CertsError, ConnectionError, HomeAssistantError, ApiError)
_NOTES: Final = """\
Medians of loads in turn (a b c a b c), each in a window of its own with nothing cached, after one of each that does not
count. Readable: the first thing that the page is for is in sight, for each of them as the table says. At rest: no task
of 50 ms or more for 1.5 s. CPU: of the page's process, until then. Shift: cumulative layout shift once the launch
screen is gone; 0.1 is called good. (a) shows what needs someone, and some lines for each greenhouse; (b) every entity
that there is; (c) areas and a summary of the house. Absolute figures move with the machine: compare the ratios (x, to
(b) of the same run).
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0; 1 when it could not be measured."""
    options = _parse(arguments)
    try:
        asyncio.run(_run(options))
    except _TOLD_IN_WORDS as error:
        say(f"\n{error}")
        return 1
    return 0


async def _run(options: argparse.Namespace) -> None:
    found = find_chromium()
    if found is None:
        raise ProgramError(HOW_TO_INSTALL)
    with tempfile.TemporaryDirectory(prefix="sigacs-bench-") as folder:
        async with filled(Path(folder), _GREENHOUSES, options.planters) as api, async_playwright() as playwright:
            await lay_out(api)
            browser = await playwright.chromium.launch(
                executable_path=found.program,
                args=["--disable-gpu"],
                env={**os.environ, **found.environment},
                chromium_sandbox=os.geteuid() != 0,
            )
            try:
                measured = await _rounds(browser, api, options.rounds)
            finally:
                await browser.close()
    say(f"\n{table(measured, options.planters)}\n\n{_NOTES}")
    if options.json:
        loads = {key: [asdict(one) for one in loads] for key, loads in measured.items()}
        found_out = {"planters": options.planters, "summary": summary(measured), "loads": loads}
        options.json.write_text(json.dumps(found_out, indent=2) + "\n")


async def _rounds(browser: Browser, api: Api, rounds: int) -> dict[str, list[Load]]:
    token = await api.command("auth/long_lived_access_token", client_name="Bench", lifespan=_TOKEN_DAYS)
    measured: dict[str, list[Load]] = {contender.key: [] for contender in CONTENDERS}
    for number in range(rounds + 1):
        with step(f"Round {number} of {rounds}" if number else "Warming up"):
            for contender in CONTENDERS:
                seen = await load(browser, api.url, token, contender.path, contender.sign)
                if number:
                    measured[contender.key].append(seen)
    return measured


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench dashboard", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help=f"{_QUICK_PLANTERS} planters, {_QUICK_ROUNDS} round: to see that it works"
    )
    parser.add_argument("--planters", type=int, metavar="N", help=f"default: {_PLANTERS}")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"default: {_ROUNDS}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to this file")
    options = parser.parse_args(arguments)
    options.planters = options.planters or (_QUICK_PLANTERS if options.quick else _PLANTERS)
    options.rounds = options.rounds or (_QUICK_ROUNDS if options.quick else _ROUNDS)
    return options


if __name__ == "__main__":
    sys.exit(main())
