"""How one planter dries: a law fitted to its past dry-downs, and marched on to the threshold (docs/forecast.md).

The law: what is lost in an hour = loss(moisture) x demand(hour of the day, dryness of the air).
`loss` is a straight line in the moisture, never rising as the soil dries: flat, it is the constant rate of a wet soil
(stage 1); sloped, the exponential decay of a drying one (stage 2). `demand` is 1 on average.
Both are fitted to the moisture itself, not to its differences, which are mostly noise: over each stretch of a day and a
half, moisture = a start of its own - the sum of what the law takes. Time is counted in slots, an hour as a rule.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import accumulate, pairwise, repeat
import math
from operator import mul
from statistics import fmean, median
from typing import Final, NamedTuple

from .robust_regression import Group, regress

_DAY_S: Final = 86_400
_HOURS: Final = 24
_SHORTEST_DAILY_SLOT_S: Final = 900.0

# Where a dry-down begins, and what of it is looked at.
_STEP: Final = 1.0
_RISE: Final = 3.0
_DRAINING: Final = 2
_WIDEST_GAP: Final = 6.5
_LONGEST_STRETCH: Final = 36.0
_FEWEST: Final = 6
_EVIDENCE: Final = 22.0
_LONGEST_SILENCE: Final = 12.0
_MEMORY: Final = 14 * 24.0

# How firmly the fit holds on to what soils do in general. Stiffness: as many samples' worth of it as stand against one.
_ANY: Final = 1e-6
_PROPORTIONAL: Final = 0.5
_STEEPEST: Final = 10.0
_LOW: Final = 10.0
_STIFF_SLOPE: Final = 1.0
_STIFF_DEMAND: Final = 10.0
_AIR_KNOWN: Final = 0.7
_LEAST_VPD_KPA: Final = 0.02
_LEAST_LOSS: Final = 0.02

# How the last days differ from the law, and how long they go on to.
_RECENT: Final = 40
_LEVEL: Final = 8
_PACE_SPREAD: Final = 0.3
_PACES: Final = (0.3, 3.0)
_SPELL: Final = 36.0

# The range: what was found to hold four cases of five, apart from the noise of the level (docs/forecast.md).
_EARLY: Final = 0.14
_LATE: Final = 0.12
_LATE_UNSEEN: Final = 0.65
_EARLY_MISFIT: Final = 1.2
_LATE_MISFIT: Final = 1.7
_USUAL_MISFIT: Final = 0.15
_TELLING_FALL: Final = 2.0
_MOST_EARLY: Final = 0.9
_FOUR_OF_FIVE: Final = 1.28
_HORIZON: Final = 21 * 24
_LATEST: Final = 2 * _HORIZON

type _Columns = list[list[float]]


class Samples(NamedTuple):
    """Columns of equal length, oldest first: Unix seconds, %, kPa or None; and the seconds at which it was watered."""

    walls: list[int]
    soil: list[float]
    vpds: list[float | None]
    waterings: list[float]


class Because(StrEnum):
    """Why it is not known when a planter will need water."""

    PENDING = "pending"
    SOIL_UNKNOWN = "soil_unknown"
    LEARNING = "learning"
    DRY_ALREADY = "dry_already"
    NOT_DRYING = "not_drying"
    FAR_AWAY = "far_away"


class Unforeseen(NamedTuple):
    """No time, and why; where it is far away, the Unix second before which it is not, which moves on with each asking.

    Not drying is also what slows down so much that it seems never to reach the threshold.
    """

    because: Because
    earliest: float | None = None


class _Law(NamedTuple):
    """Loss in points a slot at the middle moisture, what it falls by for each point below, and what drives demand.

    `scale` is the spread of the samples around it, in points.
    """

    middle: float
    rate: float
    slope: float
    weights: tuple[float, ...]
    scale: float = 0.0

    def loss(self, moisture: float) -> float:
        return max(self.rate + self.slope * (moisture - self.middle), _LEAST_LOSS * self.rate)

    def demand(self, drivers: Sequence[float]) -> float:
        return max(1 + math.sumprod(self.weights, drivers), 0.0)

    def slots(self, level: float, dry_below: float) -> float:
        """Count the slots of average demand that the soil takes from one moisture to the other."""
        start, end = self.loss(level), self.loss(dry_below)
        if math.isclose(start, end, rel_tol=1e-3):
            return 2 * (level - dry_below) / (start + end)
        return (level - dry_below) * math.log(start / end) / (start - end)


class _Stretch(NamedTuple):
    """A part of a dry-down: which samples, how far apart, and what it weighs: less the older it is."""

    part: slice
    steps: list[float]
    weight: float


class _Air(NamedTuple):
    """The deficit over its mean, less 1: as it was, by hour of the day, and how the last day compares."""

    past: list[float]
    daily: list[float]
    lift: float


def next_dry(samples: Samples, slot_s: float, now: float, dry_below: float) -> tuple[float, float, float] | Unforeseen:
    """Tell when (Unix seconds) the soil falls below `dry_below`, the earliest and the latest, or why it is unknown."""
    times = [(wall - now) / slot_s for wall in samples.walls]
    begins = _begins(samples)
    stretches = _stretches(times, begins)
    seen = sum(sum(stretch.steps) for stretch in stretches)
    if seen < _EVIDENCE or times[-1] < -_LONGEST_SILENCE:
        return Unforeseen(Because.LEARNING)
    air = _air(samples, times, slot_s)
    drivers = _drivers(samples.walls, slot_s, air)
    law = _fit(samples.soil, stretches, drivers)
    if law is None:
        return Unforeseen(Because.NOT_DRYING)
    level, pace, doubt = _present(samples.soil, times, begins[-1], drivers, law)
    if level <= dry_below:
        return Unforeseen(Because.DRY_ALREADY)
    if law.loss(dry_below) <= _LEAST_LOSS * law.rate:
        return Unforeseen(Because.NOT_DRYING)
    slots = law.slots(level, dry_below)
    noise = _FOUR_OF_FIVE * math.hypot(doubt / law.loss(level), 0.5 * law.scale / law.loss(dry_below))
    misfit = _misfit(samples.soil, stretches, drivers, law)
    unseen = _unseen([samples.soil[stretch.part] for stretch in stretches], level, dry_below)
    targets = (
        slots - math.hypot(min(_EARLY + _EARLY_MISFIT * misfit, _MOST_EARLY) * slots, noise),
        slots,
        slots + math.hypot((_LATE + _LATE_UNSEEN * unseen + _LATE_MISFIT * misfit) * slots, noise),
    )

    def demand(ahead: float) -> float:
        wall = now + ahead * slot_s
        fades = math.exp(-max(ahead, 0.0) / _SPELL)
        return law.demand(_drivers_at(wall, slot_s, air, fades)) * (1 + (pace - 1) * fades)

    reached = [now + max(ahead, 0.0) * slot_s for ahead in _march(times[-1], demand, targets)]
    if len(reached) < len(targets):
        return Unforeseen(Because.FAR_AWAY, reached[0] if reached else now + _HORIZON * slot_s)
    earliest, at, latest = reached
    return at, earliest, latest


def _begins(samples: Samples) -> list[int]:
    """Index the first sample of every dry-down: behind a watering that was told, or a rise that lasts."""
    walls, soil = samples.walls, samples.soil
    begins = [0]
    waterings = iter([*samples.waterings, math.inf])
    watered = next(waterings)
    for at in range(1, len(walls)):
        while watered < walls[at - 1]:
            watered = next(waterings)
        rises = soil[at] - soil[at - 1] > _STEP and (
            median(soil[at : at + 3]) - median(soil[max(at - 3, 0) : at]) > _RISE
        )
        if watered <= walls[at] or rises:
            begins.append(at)
    return begins


def _stretches(times: list[float], begins: list[int]) -> list[_Stretch]:
    """Cut dry-downs into stretches, at silences too; the first hours are left out: water still finds its way down."""
    found = []
    for begin, end in pairwise([*begins, len(times)]):
        first = begin + _DRAINING if begin else 0
        for at in range(first, end):
            if (
                at + 1 == end
                or times[at + 1] - times[at] > _WIDEST_GAP
                or times[at + 1] - times[first] > _LONGEST_STRETCH
            ):
                if at + 1 - first >= _FEWEST:
                    steps = [after - before for before, after in pairwise(times[first : at + 1])]
                    found.append(_Stretch(slice(first, at + 1), steps, math.exp(times[at] / _MEMORY)))
                first = at + 1
    return found


def _air(samples: Samples, times: list[float], slot_s: float) -> _Air | None:
    known = [vpd for vpd in samples.vpds if vpd is not None]
    if slot_s < _SHORTEST_DAILY_SLOT_S or len(known) < _AIR_KNOWN * len(times) or fmean(known) < _LEAST_VPD_KPA:
        return None
    mean = fmean(known)
    past = [0.0 if vpd is None else vpd / mean - 1 for vpd in samples.vpds]
    hours: _Columns = [[] for _ in range(_HOURS)]
    for wall, value in zip(samples.walls, past, strict=True):
        hours[wall % _DAY_S * _HOURS // _DAY_S].append(value)
    daily = [fmean(values) if values else 0.0 for values in hours]
    last = [value for value, time in zip(past, times, strict=True) if time > -_HOURS]
    lift = (1 + fmean(last)) / max(1 + fmean(daily), _LEAST_VPD_KPA) if last else 1.0
    return _Air(past, daily, lift)


def _harmonics(wall: float) -> tuple[float, ...]:
    angle = 2 * math.pi * (wall % _DAY_S) / _DAY_S
    return math.cos(angle), math.sin(angle), math.cos(2 * angle), math.sin(2 * angle)


def _drivers(walls: list[int], slot_s: float, air: _Air | None) -> _Columns:
    """Give a column for each thing that may drive demand; its values are those between a sample and the one before."""
    columns: _Columns = []
    if slot_s >= _SHORTEST_DAILY_SLOT_S:
        columns += map(list, zip(*map(_harmonics, walls), strict=True))
    if air:
        columns.append(air.past)
    return [[column[0], *((before + after) / 2 for before, after in pairwise(column))] for column in columns]


def _drivers_at(wall: float, slot_s: float, air: _Air | None, fades: float) -> tuple[float, ...]:
    """Foresee the drivers: the air's daily round goes on, as dry or moist as in the last day at first."""
    if slot_s < _SHORTEST_DAILY_SLOT_S:
        return ()
    if air is None:
        return _harmonics(wall)
    usual = 1 + air.daily[int(wall % _DAY_S * _HOURS / _DAY_S)]
    return *_harmonics(wall), usual * (1 + (air.lift - 1) * fades) - 1


