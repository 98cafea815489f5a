"""What the nodes measured beside what a listener behind the broker heard: nothing lost, invented, late or misdated.

Every leaf of every wake is one entry. Where a value repeats, entries and what was heard are paired so that as many as
possible find each other: what then is left is really lost.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
import json
from pathlib import Path

type Trouble = tuple[float, float]
"""From when to when something was out of order."""

SLACK_S = 3
"""Whole seconds on both sides, several times rounded."""


@dataclass(frozen=True)
class Taken:
    """One leaf of one wake, measured between two Unix times."""

    planter: str
    leaf: str
    payload: str
    began: float
    ended: float


@dataclass(frozen=True)
class Heard:
    """One measurement as it arrived; `said` is its own time, None when it came on its live topic."""

    planter: str
    leaf: str
    payload: str
    at: float
    said: int | None = None


@dataclass
class Account:
    """What came of it."""

    delivered: int = 0
    late: int = 0
    """Of those delivered, how many came with a time of their own."""
    duplicates: int = 0
    lost: list[Taken] = field(default_factory=list)
    strange: list[Heard] = field(default_factory=list)
    """Never measured, or not at that time, or too old for where it came."""

    def __str__(self) -> str:
        """Tell the figures."""
        return (
            f"{self.delivered} delivered ({self.late} of them late), {self.duplicates} twice, "
            f"{len(self.lost)} lost, {len(self.strange)} strange"
        )


def taken(planter: str, wakes: Path) -> Iterator[Taken]:
    """Yield what a node wrote down of its wakes."""
    for line in wakes.read_text().splitlines():
        wake = json.loads(line)
        for leaf, payload in wake["readings"]:
            yield Taken(planter, leaf, payload, wake["began"], wake["at"])


def heard(at: float, topic: str, payload: bytes) -> Iterator[Heard]:
    """Yield the measurements of a planter's message."""
    _, _, _, _, planter, leaf = topic.split("/", 5)
    if leaf != "histo":
        yield Heard(planter, leaf, payload.decode(), at)
        return
    late = json.loads(payload)
    assert late["format"] == 1
    assert len(payload) <= 4096
    for said, one, value in late["measurements"]:
        yield Heard(planter, one, value, at, said)


def settle(
    entries: Iterable[Taken], arrivals: Iterable[Heard], period_s: float, troubles: Sequence[Trouble] = ()
) -> Account:
    """Pair both. A live value may be a period old, and a time be off, by no more than troubles held it back for."""
    wanted: Mapping[tuple[str, str, str], list[Taken]] = defaultdict(list)
    came: Mapping[tuple[str, str, str], list[Heard]] = defaultdict(list)
    for entry in entries:
        wanted[entry.planter, entry.leaf, entry.payload].append(entry)
    for arrival in arrivals:
        came[arrival.planter, arrival.leaf, arrival.payload].append(arrival)
    account = Account()
    for key in wanted.keys() | came.keys():
        _settle(wanted.get(key, []), came.get(key, []), period_s, troubles, account)
    return account


def _settle(
    entries: list[Taken], arrivals: list[Heard], period_s: float, troubles: Sequence[Trouble], account: Account
) -> None:
    fitting = [
        [index for index, entry in enumerate(entries) if _fits(entry, arrival, period_s, troubles)]
        for arrival in arrivals
    ]
    holder: dict[int, int] = {}  # entry -> arrival

    def place(arrival: int, tried: set[int]) -> bool:
        """Find it an entry, and if need be another one for whoever has that (Kuhn's matching)."""
        for index in fitting[arrival]:
            if index not in tried:
                tried.add(index)
                if index not in holder or place(holder[index], tried):
                    holder[index] = arrival
                    return True
        return False

    for index, arrival in enumerate(arrivals):
        if place(index, set()):
            account.delivered += 1
            account.late += arrival.said is not None
        elif fitting[index]:
            account.duplicates += 1
        else:
            account.strange.append(arrival)
    account.lost += [entry for index, entry in enumerate(entries) if index not in holder]


def _fits(entry: Taken, arrival: Heard, period_s: float, troubles: Sequence[Trouble]) -> bool:
    """Tell whether what came can be this entry, in the right place."""
    at = arrival.at if arrival.said is None else arrival.said
    if at < entry.began - SLACK_S:
        return False
    if arrival.said is not None and arrival.at - arrival.said < period_s - SLACK_S:
        return False  # it was fresh, and so belongs on its live topic
    over = at - entry.ended - SLACK_S - (period_s if arrival.said is None else 0)
    return over <= 0 or over <= _held(entry.ended, arrival.at, troubles)


def _held(since: float, until: float, troubles: Sequence[Trouble]) -> float:
    """Return for how long there was trouble between two times."""
    return sum(max(0.0, min(end, until) - max(begin, since)) for begin, end in troubles)
