import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.sigacs.greenhouse.hub import Health, decode_health, decode_state
from custom_components.sigacs.greenhouse.refusal import Reason, RefusedError
from tests.contract.vectors import outcome

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
healths = st.dictionaries(st.sampled_from(["period", "version"]) | st.text(), values, max_size=6)


@pytest.mark.parametrize(("payload", "online"), [(b"online", True), (b"offline", False)])
def test_a_hub_is_online_or_offline(payload: bytes, *, online: bool) -> None:
    assert decode_state(payload) is online


@pytest.mark.parametrize(
    "payload",
    [b"", b"Online", b"ONLINE", b"online ", b"online\n", b" online", b"1", b"true", b"on", b"\xff", b"x" * 9999],
)
def test_any_other_state_is_refused(payload: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        decode_state(payload)
    assert refused.value.reason is Reason.NOT_A_STATE


def test_a_hub_tells_its_version_and_its_period() -> None:
    said = '{"version": "1.2.0", "period": 900, "uptime": 86400, "queue": 0}'
    assert decode_health(said.encode()) == Health(period_s=900.0, version="1.2.0", text=said)


@pytest.mark.parametrize("period", [1, 1.5, 10, 900, 86_400])
def test_a_period_between_a_second_and_a_day_is_taken(period: float) -> None:
    assert decode_health(json.dumps({"period": period}).encode()).period_s == period


@pytest.mark.parametrize("period", [0, -900, 0.9, 86_401, 1e30, 10**30, True, "900", None, [900], {"s": 900}])
def test_any_other_period_is_as_if_there_were_none(period: object) -> None:
    assert decode_health(json.dumps({"period": period}).encode()).period_s is None


@pytest.mark.parametrize("version", ["1", "1.2.0-beta+5", "x" * 32])
def test_a_short_printable_version_is_taken(version: str) -> None:
    assert decode_health(json.dumps({"version": version}).encode()).version == version


@pytest.mark.parametrize("version", ["", "x" * 33, "1\n2", "\0", "\ud800", 1, 1.2, None, True, ["1"]])
def test_any_other_version_is_as_if_there_were_none(version: object) -> None:
    assert decode_health(json.dumps({"version": version}).encode()).version is None


def test_health_that_says_nothing_is_health_all_the_same() -> None:
    assert decode_health(b"{}") == Health(text="{}")


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b" ",
        b"online",
        b"{",
        b"{'period': 900}",
        b'{"period": 900,}',
        b'{"period": 900} x',
        b"900",
        b"null",
        b'"{}"',
        b"[1]",
        b'[{"period": 900}]',
        b"\xff\xfe\xfd",
        b'{"version": "\xc3\x28"}',
        b"[" * 2048,
        b'{"a":' * 400 + b"1" + b"}" * 400 + b"x",
    ],
)
def test_what_is_no_json_object_is_refused(payload: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        decode_health(payload)
    assert refused.value.reason is Reason.NOT_HEALTH


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_a_number_that_json_does_not_have_is_refused(number: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        decode_health(b'{"period": 900, "memory": ' + number + b"}")
    assert refused.value.reason is Reason.NOT_HEALTH


def test_health_is_taken_up_to_two_kibibytes() -> None:
    longest = b'{"a":"' + b"x" * 2040 + b'"}'
    assert len(longest) == 2048
    assert decode_health(longest).text == longest.decode()
    with pytest.raises(RefusedError) as refused:
        decode_health(longest + b" ")
    assert refused.value.reason is Reason.NOT_HEALTH


@given(st.binary(max_size=64) | st.text().map(str.encode))
def test_nothing_but_a_refusal_comes_of_a_wrong_payload(payload: bytes) -> None:
    for decode in (decode_state, decode_health):
        assert str(outcome(lambda: decode(payload)))  # noqa: B023 - called right away


@given(healths)
def test_whatever_a_hub_says_its_period_and_version_are_usable(said: dict[str, Any]) -> None:
    match outcome(lambda: decode_health(json.dumps(said).encode())):
        case Health(period_s=period_s, version=version):
            assert period_s is None or 1 <= period_s <= 86_400
            assert version is None or (version.isprintable() and 0 < len(version) <= 32)
        case refused:
            assert refused.reason is Reason.NOT_HEALTH
