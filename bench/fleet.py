"""The planters that publish: their topics, the values of each turn, and what core's MQTT discovery must be told."""

from dataclasses import dataclass
from functools import cached_property
import json
from typing import Final, NamedTuple

from .packets import publish

GREENHOUSE: Final = "1"


class Measure(NamedTuple):
    """One measure of each planter: its wire leaf, and what a discovery message says of it."""

    leaf: str
    name: str
    device_class: str
    unit: str


MEASURES: Final = (
    Measure("sol", "Soil moisture", "moisture", "%"),
    Measure("air/temp", "Air temperature", "temperature", "°C"),
    Measure("air/hum", "Air humidity", "humidity", "%"),
)
_VALUES: Final = 100
_FOLLOWING: Final = 13
"""Entities of a planter beside its measures: its status, its thresholds, its forecast..."""
_ONCE: Final = 15


@dataclass(frozen=True)
class Fleet:
    """So many planters of one greenhouse. A turn is one message of each of their sensors."""

    planters: int

    @property
    def sensors(self) -> int:
        """How many topics there are."""
        return self.planters * len(MEASURES)

    @property
    def entities(self) -> int:
        """How many entities our integration makes of it at most: those of the broker and of the greenhouse as well."""
        return self.sensors + _FOLLOWING * self.planters + _ONCE

    @cached_property
    def topics(self) -> list[str]:
        """All topics, in the order in which a turn publishes them."""
        return [
            f"/serre/{GREENHOUSE}/bac/{planter}/{measure.leaf}"
            for planter in range(1, self.planters + 1)
            for measure in MEASURES
        ]

    def turn(self, number: int) -> list[bytes]:
        """The packets of a turn, each with another value than in the turn before."""
        payload = f"{20 + number % _VALUES / 10:.1f}"
        return [publish(topic, payload) for topic in self.topics]

    def end_mark(self, number: int) -> bytes:
        """One packet with a value that no turn has, to follow the turn of this number repeated."""
        return publish(self.topics[-1], f"{20 + number % _VALUES / 10:.1f}5")

    def discovery(self) -> list[bytes]:
        """The retained messages from which core makes one sensor for each topic, as devices publish them."""
        return [_discovery(str(planter), measure) for planter in range(1, self.planters + 1) for measure in MEASURES]


def _discovery(planter: str, measure: Measure) -> bytes:
    id_ = f"serre_{GREENHOUSE}_bac_{planter}"
    key = measure.leaf.replace("/", "_")
    configuration = {
        "name": measure.name,
        "unique_id": f"{id_}_{key}",
        "state_topic": f"/serre/{GREENHOUSE}/bac/{planter}/{measure.leaf}",
        "device_class": measure.device_class,
        "state_class": "measurement",
        "unit_of_measurement": measure.unit,
        "suggested_display_precision": 1,
        "device": {"identifiers": [id_], "name": f"Planter {planter}", "manufacturer": "SIGACS"},
    }
    return publish(f"homeassistant/sensor/{id_}/{key}/config", json.dumps(configuration), retain=True)
