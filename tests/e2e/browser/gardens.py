"""Gardens for the dashboard: what grows in them, as tables.

Each is told backwards from one moment, so that its days can be lived, faster, by `garden.py`, and end there.
"""

from datetime import UTC, datetime
import math
from typing import NamedTuple

NOON = datetime(2031, 6, 12, 10, 0, tzinfo=UTC)
"""The present of every garden, a Thursday noon in France: far enough ahead that no hass is sent into the past."""

_DAY_H = 24.0


class Bed(NamedTuple):
    """One planter. Hours are hours before noon; moisture is in %, what is lost of it in % a day."""

    key: str
    full: float = 72.0
    """Its moisture after a watering."""
    loses: float = 6.0
    watered: float = 60.0
    """Its last watering."""
    every: float = 120.0
    """From one watering to the next, until then."""
    silent: tuple[float, float] | None = None
    """From when until when its node said nothing; until 0 is silent still."""
    air: bool = True
    name: str = ""
    """What its keeper calls it; empty for the name that it was given."""

    def readings(self, ago: float) -> dict[str, float]:
        """What its node measured so many hours ago, by leaf; nothing while it was silent."""
        if self.silent and self.silent[0] >= ago and (ago >= self.silent[1] or not self.silent[1]):
            return {}
        # Warmest, and driest, at three in the afternoon.
        warmth = math.cos(2 * math.pi * (ago + 3) / _DAY_H)
        air = {"air/temp": 20 + 6 * warmth, "air/hum": 62 - 16 * warmth} if self.air else {}
        return {"sol": max(0.0, self.full - self.loses * self._since_watering(ago) / _DAY_H), **air}

    def _since_watering(self, ago: float) -> float:
        return self.watered - ago if ago <= self.watered else self.every - (ago - self.watered) % self.every


class Greenhouse(NamedTuple):
    """One greenhouse, and what grows in it."""

    key: str
    beds: tuple[Bed, ...]
    name: str = ""


ONE_PROBE = (Greenhouse("1", (Bed("1", air=False),)),)
"""One planter with one sensor."""

ORDINARY = (
    Greenhouse(
        "1",
        (
            Bed("1", loses=4.0, watered=30.0),
            Bed("2", loses=9.0, watered=118.0),  # thirsty
            Bed("3", loses=6.5, watered=126.0),  # before Sunday
            Bed("4", full=98.0, loses=0.2, watered=20.0, every=48.0),  # too wet
            Bed("5", loses=5.0, watered=44.0, silent=(70.0, 52.0)),  # a gap
        ),
    ),
    Greenhouse(
        "2",
        (
            Bed("1", loses=3.0, watered=90.0),
            Bed("2", loses=12.0, watered=100.0, every=96.0),  # thirstiest
            Bed("3", loses=7.0, watered=49.0, every=72.0),
            Bed("4", loses=5.0, watered=76.0, silent=(9.0, 0.0)),  # dead
            Bed("5", loses=5.0, watered=12.0, air=False),
            Bed("6", loses=8.0, watered=96.0, every=110.0),
            Bed("7", loses=6.0, watered=20.0, every=100.0),
        ),
    ),
)
"""Twelve planters in two greenhouses, as a keeper finds them on a Thursday."""

_NAMES = {
    "en": (
        ("Tomato house", "Tomatoes", "Basil", "Peppers", "Watercress", "Cucumbers"),
        ("Winter house", "Lemon tree", "Lettuce", "Chives", "Strawberries", "Mint", "Radishes", "Rosemary"),
    ),
    "fr": (
        ("Serre aux tomates", "Tomates", "Basilic", "Poivrons", "Cresson", "Concombres"),
        ("Serre d'hiver", "Citronnier", "Laitues", "Ciboulette", "Fraisiers", "Menthe", "Radis", "Romarin"),
    ),
}
NAMED = {
    language: tuple(
        greenhouse._replace(
            name=name,
            beds=tuple(bed._replace(name=called) for bed, called in zip(greenhouse.beds, names, strict=True)),
        )
        for greenhouse, (name, *names) in zip(ORDINARY, known, strict=True)
    )
    for language, known in _NAMES.items()
}
"""The same as their keepers call them, by language."""

_LONG_NAMES = (
    "Citronnier de Menton près de la fenêtre",
    "Œillets d'Inde et capucines naines du bac",
    "Fraisiers remontants « Mara des bois » n°2",
    "Piment d'Espelette, semé à la Saint-Yves",
)

LARGE = tuple(
    Greenhouse(
        f"g{house}",
        tuple(
            Bed(
                f"{number}",
                loses=3.0 + number % 7,
                watered=14.0 + 7.0 * (number * house % 19),
                every=150.0,
                silent=(6.0, 0.0) if number == house else None,
                name=_LONG_NAMES[number % 4] if number <= 4 else "",
            )
            for number in range(1, 26)
        ),
        name="Serre d'hiver près du vieux noyer du fond" if house == 3 else "",
    )
    for house in range(1, 9)
)
"""200 planters in eight greenhouses, some with names of 40 characters, one in each silent."""
