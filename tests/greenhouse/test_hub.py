from dataclasses import replace
from datetime import UTC, datetime
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
KEYS = (
    "period",
    "version",
    "uptime",
    "memory",
    "queue",
    "dropped",
    "clock",
    "certificates",
    "refused",
    "local",
    "crashes",
    "last_failure",
)
SHOWN_ONLY = ("memory", "queue", "refused", "local", "crashes", "last_failure")
"""Diagnostics show them as they came."""
healths = st.dictionaries(st.sampled_from(KEYS) | st.text(), values, max_size=8)
EVERYTHING = {
    "version": "0.1.0",
    "period": 900,
    "uptime": 86400,
    "memory": 61000,
    "queue": 3,
    "dropped": 7,
    "clock": 1_795_357_765,
    "certificates": {"ca": 3_373_401_600, "client": 1_831_900_000},
    "refused": {"not_decimal": 2},
    "local": {"login": 1},
    "crashes": 1,
    "last_failure": "tls-client",
}
NOW = 1_795_357_760.0
SOMETHING_ELSE = ("", "7", -1, 1.5, True, None, [7], {"a": 7}, 2**63)


def decoded(**said: object) -> Health:
    return decode_health(json.dumps(said).encode(), NOW)


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
    said = '{"version": "1.2.0", "period": 900}'
    assert decode_health(said.encode()) == Health(period_s=900.0, version="1.2.0", text=said)


def test_of_all_that_our_hub_tells_what_matters_is_read() -> None:
    said = json.dumps(EVERYTHING)
    assert decode_health(said.encode(), NOW) == Health(
        period_s=900.0,
        version="0.1.0",
        uptime_s=86_400,
        dropped=7,
        clock_offset_s=5.0,
        certificates={"ca": 3_373_401_600.0, "client": 1_831_900_000.0},
        text=said,
    )


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


@pytest.mark.parametrize(("key", "name"), [("uptime", "uptime_s"), ("dropped", "dropped")])
def test_a_count_that_is_none_is_as_if_it_were_not_given(key: str, name: str) -> None:
    assert getattr(decoded(**{key: 0}), name) == 0
    assert [getattr(decoded(**{key: value}), name) for value in SOMETHING_ELSE] == [None] * len(SOMETHING_ELSE)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("wrong", [[], "\n", -1, True, {"\n": []}])
def test_a_key_that_is_wrong_spoils_no_other(key: str, wrong: object) -> None:
    def without_it(health: Health) -> Health:
        nothing = Health()
        mine = {
            "period": ["period_s"],
            "uptime": ["uptime_s"],
            "clock": ["clock_unset", "clock_offset_s"],
            **{shown: [] for shown in SHOWN_ONLY},
        }.get(key, [key])
        return replace(health, text="", **{name: getattr(nothing, name) for name in mine})

    assert replace(decoded(**EVERYTHING | {key: wrong}), text="") == without_it(decoded(**EVERYTHING))


def test_the_hubs_clock_is_compared_with_ours_at_the_moment_of_receipt() -> None:
    assert decoded(clock=NOW - 400).clock_offset_s is None, "whole seconds only"
    assert decoded(clock=int(NOW) - 400).clock_offset_s == -400


def test_the_clock_in_a_message_that_the_broker_had_kept_is_not_compared() -> None:
    kept = decode_health(b'{"clock": 1700000000}', None)
    assert (kept.clock_offset_s, kept.clock_unset) == (None, False)


def test_a_hub_that_does_not_know_the_time_is_not_one_that_does_not_tell_it() -> None:
    assert decoded(clock=None).clock_unset
    assert not decoded().clock_unset
    assert not decoded(clock="noon").clock_unset


@pytest.mark.parametrize("clock", [0, 700_000_000, 4_000_000_000])
def test_a_clock_that_is_far_off_is_told_as_it_is(clock: int) -> None:
    assert decoded(clock=clock).clock_offset_s == clock - NOW


def test_certificates_whose_dates_cannot_be_are_left_out_alone() -> None:
    ends = {"client": 1_831_900_000, "ca": 12, "x": 10**15, "y": "2030-01-01", "z": True, "": 1_831_900_000}
    assert decoded(certificates=ends).certificates == {"client": 1_831_900_000.0}


def test_a_table_of_certificates_stays_short() -> None:
    assert len(decoded(certificates={f"c{n}": 1_831_900_000 for n in range(100)}).certificates) == 32
    assert decoded(certificates={"x" * 33: 1_831_900_000}).certificates == {}


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
def test_whatever_a_hub_says_what_is_taken_of_it_is_usable(said: dict[str, Any]) -> None:
    match outcome(lambda: decode_health(json.dumps(said).encode(), NOW)):
        case Health() as health:
            assert health.period_s is None or 1 <= health.period_s <= 86_400
            assert health.version is None or (health.version.isprintable() and 0 < len(health.version) <= 32)
            for count in (health.uptime_s, health.dropped):
                assert count is None or 0 <= count < 2**63
            for end in health.certificates.values():
                assert datetime.fromtimestamp(end, UTC)
        case refused:
            assert refused.reason is Reason.NOT_HEALTH
