"""Which names are accepted, and which are refused with a sentence."""

import ipaddress

from hypothesis import given, strategies as st
import pytest

from certs import names
from certs.errors import RequestError
from certs.policy import DASHBOARD, HUB, Role


@pytest.mark.parametrize(
    ("role", "identifier", "user"),
    [
        (HUB, "1", "hub-1"),
        (HUB, "Serre_Nord-2", "hub-Serre_Nord-2"),
        (HUB, "x" * 32, "hub-" + "x" * 32),
        (DASHBOARD, "", "dashboard"),
        (DASHBOARD, "tablet", "dashboard-tablet"),
    ],
)
def test_a_user_is_named_after_its_role(role: Role, identifier: str, user: str) -> None:
    assert names.user_name(role, identifier) == user


@pytest.mark.parametrize("role", [HUB, DASHBOARD])
@pytest.mark.parametrize(
    "identifier",
    ["#", "+", "1/#", "../1", "a b", "é", "1\n", "1\ntopic readwrite #", "x" * 33, "a:b", "\0"],
)
def test_an_identifier_that_is_no_level_of_a_topic_is_refused(role: Role, identifier: str) -> None:
    with pytest.raises(RequestError, match="1 to 32 of"):
        names.user_name(role, identifier)


def test_a_hub_has_an_identifier() -> None:
    with pytest.raises(RequestError):
        names.user_name(HUB, "")


@given(st.text(max_size=40))
def test_no_identifier_can_break_out_of_its_rule(identifier: str) -> None:
    try:
        user = names.user_name(HUB, identifier)
    except RequestError:
        return
    assert not set(user) & set("#+/\r\n: \0")


@pytest.mark.parametrize("host", ["localhost", "sigacs.local", "a.b.c.example", "x1", "1x", "xn--serre-9xa.fr"])
def test_a_host_name_is_accepted(host: str) -> None:
    assert names.readable(names.alternative_names([host], [])) == [host]


@pytest.mark.parametrize(
    "host",
    [
        *("", ".", "a..b", "-a", "a-", "a_b", "serre.été", "*.local", "a b", "a\n", "a/b", "http://a", "a:8883"),
        *("192.168.42.66", "1234", "x" * 64, "a." * 127 + "aa"),
    ],
)
def test_what_is_no_host_name_is_refused(host: str) -> None:
    with pytest.raises(RequestError, match="is not a host name"):
        names.alternative_names([host], [])


@given(st.ip_addresses())
def test_every_address_is_accepted(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert names.readable(names.alternative_names([], [str(address)])) == [str(address)]


@pytest.mark.parametrize("address", ["", "192.168.42", "192.168.42.256", "localhost", "::g", "10.0.0.0/8"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(RequestError, match="is not an IP address"):
        names.alternative_names([], [address])


def test_a_name_that_is_given_twice_stands_once() -> None:
    found = names.alternative_names(["A.local", "a.local."], ["::1", "::1"])
    assert names.readable(found) == ["a.local", "::1"]