def _fit(soil: list[float], stretches: list[_Stretch], drivers: _Columns) -> _Law | None:
    """Fit loss and demand in turn, each given the other; None when it does not dry."""
    starts = [soil[stretch.part] for stretch in stretches]
    middle = median(moisture for values in starts for moisture in values)
    lost = sum(fmean(values[:3]) - fmean(values[-3:]) for values in starts)
    between = [[(before + after) / 2 for before, after in pairwise(values)] for values in starts]
    rate = max(lost / sum(sum(stretch.steps) for stretch in stretches), 1e-3)
    law = _Law(middle, rate, 0.0, (0.0,) * len(drivers))
    parts = [[column[stretch.part][1:] for column in drivers] for stretch in stretches]
    for last in (False, True):
        demands = [
            [law.demand(row) for row in zip(*part, strict=True)] if drivers else [1.0] * len(means)
            for part, means in zip(parts, between, strict=True)
        ]
        groups = [
            _group(
                stretch, values, (demand, [share * (mean - middle) for share, mean in zip(demand, means, strict=True)])
            )
            for stretch, values, demand, means in zip(stretches, starts, demands, between, strict=True)
        ]
        slope = _PROPORTIONAL * law.rate / max(middle, _LOW)
        (rate, slope), scale = regress(groups, (law.rate, slope), (_ANY, _STIFF_SLOPE / slope**2))
        if rate <= 0:
            return None
        slope = min(max(slope, 0.0), _STEEPEST * rate / max(middle, _LOW))
        law = law._replace(rate=rate, slope=slope, scale=scale)
        if last or not drivers:
            break
        groups = []
        for stretch, values, part, means in zip(stretches, starts, parts, between, strict=True):
            loss = [max(law.loss(mean), 0.1 * rate) for mean in means]
            groups.append(
                _group(stretch, values, (loss, *(list(map(mul, loss, column, strict=True)) for column in part)))
            )
        stiffness = (_ANY, *[_STIFF_DEMAND] * len(drivers))
        (whole, *weights), _ = regress(groups, (1.0, *law.weights), stiffness)
        if whole <= 0:
            return None
        law = law._replace(weights=tuple(weight / whole for weight in weights))
    return law


