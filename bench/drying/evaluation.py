"""Forecasts beside what came: every method is asked at the same moments, and judged by the same truth."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import fmean
from typing import Final

from custom_components.sigacs.greenhouse.drying import Drying, Forecast

from .baselines import Hour, constant_rate, last_slope
from .planter import HORIZON_DAYS, PAST_DAYS, Planter
from .weather import STEP_S, STEPS_A_DAY

HOUR_S: Final = 3600.0
HORIZON_S: Final = HORIZON_DAYS * 24 * HOUR_S
OURS: Final = "drying"
BASELINES: Final = {
    "last slope, 6 h": last_slope(6),
    "last slope, 24 h": last_slope(24),
    "constant rate": constant_rate,
}
_MOMENTS: Final = 16
_FIRST_DAY: Final = 0.3


@dataclass
class Case:
    """One moment of one planter: what was said, by whom, and what came (None: not within three weeks)."""

    planter: str
    now: float
    truth: float | None
    past_cycles: int
    has_air: bool
    ours: Forecast | None
    others: dict[str, float | None] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, float | None]:
        """Each method's one time."""
        return {OURS: self.ours and self.ours.at, **self.others}

    @property
    def horizon_h(self) -> float:
        """Hours until it came."""
        return ((self.truth or self.now + HORIZON_S) - self.now) / HOUR_S

    @property
    def covered(self) -> bool:
        """Whether the range held what came; one that ends behind three weeks also holds what came later still."""
        if self.ours is None:
            return False
        if self.truth is None:
            return self.ours.latest >= self.now + HORIZON_S
        return self.ours.earliest <= self.truth <= self.ours.latest


def simulated(seeds: Iterable[int]) -> Iterator[Case]:
    """Live each planter's life, and ask at moments drawn from it."""
    for seed in seeds:
        planter = Planter(seed)
        random = Random(seed + 1_000_000)  # noqa: S311 - repeatable
        steps = PAST_DAYS * STEPS_A_DAY
        moments = sorted(random.sample(range(int(_FIRST_DAY * STEPS_A_DAY), steps), _MOMENTS))
        yield from _asked(planter, seed, moments)


def _asked(planter: Planter, seed: int, moments: Sequence[int]) -> Iterator[Case]:
    drying, past = Drying(), list[Hour]()
    messages = list(planter.messages())
    waterings = [planter.wall(step) for step in planter.waterings]
    at = 0
    for step in moments:
        now = planter.wall(step)
        fresh = at
        while at < len(messages) and messages[at].wall <= now:
            message = messages[at]
            drying.take(message.moisture, message.wall, message.vpd, STEP_S)
            at += 1
        extend(past, ((message.wall, message.moisture) for message in messages[fresh:at]), waterings)
        if planter.reading(step) < planter.dry_below or not past or now - past[-1].wall > 4 * HOUR_S:
            continue
        dry = planter.dry_after(step)
        truth = None if dry is None else planter.wall(step + dry)
        yield ask(drying, past, now, planter.dry_below, planter=str(seed), truth=truth, has_air=planter.has_air)


def ask(  # noqa: PLR0913 - the moment, and what is known of it
    drying: Drying, past: list[Hour], now: float, dry_below: float, *, planter: str, truth: float | None, has_air: bool
) -> Case:
    """Ask every method at once."""
    others = {name: baseline(past, now, dry_below) for name, baseline in BASELINES.items()}
    told = drying.forecast(now, dry_below)
    ours = told if isinstance(told, Forecast) else None
    return Case(planter, now, truth, past[-1].watered, has_air, ours, others)


def extend(past: list[Hour], readings: Iterable[tuple[float, float]], waterings: Sequence[float]) -> list[Hour]:
    """Append the hourly means of readings, and give it back."""
    hours: dict[int, list[tuple[float, float]]] = {}
    for wall, moisture in readings:
        hours.setdefault(int(wall // HOUR_S), []).append((wall, moisture))
    for hour in hours.values():
        wall = fmean(wall for wall, _ in hour)
        past.append(Hour(wall, fmean(moisture for _, moisture in hour), sum(watered <= wall for watered in waterings)))
    return past
