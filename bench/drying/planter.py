"""A planter whose truth is hidden: its pot, its crop, its probe, and whoever waters it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
import math
from random import Random
from typing import Final

from .weather import STEP_S, STEPS_A_DAY, weather

PAST_DAYS: Final = 32
HORIZON_DAYS: Final = 21
_NEVER: Final = HORIZON_DAYS * STEPS_A_DAY
_HOUR: Final = 4
_WITH_AIR: Final = 0.7
_AIR_FAILS: Final = 0.02
_GROWS: Final = (PAST_DAYS + HORIZON_DAYS) * STEPS_A_DAY
_BEGAN: Final = 1_767_225_600  # 2026-01-01, midnight UTC


@dataclass(frozen=True)
class Message:
    """What arrives: a moisture in %, when, and the deficit of the air where the planter has an air probe."""

    wall: float
    moisture: float
    vpd: float | None


class Planter:
    """One planter's life; from any step of it, what would come if nobody watered any more."""

    def __init__(self, seed: int, days: int = PAST_DAYS) -> None:
        """Draw it all from the seed."""
        self._random = random = Random(seed)  # noqa: S311 - a simulation that must be repeatable
        self.days = days
        self._weather = weather(random, days + HORIZON_DAYS)
        self._limit = _limit(random)
        self._demand = self._demands(random)
        self._full = random.uniform(62, 96)
        self._drain = math.exp(-1 / random.uniform(4, 24))
        self._bend = random.uniform(0.8, 1.25)
        self._per_degree = random.gauss(0, 0.06)
        self._lag = random.uniform(1, 8)
        self.dry_below = random.uniform(20, 45)
        self.has_air = random.random() < _WITH_AIR
        self.waterings: list[int] = []
        self.states: list[tuple[float, float]] = []
        self._live()

    def messages(self) -> Iterator[Message]:
        """Give what the probe sends: noisy, rounded, sometimes nothing for hours or days."""
        random, steps = self._random, self.days * STEPS_A_DAY
        noise = _noise(random)
        lost, silences = random.uniform(0, 0.04), random.choice((0, 0, 1, 3))
        silent = set[int]()
        for _ in range(silences):
            start, length = random.randrange(steps), int(math.exp(random.uniform(1, 5.5)))
            silent.update(range(start, start + length))
        for step in range(steps):
            said = self.reading(step) + noise()
            air_fails = random.random() < _AIR_FAILS
            if step in silent or random.random() < lost:
                continue
            vpd = round(self._weather.vpd[step], 2) if self.has_air and not air_fails else None
            yield Message(_BEGAN + step * STEP_S, round(min(max(said, 0), 100), 1), vpd)

    def wall(self, step: float) -> float:
        """Tell the Unix second of a step."""
        return _BEGAN + step * STEP_S

    def reading(self, step: int) -> float:
        """Tell what a probe without noise would show."""
        return self._shown(step, *self.states[step])

    def dry_after(self, step: int) -> int | None:
        """Count the steps until the probe, noise aside, shows less than the threshold for an hour, if nobody waters.

        None when that takes more than three weeks.
        """
        water, warm = self.states[step]
        below = 0
        for ahead in range(1, _NEVER):
            water, warm = self._next(step + ahead - 1, water, warm)
            below = below + 1 if self._shown(step + ahead, water, warm) < self.dry_below else 0
            if below == _HOUR:
                return ahead - _HOUR + 1
        return None

    def _live(self) -> None:
        random = self._random
        water, warm = random.uniform(0.6, 1) * self._full, self._weather.celsius[0]
        thirst = _waterer(random, self.dry_below)
        pour = random.choice((0.35, 0.7, 1.0, 1.0, 1.15))
        for step in range(self.days * STEPS_A_DAY):
            if thirst(step, self._shown(step, water, warm)):
                water += pour * random.uniform(0.85, 1.1) * max(self._full - water, 0)
                self.waterings.append(step)
            self.states.append((water, warm))
            water, warm = self._next(step, water, warm)

    def _next(self, step: int, water: float, warm: float) -> tuple[float, float]:
        if water > self._full:
            water = self._full + (water - self._full) * self._drain
        water -= self._demand[step] * self._limit(water)
        return max(water, 0.0), warm + (self._weather.celsius[step] - warm) / self._lag

    def _shown(self, step: int, water: float, warm: float) -> float:
        del step
        return 100 * math.pow(max(water, 0) / 100, self._bend) + self._per_degree * (warm - 20)

    def _demands(self, random: Random) -> list[float]:
        """Give, step by step, what a wet pot would lose, in points: by light, by dry air, and a little always."""
        by_light, by_air, always = random.uniform(0.2, 1), random.uniform(0.2, 1), random.uniform(0.02, 0.25)
        growth = random.gauss(0.005, 0.012) / STEPS_A_DAY
        whole = [
            (by_light * light / 0.3 + by_air * vpd / 0.9 + always)
            * math.exp(growth * min(step, _GROWS) + random.gauss(0, 0.15))
            for step, (light, vpd) in enumerate(zip(self._weather.light, self._weather.vpd, strict=True))
        ]
        mean = sum(whole) / len(whole)
        points_a_day = math.exp(random.uniform(math.log(1.5), math.log(28)))
        return [demand / mean * points_a_day / STEPS_A_DAY for demand in whole]


def _limit(random: Random) -> Callable[[float], float]:
    """Draw how the soil holds back what it still has: three laws, smooth ones, none of them a straight line."""
    residual, critical = random.uniform(0, 14), random.uniform(12, 60)
    kind = random.randrange(3)
    if kind == 0:  # two stages, rounded where they meet
        power, width = random.uniform(0.6, 1.6), random.uniform(2, 8)

        def limit(water: float) -> float:
            x = max(water - residual, 0) / critical
            return max(-math.log(math.exp(-(x**power) * width) + math.exp(-width)) / width, 0.0)

    elif kind == 1:  # Hill
        power = random.uniform(1.5, 5)

        def limit(water: float) -> float:
            x = math.pow(max(water - residual, 0.0), power)
            return x / (x + math.pow(0.6 * critical, power))

    else:  # never quite without limit
        slope = random.uniform(0.3, 1)

        def limit(water: float) -> float:
            return math.pow(max(water - residual, 0.0) / 90, slope)

    return limit


def _waterer(random: Random, dry_below: float) -> Callable[[int, float], bool]:
    """Draw who waters: by the alert, some hours late; by the calendar, dry or not; or whenever it looks a bit dry."""
    kind = random.choice(("alert", "alert", "calendar", "early"))
    visits = sorted(random.sample(range(STEPS_A_DAY), random.choice((1, 1, 2))))
    every, lazy = random.choice((1, 2, 3, 4, 7, 7, 10)), random.uniform(0, 0.5)
    early = dry_below + random.uniform(4, 25)

    def waters(step: int, shown: float) -> bool:
        if step % STEPS_A_DAY not in visits or random.random() < lazy:
            return False
        if kind == "calendar":
            return step // STEPS_A_DAY % every == 0
        return shown < (early if kind == "early" else dry_below)

    return waters


def _noise(random: Random) -> Callable[[], float]:
    """Draw a probe's noise: even within 1.5 points, or bell-shaped and smaller; now and then a reading far off."""
    spread, odd = random.uniform(0.1, 0.9), random.choice((0, 0, 0.001, 0.004))
    even = random.choice((True, False))

    def noise() -> float:
        if random.random() < odd:
            return random.uniform(-30, 30)
        return random.uniform(-1.5, 1.5) if even else random.gauss(0, spread)

    return noise
