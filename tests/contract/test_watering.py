"""The rules of watering, as contract/watering.json tells them: what is said of a planter, reading by reading."""

from collections import Counter
from itertools import pairwise
import json
from typing import Any

import pytest

from custom_components.sigacs.greenhouse.watering import Judge, Limits, Verdict
from custom_components.sigacs.greenhouse.wetting import Watering, Wetting
from tests.contract.vectors import load

CASES: list[dict[str, Any]] = load("watering", "cases")
MIDNIGHT = 1_795_305_600


class Planter:
    """One planter's soil as the integration follows it, from the limits and the period of a case."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.limits = Limits(**case["limits"])
        self.period_s = case["period_s"]
        self.judge, self.wetting = Judge(), Wetting()
        self.waterings: list[Watering] = []
        self.moisture: float | None = None
        self.booted_at = 0

    def live(self, seconds: int, moisture: float | None, happened: Any) -> Verdict | None:
        if happened == "restart":
            stored = json.loads(json.dumps([self.judge.as_dict(), self.wetting.as_dict()]))
            self.judge, self.wetting = Judge.from_dict(stored[0]), Wetting.from_dict(stored[1])
            self.booted_at = seconds
        elif happened is not None:
            self.limits = self.limits._replace(**happened)
            assert self.moisture is not None
            self.judge.rethink(self.moisture, self.limits)
        if moisture is not None:
            self.moisture = moisture
            self.judge.take(moisture, seconds - self.booted_at, self.limits, 2 * self.period_s)
            if watering := self.wetting.take(moisture, MIDNIGHT + seconds, self.period_s):
                self.waterings.append(watering)
            if self.wetting.risen:
                self.judge.watered(moisture, self.limits)
        return self.judge.verdict


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_case_of_the_contract_is_judged_as_it_says(case: dict[str, Any]) -> None:
    planter = Planter(case)
    said = [[*step[:2], planter.live(*step[:2], *step[3:] or [None]), *step[3:]] for step in case["steps"]]
    assert said == case["steps"]
    waterings = [[at - MIDNIGHT, before, after] for at, before, after in planter.waterings]
    assert waterings == case["waterings"]


@pytest.mark.parametrize("case", [case for case in CASES if "hovers" in case["case"]], ids=lambda case: case["case"])
def test_a_planter_of_the_contract_that_hovers_does_so_for_a_day_and_changes_at_most_once(case: dict[str, Any]) -> None:
    hovering = [verdict for _, _, verdict in case["steps"][-97:]]
    assert len(hovering) == 97
    assert sum(one != next_ for one, next_ in pairwise(hovering)) <= 1


def test_the_contract_has_every_verdict_and_everything_that_can_happen() -> None:
    steps = [step for case in CASES for step in case["steps"]]
    assert {step[2] for step in steps} == set(Verdict)
    happened = [step[3] for step in steps if len(step) > 3]
    assert {one if isinstance(one, str) else next(iter(one)) for one in happened} == {"restart", *Limits._fields}


def test_the_contract_is_in_the_order_of_time_and_no_case_stands_twice() -> None:
    for case in CASES:
        times = [step[0] for step in case["steps"]]
        assert times == sorted(set(times))
    assert [name for name, times in Counter(case["case"] for case in CASES).items() if times > 1] == []