def _group(stretch: _Stretch, values: list[float], rates: Sequence[list[float]]) -> Group:
    return Group(
        stretch.weight,
        values,
        [list(accumulate(map(mul, rate, stretch.steps, strict=True), initial=0.0)) for rate in rates],
    )


def _present(
    soil: list[float], times: list[float], begin: int, drivers: _Columns, law: _Law
) -> tuple[float, float, float]:
    """Tell the moisture at the last sample, the pace of the last days over the law's, and the moisture's error."""
    first = max(begin + (_DRAINING if begin and len(soil) - begin > 2 * _DRAINING else 0), len(soil) - _RECENT)
    behind = [0.0]
    for at in range(len(soil) - 1, first, -1):
        demand = law.demand([column[at] for column in drivers])
        behind.append(behind[-1] + demand * law.loss((soil[at] + soil[at - 1]) / 2) * (times[at] - times[at - 1]))
    values = soil[: first - 1 : -1] if first else soil[::-1]
    pace, half = 1.0, (len(behind) + 1) // 2
    falls = [later - sooner for sooner, later in zip(behind, behind[half:], strict=False)]
    if total := math.sumprod(falls, falls):
        seen = median(
            (before - after) / fall if fall else 0.0
            for after, before, fall in zip(values, values[half:], falls, strict=False)
        )
        pace += (seen - 1) * _PACE_SPREAD**2 / (_PACE_SPREAD**2 + math.pi * law.scale**2 / total)
        pace = min(max(pace, _PACES[0]), _PACES[1])
    levels = [value - pace * taken for value, taken in zip(values[:_LEVEL], behind[:_LEVEL], strict=True)]
    return median(levels), pace, math.sqrt(math.pi / 2 / len(levels)) * law.scale


