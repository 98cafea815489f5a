"""The grammar of the topics (docs/protocol.md).

The only place, with `measure`, that knows the wire's French words. Identifiers and leaves are levels of 1 to 32
characters of `[A-Za-z0-9_-]`; anything else is refused, however close.
"""

from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Final, NamedTuple

from .refusal import Reason, RefusedError

SUBSCRIPTIONS: Final = ("/serre/+/bac/+/#", "/serre/+/etat", "/serre/+/sante")

_LEVEL: Final = r"[A-Za-z0-9_-]{1,32}"
_LEAF_LEVELS: Final = 4
_MEASURE: Final = re.compile(rf"/serre/({_LEVEL})/bac/({_LEVEL})/({_LEVEL}(?:/{_LEVEL}){{0,{_LEAF_LEVELS - 1}}})")
_HUB: Final = re.compile(rf"/serre/({_LEVEL})/(etat|sante)")
_PLACE: Final = re.compile(rf"/serre/({_LEVEL})(?:/bac/({_LEVEL}))?")


def greenhouse_path(greenhouse: str) -> str:
    """Spell where the topics of a greenhouse begin."""
    return f"/serre/{greenhouse}"


def planter_path(greenhouse: str, planter: str) -> str:
    """Spell where the topics of a planter begin."""
    return f"{greenhouse_path(greenhouse)}/bac/{planter}"


class HubSubject(StrEnum):
    """What a hub says of itself."""

    STATE = "etat"
    HEALTH = "sante"


@dataclass(frozen=True, slots=True)
class MeasureTopic:
    """The address of one measure of one planter."""

    greenhouse: str
    planter: str
    leaf: str

    def __str__(self) -> str:
        """Spell the topic as it is on the wire."""
        return f"{planter_path(self.greenhouse, self.planter)}/{self.leaf}"


@dataclass(frozen=True, slots=True)
class HubTopic:
    """The address of a hub's own words."""

    greenhouse: str
    subject: HubSubject

    def __str__(self) -> str:
        """Spell the topic as it is on the wire."""
        return f"{greenhouse_path(self.greenhouse)}/{self.subject}"


class Place(NamedTuple):
    """A greenhouse, or one planter of it."""

    greenhouse: str
    planter: str | None


def parse(topic: str) -> MeasureTopic | HubTopic:
    """Read a whole topic; RefusedError when it is not exactly of the grammar."""
    if measure := parse_measure(topic):
        return measure
    if match := _HUB.fullmatch(topic):
        return HubTopic(match[1], HubSubject(match[2]))
    raise RefusedError(
        Reason.TOPIC,
        "not a topic of ours: expected /serre/<s>/bac/<b>/<measure>, each part 1-32 characters of A-Z a-z 0-9 _ -",
    )


def parse_measure(path: str) -> MeasureTopic | None:
    """Read the topic of a measure; None for anything else."""
    match = _MEASURE.fullmatch(path)
    return MeasureTopic(*match.groups()) if match else None


def parse_place(path: str) -> Place | None:
    """Read what `greenhouse_path` and `planter_path` spell; None for anything else."""
    match = _PLACE.fullmatch(path)
    return Place(match[1], match[2]) if match else None
