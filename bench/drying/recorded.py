"""Real drying curves from a file, asked and judged as the simulated ones.

A CSV with a header and the columns `wall` (Unix seconds), `moisture` (%), `vpd` (kPa, may be empty). Where somebody
watered is read off the rises. The threshold lies a quarter of a dry-down's fall above its end, chosen with hindsight:
so it is known when it was crossed. Questions are asked every six hours until then.
"""

from collections.abc import Iterator
import csv
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median
from typing import Final

from custom_components.sigacs.greenhouse.drying import Drying

from .evaluation import HOUR_S, Case, ask, extend
from .planter import Message

_PERIOD_S: Final = 900.0
_RISE: Final = 3.0
_FALL: Final = 6.0
_EVERY: Final = 6
_ABOVE_END: Final = 0.25
_FEWEST_HOURS: Final = 18
_APART: Final = 3

type _Hours = list[tuple[float, float]]


def recorded(file: Path) -> Iterator[Case]:
    """Ask along every dry-down of one file that falls by 6 points or more."""
    messages = list(_messages(file))
    hours = _hourly(messages)
    begins = _begins(hours)
    waterings = [hours[begin][0] - HOUR_S / 2 for begin in begins[1:]]
    for begin, end in pairwise([*begins, len(hours)]):
        curve = hours[begin:end]
        top, bottom = curve[0][1], min(moisture for _, moisture in curve[-6:])
        if len(curve) < _FEWEST_HOURS or top - bottom < _FALL:
            continue
        dry_below = bottom + _ABOVE_END * (top - bottom)
        dry = next((wall for wall, moisture in curve if moisture < dry_below), None)
        asked = (wall for wall, _ in curve[_EVERY::_EVERY] if dry is not None and wall < dry)
        for now in asked:
            yield _asked(file.stem, messages, waterings, now, dry_below, dry)


def _asked(  # noqa: PLR0913, PLR0917 - the moment, and what is known of it
    name: str, messages: list[Message], waterings: list[float], now: float, dry_below: float, dry: float | None
) -> Case:
    drying, known = Drying(), [message for message in messages if message.wall <= now]
    for message in known:
        drying.take(message.moisture, message.wall, message.vpd, _PERIOD_S)
    past = extend([], ((message.wall, message.moisture) for message in known), waterings)
    has_air = any(message.vpd is not None for message in known)
    return ask(drying, past, now, dry_below, planter=name, truth=dry, has_air=has_air)


def _messages(file: Path) -> Iterator[Message]:
    with file.open(newline="") as rows:
        for row in csv.DictReader(rows):
            yield Message(float(row["wall"]), float(row["moisture"]), float(row["vpd"]) if row["vpd"] else None)


def _hourly(messages: list[Message]) -> _Hours:
    hours: dict[int, list[Message]] = {}
    for message in messages:
        hours.setdefault(int(message.wall // HOUR_S), []).append(message)
    return [
        (fmean(one.wall for one in hour), median(one.moisture for one in hour)) for _, hour in sorted(hours.items())
    ]


def _begins(hours: _Hours) -> list[int]:
    """Index the hour behind each rise, once it has come to its end."""
    begins = [0]
    for at in range(1, len(hours)):
        rises = hours[at][1] - hours[max(at - 3, 0)][1] > _RISE
        goes_on = at + 1 < len(hours) and hours[at + 1][1] > hours[at][1]
        if rises and not goes_on and at - begins[-1] > _APART:
            begins.append(at)
    return begins
