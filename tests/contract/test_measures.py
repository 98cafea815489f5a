from collections import Counter
import math
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.sigacs.greenhouse.measure import MEASURES, Measure, measure_of
from custom_components.sigacs.greenhouse.refusal import Reason, RefusedError
from tests.contract.vectors import load, name, outcome, payload

measures = st.sampled_from([*MEASURES.values(), Measure("co2")])
values_of = {
    measure.leaf: st.floats(max(measure.low, -1e15), min(measure.high, 1e15), allow_nan=False)
    for measure in [*MEASURES.values(), Measure("co2")]
}
readings = measures.flatmap(lambda measure: st.tuples(st.just(measure), values_of[measure.leaf], st.integers(0, 6)))
# Payloads that are nearly right: the characters of numbers in any order.
near_misses = st.text("0123456789+-.,eE_xXnaif \n\t\0٣", max_size=40).map(str.encode)


@pytest.mark.parametrize("case", load("measures", "accept"), ids=name)
def test_a_payload_of_the_contract_has_its_value(case: dict[str, Any]) -> None:
    value = measure_of(case["leaf"]).decode(payload(case))
    assert (value, math.copysign(1, value)) == (case["value"], math.copysign(1, case["value"]))


@pytest.mark.parametrize("case", load("measures", "refuse"), ids=name)
def test_a_payload_that_is_nearly_right_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(RefusedError) as refused:
        measure_of(case["leaf"]).decode(payload(case))
    assert refused.value.reason == case["reason"]


def test_the_contract_has_both_sides_of_both_edges_of_every_measure() -> None:
    accepted = {(case["leaf"], case["value"]) for case in load("measures", "accept")}
    refused = {(case["leaf"], case["why"]) for case in load("measures", "refuse")}
    for leaf, measure in MEASURES.items():
        assert {(leaf, measure.low), (leaf, measure.high)} <= accepted
        assert {(leaf, "just below"), (leaf, "just above")} <= refused


def test_no_payload_stands_twice_in_the_contract() -> None:
    cases: list[dict[str, str]] = load("measures", "accept") + load("measures", "refuse")
    times = Counter((case["leaf"], payload(case)) for case in cases)
    assert [case for case, count in times.items() if count > 1] == []


@given(readings)
def test_a_value_read_back_is_the_same_value(reading: tuple[Measure, float, int]) -> None:
    measure, value, digits = reading
    written = f"{value:.{digits}f}"
    if not measure.low <= float(written) <= measure.high:
        return  # rounding has carried it over the edge
    assert measure.decode(written.encode()) == float(written)


@given(measures, st.binary() | near_misses)
def test_a_payload_is_a_finite_number_in_range_or_refused_with_a_reason(measure: Measure, data: bytes) -> None:
    match outcome(lambda: measure.decode(data)):
        case float(value):
            assert math.isfinite(value)
            assert measure.low <= value <= measure.high
            assert len(data) <= 32
            assert set(data) <= set(b"+-.0123456789")
        case refused:
            assert refused.reason in {Reason.EMPTY, Reason.TOO_LONG, Reason.NOT_DECIMAL, Reason.OUT_OF_RANGE}
            assert str(refused)


@given(measures, st.from_regex(rb"[+-]?[0-9]{1,12}(\.[0-9]{1,12})?", fullmatch=True))
def test_every_plain_decimal_is_taken_or_out_of_range(measure: Measure, data: bytes) -> None:
    match outcome(lambda: measure.decode(data)):
        case float(value):
            assert value == float(data)
        case refused:
            assert refused.reason is Reason.OUT_OF_RANGE


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_what_python_writes_for_a_number_is_read_or_refused_never_changed(number: float) -> None:
    match outcome(lambda: Measure("co2").decode(repr(number).encode())):
        case float(value):
            assert value == number
        case refused:
            assert refused.reason is Reason.NOT_DECIMAL
