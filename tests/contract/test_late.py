from collections import Counter
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.sigacs.greenhouse.late import Late, LateMeasurement, decode_late
from custom_components.sigacs.greenhouse.measure import MEASURES
from custom_components.sigacs.greenhouse.refusal import Reason, RefusedError
from tests.contract.vectors import load, outcome

NOW = 1_795_357_765
EARLIEST = 1_577_836_800
ACCEPT: list[dict[str, Any]] = load("late", "accept")
REFUSE: list[dict[str, Any]] = load("late", "refuse")

levels = st.text("ab12_-", min_size=1, max_size=8)
leaves = st.sampled_from(sorted(MEASURES)) | st.lists(levels, min_size=1, max_size=4).map("/".join)
right = st.tuples(st.integers(EARLIEST, NOW + 300), leaves, st.integers(0, 1000).map(lambda tenths: f"{tenths / 10}"))
scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
near_misses = st.tuples(
    st.integers(EARLIEST - 2, NOW + 302) | scraps, leaves | scraps, st.text("0123456789+-.e ", max_size=34) | scraps
)


def message(case: dict[str, Any]) -> bytes:
    data = bytes.fromhex(case["hex"]) if "hex" in case else case["message"].encode()
    return data.ljust(case.get("size", 0))


def why(case: dict[str, Any]) -> str:
    text: str = case["why"]
    return text


def written(rows: list[Any]) -> bytes:
    return json.dumps({"format": 1, "measurements": rows}, separators=(",", ":")).encode()


@pytest.mark.parametrize("case", ACCEPT, ids=why)
def test_a_message_of_the_contract_gives_its_measurements(case: dict[str, Any]) -> None:
    late = decode_late(message(case), case["now"])
    assert [list(measurement) for measurement in late.measurements] == case["measurements"]
    assert [error.reason for error in late.refusals] == case["refused"]


@pytest.mark.parametrize("case", REFUSE, ids=why)
def test_a_message_that_is_none_is_refused_as_a_whole(case: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as refused:
        decode_late(message(case), NOW)
    assert refused.value.reason == case["reason"]


def test_no_message_stands_twice_in_the_contract() -> None:
    messages = Counter(message(case) for case in ACCEPT + REFUSE)
    assert [data for data, times in messages.items() if times > 1] == []


def test_what_the_contract_refuses_for_its_length_is_right_but_for_that() -> None:
    (too_long,) = [case for case in REFUSE if case.get("size") == 4097]
    assert decode_late(message(too_long)[:4096], NOW).measurements


@given(st.lists(right, max_size=60, unique_by=lambda row: row[:2]))
def test_what_a_hub_writes_comes_back_as_it_was(rows: list[tuple[int, str, str]]) -> None:
    match outcome(lambda: decode_late(written(rows), NOW)):
        case Late(measurements, refusals):
            taken = {(time, leaf): value for time, leaf, value in measurements}
            refused = Counter(error.reason for error in refusals)
            assert len(taken) + sum(refused.values()) == len(rows)
            assert set(refused) <= {Reason.OUT_OF_RANGE}
            assert all(taken.get((time, leaf), float(value)) == float(value) for time, leaf, value in rows)
        case refused:
            assert refused.reason is Reason.NOT_LATE
            assert len(written(rows)) > 4096


@given(st.lists(right, min_size=1, max_size=20), st.integers(1, 3))
def test_a_message_that_comes_again_says_nothing_new(rows: list[tuple[int, str, str]], times: int) -> None:
    assert decode_late(written(rows * times), NOW).measurements == decode_late(written(rows), NOW).measurements


@given(st.lists(right, max_size=8), near_misses, st.lists(right, max_size=8))
def test_a_wrong_measurement_never_spoils_the_others(before: list[Any], wrong: Any, after: list[Any]) -> None:
    both = decode_late(written([*before, *after]), NOW).measurements
    match outcome(lambda: decode_late(written([*before, wrong, *after]), NOW)):
        case Late(measurements, _refusals):
            assert [one for one in measurements if one[:2] != tuple(wrong[:2])] == [
                one for one in both if one[:2] != tuple(wrong[:2])
            ]
        case refused:
            assert refused.reason is Reason.NOT_LATE


@given(st.binary(max_size=300) | scraps.map(lambda scrap: json.dumps(scrap).encode()))
def test_any_bytes_are_read_or_refused_with_a_reason(data: bytes) -> None:
    match outcome(lambda: decode_late(data, NOW)):
        case RefusedError() as refused:
            assert refused.reason in {Reason.NOT_LATE, Reason.UNKNOWN_FORMAT}
            assert str(refused)


@given(st.lists(near_misses | scraps, max_size=12))
def test_whatever_is_listed_is_a_measurement_or_refused_alone(rows: list[Any]) -> None:
    match outcome(lambda: decode_late(written(rows), NOW)):
        case Late(measurements, refusals):
            assert len(measurements) + len(refusals) <= len(rows)
            for time, leaf, value in measurements:
                assert LateMeasurement(time, leaf, value) in measurements
                assert EARLIEST <= time <= NOW + 300
                measure = MEASURES.get(leaf)
                assert measure is None or measure.low <= value <= measure.high
            assert all(str(error) and len(str(error)) < 200 for error in refusals)
        case refused:
            assert refused.reason is Reason.NOT_LATE
