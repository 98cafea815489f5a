"""A year of 60 planters with careless keepers, odd readings, silences, dead probes, outages, restarts, clock jumps."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
import gc
from random import Random
import sys
from types import FunctionType, MethodType, ModuleType

import pytest

from bench.drying.evaluation import OURS, Case, ask, extend
from bench.drying.planter import Planter as Truth
from bench.drying.report import BASELINES, errors, ranges
from bench.drying.weather import STEP_S, STEPS_A_DAY
from custom_components.sigacs.greenhouse.care import PlanterCare
from custom_components.sigacs.greenhouse.site import Site
from custom_components.sigacs.greenhouse.soil import Soil, SoilEvent
from custom_components.sigacs.greenhouse.state import Planter
from custom_components.sigacs.greenhouse.status import State
from custom_components.sigacs.greenhouse.topic import MeasureTopic
from custom_components.sigacs.greenhouse.watering import Limits

DAYS = 365
PLANTERS = 60
GREENHOUSES = 5
BEGAN = 1_767_225_600
NOISE = 3.0
CLEAR_RISE = 10.0
READINGS_BELOW = 4
SWEPT_EVERY = 4
ASKED_EVERY = 30 * STEPS_A_DAY
REMEMBERED = 22 * STEPS_A_DAY


@dataclass
class Year:
    """What is counted while the year passes; `wrong` names each broken promise."""

    wrong: Counter[str] = field(default_factory=Counter)
    alerts: Counter[int] = field(default_factory=Counter)
    spells: Counter[int] = field(default_factory=Counter)
    watered: Counter[int] = field(default_factory=Counter)
    clearly: Counter[int] = field(default_factory=Counter)
    seen: Counter[int] = field(default_factory=Counter)
    readings: int = 0
    cases: list[Case] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)


class Life:
    """One planter, beside its hidden truth and what breaks in its year."""

    def __init__(self, number: int, site: Site, year: Year) -> None:
        self.number, self.year = number, year
        self.random = Random(number)
        self.truth = Truth(5_000 + number, DAYS)
        topic = MeasureTopic(f"s{number % GREENHOUSES}", f"b{number}", "sol")
        self.channel = site.ensure_channel(topic)
        self.volts = site.ensure_channel(MeasureTopic(topic.greenhouse, topic.planter, "sol/brut"))
        self.planter: Planter = self.channel.planter
        self.planter.care.limits = Limits(dry_below=self.truth.dry_below)
        self.planter.soil.observers.append(self.happened)
        self.messages = {round((m.wall - self.truth.wall(0)) / STEP_S): m for m in self.truth.messages()}
        self.waterings = set(self.truth.waterings)
        self.dead = self.windows(2, 1, 8)
        self.shorted = self.windows(1, 1, 4)
        self.resting = self.windows(1, 3, 14)
        self.below = self.heard = 0
        self.in_spell = self.poured = False
        self.said: bool | None = None
        self.last_heard = -(10**9)

    def windows(self, count: int, shortest_days: int, longest_days: int) -> set[int]:
        found = set[int]()
        for _ in range(count):
            start = self.random.randrange(40 * STEPS_A_DAY, DAYS * STEPS_A_DAY)
            found.update(range(start, start + self.random.randint(shortest_days, longest_days) * STEPS_A_DAY))
        return found

    def happened(self, event: SoilEvent, _: object) -> None:
        self.year.seen[self.number] += event is SoilEvent.WATERED

    def step(self, step: int, wall: float, *, out: bool) -> None:
        now = step * STEP_S
        planter, care = self.planter, self.planter.care
        if step in self.resting and not care.resting(wall):
            care.rest_until = wall + STEP_S
        if step % (73 * STEPS_A_DAY) == 50 * STEPS_A_DAY:
            self.restart()
        if step % (97 * STEPS_A_DAY) == 60 * STEPS_A_DAY:
            below = min(max(care.limits.dry_below + self.random.uniform(-6, 6), 15), 50)
            care.limits = care.limits._replace(dry_below=below)
            planter.soil.judge.rethink(self.truth.reading(step), care.limits)
            self.below = 0
        self.poured |= step - 2 in self.waterings
        message = None if out or step in self.dead else self.messages.get(step)
        if message is None:
            self.look(step, wall, heard=False)
            return
        self.last_heard = step
        if step in self.shorted:
            self.volts.take(0.0, now)
            planter.probe_voltage(0.0)
            self.channel.planter.heard(now)
        elif planter.implausible or self.volts.reading:
            self.volts.take(1500.0, now)
            planter.probe_voltage(1500.0)
        if planter.trusts_moisture:
            self.year.readings += 1
            self.channel.take(message.moisture, now)
            planter.take_moisture(message.moisture, now, wall)
            self.count(step, message.moisture)
        planter.review(wall)
        self.look(step, wall, heard=planter.trusts_moisture)

    def clearly_watered(self, step: int, out: set[int]) -> bool:
        """Whether a watering raised the moisture, and the probe could be heard around it."""
        around = range(max(step - 4, 0), min(step + 8, DAYS * STEPS_A_DAY))
        unheard = self.dead | self.shorted | out
        heard = all(at in self.messages and at not in unheard for at in around)
        rise = self.truth.reading(around[-1]) - self.truth.reading(step)
        return heard and rise >= CLEAR_RISE

    def restart(self) -> None:
        planter = self.planter
        planter.soil = Soil.from_dict(planter.soil.as_dict())
        planter.soil.observers.append(self.happened)
        planter.care = PlanterCare.from_dict(planter.care.as_dict())

    def count(self, step: int, moisture: float) -> None:
        """Follow the truth: how long it has been too dry, and how often it became so."""
        true, below = self.truth.reading(step), self.planter.care.limits.dry_below
        clearly = true < below - NOISE and moisture < below
        self.below = self.below + 1 if clearly else 0
        if not self.in_spell and true < below + NOISE:
            self.in_spell = True
            self.year.spells[self.number] += 1
        elif self.in_spell and (true > below + NOISE + 1 or (self.poured and true > below)):
            self.in_spell = False
        self.poured = False

    def look(self, step: int, wall: float, *, heard: bool) -> None:
        """Hold what is said against what is true."""
        soil, wrong = self.planter.soil, self.year.wrong
        needs = soil.needs_water
        if needs is not None:
            if needs and self.said is False:
                self.year.alerts[self.number] += 1
            self.said = needs
        if self.planter.resting(wall):
            self.below = 0
            return
        if heard and self.below >= READINGS_BELOW and (needs is False or soil.status.state is State.FINE):
            wrong["fine while dry"] += 1
        if step in self.shorted and self.last_heard == step and needs is not None:
            wrong["trusted a shorted probe"] += 1


def outages(random: Random) -> list[set[int]]:
    return [
        {
            start + step
            for start in random.sample(range(DAYS * STEPS_A_DAY), 6)
            for step in range(random.randint(2, 2 * STEPS_A_DAY))
        }
        for _ in range(GREENHOUSES)
    ]


def clock(random: Random) -> Iterator[float]:
    """Give the wall clock at each step: it is set now and then, by a second, by an hour, once by days."""
    jumps = {random.randrange(DAYS * STEPS_A_DAY): jump for jump in (1.0, -1.0, 3600.0, -3600.0, 172_800.0, -172_800.0)}
    off = 0.0
    for step in range(DAYS * STEPS_A_DAY):
        off += jumps.get(step, 0.0)
        yield BEGAN + step * STEP_S + off


def sweep(site: Site, lives: list[Life], now: float, wall: float) -> None:
    """Age everything, as the integration does between messages; nobody who is silent may be known."""
    for greenhouse in site.greenhouses.values():
        for planter in greenhouse.planters.values():
            planter.judge(now, greenhouse.silence_limit_s)
            planter.review(wall)
        greenhouse.review_alerts(now, wall, greenhouse.silence_limit_s)
    for life in lives:
        silent_s, soil = now - life.last_heard * STEP_S, life.planter.soil
        known = soil.needs_water is not None or soil.status.state is State.FINE
        life.year.wrong["known while silent"] += known and silent_s > life.planter.greenhouse.silence_limit_s


def asked(life: Life, step: int) -> Case | None:
    truth = life.truth
    below = life.planter.care.limits.dry_below
    if step - life.last_heard > 4 or truth.reading(step) < below:
        return None
    recent = [life.messages[one] for one in range(max(step - REMEMBERED, 0), step + 1) if one in life.messages]
    waterings = [truth.wall(one) for one in truth.waterings if one <= step]
    past = extend([], ((message.wall, message.moisture) for message in recent), waterings)
    truth.dry_below = below
    dry = truth.dry_after(step)
    at = None if dry is None else truth.wall(step + dry)
    return ask(
        life.planter.outlook.drying, past, truth.wall(step), below, planter=str(life.number), truth=at, has_air=False
    )


@pytest.fixture(scope="module")
def year() -> Year:
    year, random = Year(), Random(7)
    site = Site(max_planters=PLANTERS, max_other_measures=0)
    site.link_changed(up=True, now=0.0)
    lives = [Life(number, site, year) for number in range(PLANTERS)]
    down = outages(random)
    for step, wall in enumerate(clock(random)):
        for life in lives:
            life.step(step, wall, out=step in down[life.number % GREENHOUSES])
        now = step * STEP_S
        if step % SWEPT_EVERY == 0:
            sweep(site, lives, now, wall)
        turns = (life for life in lives if step % ASKED_EVERY == ASKED_EVERY // 2 + life.number)
        year.cases.extend(case for life in turns if (case := asked(life, step)))
        if step % (30 * STEPS_A_DAY) == 0:
            year.memory.append(size_of(site))
    for life in lives:
        year.watered[life.number] = len(life.truth.waterings)
        year.clearly[life.number] = sum(
            life.clearly_watered(at, down[life.number % GREENHOUSES]) for at in life.truth.waterings
        )
    return year


def size_of(root: object) -> int:
    """Add up all that hangs on the site, without code and without those who listen."""
    seen, total, rest = set[int](), 0, [root]
    while rest:
        one = rest.pop()
        if id(one) in seen or isinstance(one, (type, ModuleType, FunctionType, MethodType)):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        rest.extend(gc.get_referents(one))
    return total


@pytest.mark.timeout(1800)
def test_the_year_is_a_whole_one(year: Year) -> None:
    assert year.readings > 0.7 * PLANTERS * DAYS * STEPS_A_DAY


@pytest.mark.timeout(1800)
def test_it_is_never_fine_while_dry_silent_or_shorted(year: Year) -> None:
    assert not +year.wrong


@pytest.mark.timeout(1800)
def test_each_dry_spell_alerts_once(year: Year) -> None:
    more = {number: (year.alerts[number], year.spells[number]) for number in range(PLANTERS)}
    assert not {number: (said, true) for number, (said, true) in more.items() if said > true + 3}
    assert sum(year.alerts.values()) <= 1.05 * sum(year.spells.values())


@pytest.mark.timeout(1800)
def test_waterings_are_seen_and_not_invented(year: Year) -> None:
    assert sum(year.seen.values()) >= 0.9 * sum(year.clearly.values())
    for number in range(PLANTERS):
        assert year.seen[number] <= year.watered[number] + 3


@pytest.mark.timeout(1800)
def test_forecasts_are_nearer_than_what_anybody_would_do(year: Year) -> None:
    compared = errors(year.cases)["all"]
    assert compared[OURS].cases >= 60
    for baseline in BASELINES:
        assert compared[OURS].median_h < compared[baseline].median_h
    assert ranges(year.cases)["all"]["held"] >= 0.65


@pytest.mark.timeout(1800)
def test_memory_stays_flat(year: Year) -> None:
    assert year.memory[-1] <= 1.05 * year.memory[2]
    assert year.memory[-1] <= 1.01 * year.memory[6]
