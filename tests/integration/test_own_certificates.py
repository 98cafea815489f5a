from datetime import timedelta

from homeassistant.core import HomeAssistant
from hypothesis import given, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigacs.own_certificates import ends, own_certificates
from tests.integration.papers import CLIENT, NOW, YEAR, Paper, issue

CA = issue("Greenhouses", None, authority=True, last=NOW + 9 * YEAR)
OTHER_CA = issue("Others", None, authority=True, last=NOW + 20 * YEAR)
MIDDLE = issue("Middle", CA, authority=True, last=NOW + timedelta(days=10))
MINE = issue("dashboard", CA, usage=CLIENT, last=NOW + YEAR)
BELOW_MIDDLE = issue("dashboard", MIDDLE, usage=CLIENT, last=NOW + YEAR)


def end(paper: Paper) -> float:
    return paper.certificate.not_valid_after_utc.timestamp()


def pem(*papers: Paper) -> str:
    return "".join(paper.pem.decode() for paper in papers)


@pytest.mark.parametrize(
    ("own", "authority", "expected"),
    [
        (pem(MINE), pem(CA), {"own": end(MINE), "authority": end(CA)}),
        (pem(MINE), pem(OTHER_CA, CA), {"own": end(MINE), "authority": end(CA)}),
        (pem(MINE), pem(OTHER_CA), {"own": end(MINE), "authority": end(OTHER_CA)}),
        (pem(BELOW_MIDDLE, MIDDLE), pem(OTHER_CA, CA), {"own": end(MIDDLE), "authority": end(CA)}),
        (None, pem(CA, OTHER_CA), {"authority": end(OTHER_CA)}),
        (pem(MINE), "auto", {"own": end(MINE)}),
        (pem(MINE), None, {"own": end(MINE)}),
        ("", "off", {}),
        ("-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n", None, {}),
    ],
)
def test_the_ends_are_read_from_what_an_entry_holds(
    own: str | None, authority: str | None, expected: dict[str, float]
) -> None:
    assert ends(own, authority) == expected


@given(own=st.none() | st.text(), authority=st.none() | st.text())
def test_whatever_an_entry_holds_nothing_is_raised(own: str | None, authority: str | None) -> None:
    assert ends(own, authority) == {}


def test_our_own_connection_has_its_certificates_in_our_entry(hass: HomeAssistant) -> None:
    data = {"transport": "direct", "client_certificate": pem(MINE), "ca_certificate": pem(CA), "client_key": "secret"}
    assert own_certificates(hass, data) == {"own": end(MINE), "authority": end(CA)}


def test_home_assistants_mqtt_has_them_in_its_own_and_may_be_gone(hass: HomeAssistant) -> None:
    assert own_certificates(hass, {"transport": "home_assistant"}) == {}
    MockConfigEntry(domain="mqtt", data={"client_cert": pem(MINE), "certificate": pem(CA)}).add_to_hass(hass)
    assert own_certificates(hass, {"transport": "home_assistant"}) == {"own": end(MINE), "authority": end(CA)}
