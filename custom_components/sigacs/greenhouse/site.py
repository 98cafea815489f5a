"""All that is known behind one broker, and what may still become known."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .channel import Channel
from .freshness import DEFAULT_PERIOD_S
from .measure import MEASURES, measure_of
from .refusal import Reason, RefusedError
from .state import Greenhouse, Planter
from .topic import MeasureTopic, Place


@dataclass(slots=True)
class Discovered:
    """What became known since the last look, in the order in which it did."""

    greenhouses: list[Greenhouse] = field(default_factory=list)
    planters: list[Planter] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether anything became known."""
        return bool(self.greenhouses or self.planters or self.channels)


@dataclass(slots=True)
class Site:
    """The greenhouses by identifier.

    `ensure_*` takes what is known to be real, from the registries; `admit_*` takes what a message claims, within the
    limits, because whoever may publish can create devices.
    """

    max_planters: int
    max_other_measures: int
    greenhouses: dict[str, Greenhouse] = field(default_factory=dict)
    discovered: Discovered = field(default_factory=Discovered)
    listening_since: float | None = None
    deaf_since: float | None = None

    @property
    def planters(self) -> Iterator[Planter]:
        """Every planter of every greenhouse."""
        for greenhouse in self.greenhouses.values():
            yield from greenhouse.planters.values()

    @property
    def channels(self) -> Iterator[Channel]:
        """Every channel of every planter."""
        for planter in self.planters:
            yield from planter.channels.values()

    def channel_at(self, topic: MeasureTopic) -> Channel | None:
        """Find the channel of a topic, if it is known."""
        planter = self.planter_at(topic)
        return planter.channels.get(topic.leaf) if planter else None

    def planter_at(self, topic: MeasureTopic) -> Planter | None:
        """Find the planter of a topic, if it is known."""
        greenhouse = self.greenhouses.get(topic.greenhouse)
        return greenhouse.planters.get(topic.planter) if greenhouse else None

    def link_changed(self, *, up: bool, now: float) -> None:
        """Take that messages can arrive from now on, or cannot. A short while without them begins nothing anew."""
        if up == (self.listening_since is not None and self.deaf_since is None):
            return
        if not up:
            self.deaf_since = now
        elif self.listening_since is None or self.deaf_since is None or now - self.deaf_since > DEFAULT_PERIOD_S:
            self.listening_since, self.deaf_since = now, None
        else:
            self.deaf_since = None
        for greenhouse in self.greenhouses.values():
            greenhouse.listening_since = self.listening_since if up else None

    def take_discovered(self) -> Discovered:
        """Hand over what became known, once."""
        discovered, self.discovered = self.discovered, Discovered()
        return discovered

    def ensure_greenhouse(self, id_: str) -> Greenhouse:
        """Find or create a greenhouse."""
        if (greenhouse := self.greenhouses.get(id_)) is None:
            since = self.listening_since if self.deaf_since is None else None
            greenhouse = self.greenhouses[id_] = Greenhouse(id_, listening_since=since)
            self.discovered.greenhouses.append(greenhouse)
        return greenhouse

    def ensure_planter(self, greenhouse_id: str, id_: str) -> Planter:
        """Find or create a planter and its greenhouse."""
        greenhouse = self.ensure_greenhouse(greenhouse_id)
        if (planter := greenhouse.planters.get(id_)) is None:
            planter = greenhouse.planters[id_] = Planter(id_, greenhouse)
            self.discovered.planters.append(planter)
        return planter

    def ensure_channel(self, topic: MeasureTopic) -> Channel:
        """Find or create the channel of a topic, its planter and its greenhouse."""
        planter = self.ensure_planter(topic.greenhouse, topic.planter)
        if (channel := planter.channels.get(topic.leaf)) is None:
            channel = planter.channels[topic.leaf] = Channel(str(topic), planter, measure_of(topic.leaf))
            self.discovered.channels.append(channel)
        return channel

    def ensure_place(self, place: Place) -> None:
        """Create a greenhouse or a planter if it is not there."""
        if place.planter is None:
            self.ensure_greenhouse(place.greenhouse)
        else:
            self.ensure_planter(place.greenhouse, place.planter)

    def drop(self, place: Place) -> list[Planter]:
        """Take a greenhouse or a planter away; returns the planters that went."""
        if place.planter is None:
            greenhouse = self.greenhouses.pop(place.greenhouse, None)
            return list(greenhouse.planters.values()) if greenhouse else []
        greenhouse = self.greenhouses.get(place.greenhouse)
        planter = greenhouse.planters.pop(place.planter, None) if greenhouse else None
        return [planter] if planter else []

    def admit_greenhouse(self, id_: str) -> Greenhouse:
        """Find a greenhouse, or create it within the limit; RefusedError beyond."""
        if id_ not in self.greenhouses and len(self.greenhouses) >= self.max_planters:
            raise RefusedError(Reason.TOO_MANY, f"greenhouse beyond the limit of {self.max_planters}")
        return self.ensure_greenhouse(id_)

    def admit_channel(self, topic: MeasureTopic) -> Channel:
        """Find a channel, or create it within the limits; RefusedError beyond."""
        planter = self.planter_at(topic)
        if planter is None:
            self._refuse_planter_beyond_limit()
        elif topic.leaf not in MEASURES and topic.leaf not in planter.channels:
            self._refuse_measure_beyond_limit(planter)
        return self.ensure_channel(topic)

    def _refuse_planter_beyond_limit(self) -> None:
        if sum(len(greenhouse.planters) for greenhouse in self.greenhouses.values()) >= self.max_planters:
            raise RefusedError(
                Reason.TOO_MANY, f"planter beyond the limit of {self.max_planters}, an option of the integration"
            )

    def _refuse_measure_beyond_limit(self, planter: Planter) -> None:
        if sum(leaf not in MEASURES for leaf in planter.channels) >= self.max_other_measures:
            raise RefusedError(
                Reason.TOO_MANY, f"unknown measure beyond the {self.max_other_measures} that a planter may have"
            )