def _misfit(soil: list[float], stretches: list[_Stretch], drivers: _Columns, law: _Law) -> float:
    """Tell by what share this planter's own stretches typically fell faster or slower than the law says."""
    shares = []
    for stretch in stretches:
        values = soil[stretch.part]
        rows = zip(*(column[stretch.part][1:] for column in drivers), strict=True) if drivers else repeat(())
        foreseen = sum(
            law.demand(row) * law.loss((before + after) / 2) * step
            for row, step, (before, after) in zip(rows, stretch.steps, pairwise(values), strict=False)
        )
        if foreseen > _TELLING_FALL:
            shares.append(abs((fmean(values[:3]) - fmean(values[-3:])) / foreseen - 1))
    return min(median(shares), 1.0) if shares else _USUAL_MISFIT


def _unseen(seen: Sequence[list[float]], level: float, dry_below: float) -> float:
    """Tell what share of the way down leads through moistures in which it has not been watched yet."""
    values = sorted(moisture for values in seen for moisture in values)
    lowest = values[int(0.03 * len(values))]
    return min(max((lowest - dry_below) / (level - dry_below), 0.0), 1.0)


def _march(start: float, demand: Callable[[float], float], targets: Sequence[float]) -> list[float]:
    """Add up demand from `start` (slots from now), and tell when each target is reached, up to one that is too far."""
    reached: list[float] = []
    ahead, done = start, 0.0
    while len(reached) < len(targets):
        if ahead > (_LATEST if len(reached) == len(targets) - 1 else _HORIZON):
            break
        step = demand(ahead + 0.5)
        while len(reached) < len(targets) and done + step >= targets[len(reached)]:
            reached.append(ahead + max(targets[len(reached)] - done, 0.0) / (step or 1.0))
        ahead, done = ahead + 1, done + step
    return reached
