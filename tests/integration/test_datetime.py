"""The end of a rest, as a keeper sees and sets it."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from tests.integration.keeper import (
    NEEDS_WATER,
    NOT_KNOWN,
    PLANTER,
    SILENCE,
    SOIL,
    THIRSTY,
    Seen,
    ask,
    choose,
    measure,
    said,
    settle,
)
from tests.integration.stage import entity, fire, fire_all, over_home_assistant, pass_time, restart, state

pytestmark = pytest.mark.usefixtures("mqtt_mock")

PLACES = ("/serre/1/bac/1", "/serre/1/bac/2", "/serre/1", "/serre/2/bac/1", "/serre/2")
NOON = "2026-11-22 12:00:00+00:00"


def ends(hass: HomeAssistant) -> list[str]:
    return [state(hass, f"{place}#rest_until") for place in PLACES]


@pytest.mark.parametrize("place", PLACES)
async def test_nobody_rests_until_somebody_says_so_and_then_that_place_alone(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, place: str
) -> None:
    freezer.move_to(NOON)
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "50", "/serre/1/bac/2/sol": "50", "/serre/2/bac/1/sol": "50"})
    assert ends(hass) == ["unknown"] * 5
    await choose(hass, f"{place}#rest_until", dt_util.utcnow() + timedelta(days=3))
    assert ends(hass) == ["2026-11-25T12:00:00+00:00" if one == place else "unknown" for one in PLACES]


async def test_a_time_that_has_passed_ends_a_rest(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "50"})
    await choose(hass, f"{PLANTER}#rest_until", dt_util.utcnow() + timedelta(days=3))
    assert state(hass, f"{PLANTER}#status") == "at_rest"
    await choose(hass, f"{PLANTER}#rest_until", dt_util.utcnow() - timedelta(seconds=1))
    assert (state(hass, f"{PLANTER}#rest_until"), state(hass, f"{PLANTER}#status")) == ("unknown", "fine")


@pytest.mark.parametrize("place", ["/serre/1/bac/1", "/serre/1"])
async def test_a_rest_that_is_over_is_shown_as_over(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, place: str
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "50"})
    await choose(hass, f"{place}#rest_until", dt_util.utcnow() + timedelta(minutes=20))
    await pass_time(hass, freezer, 19 * 60)
    assert state(hass, f"{PLANTER}#status") == "at_rest"
    await pass_time(hass, freezer, 2 * 60)
    assert (state(hass, f"{place}#rest_until"), state(hass, f"{PLANTER}#status")) == ("unknown", "fine")


async def test_a_rest_that_ended_while_nobody_ran_is_over(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "12"})
    await choose(hass, f"{PLANTER}#rest_until", dt_util.utcnow() + timedelta(minutes=5))
    await restart(hass, entry, freezer, 10 * 60)
    await pass_time(hass, freezer, 60)
    assert (state(hass, f"{PLANTER}#rest_until"), state(hass, f"{PLANTER}#status")) == ("unknown", "needs_water")


# What rest means


async def test_a_planter_at_rest_alerts_nobody_and_says_until_when(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "12")
    await settle(hass, freezer)
    assert state(hass, THIRSTY) == "1"
    await choose(hass, f"{PLANTER}#rest_until", dt_util.utcnow() + timedelta(hours=6))
    assert said(hass) == ("off", "at_rest", "resting")
    assert state(hass, THIRSTY) == "0"
    await measure(hass, freezer, [12] * 23)
    assert said(hass) == ("off", "at_rest", "resting")
    await measure(hass, freezer, [12] * 2)
    assert said(hass) == ("on", "needs_water", "below_threshold")
    assert (state(hass, THIRSTY), state(hass, f"{PLANTER}#rest_until")) == ("1", NOT_KNOWN)


async def test_a_planter_at_rest_may_be_silent(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "50", "/serre/1/bac/2/sol": "50"})
    await settle(hass, freezer)
    silence = Seen(hass, SILENCE)
    await ask(hass, "rest", {"entity_id": entity(hass, NEEDS_WATER).entity_id}, **{"for": {"days": 90}})
    await measure(hass, freezer, [50] * 12, topic="/serre/1/bac/2/sol")
    assert silence == []
    assert said(hass) == (NOT_KNOWN, "at_rest", "resting")


async def test_a_greenhouse_at_rest_lets_all_its_planters_rest(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {SOIL: "12", "/serre/1/bac/2/sol": "12", "/serre/2/bac/1/sol": "12"})
    await choose(hass, "/serre/1#rest_until", dt_util.utcnow() + timedelta(days=120))
    assert [state(hass, f"/serre/{place}#status") for place in ("1/bac/1", "1/bac/2", "2/bac/1")] == [
        "at_rest",
        "at_rest",
        "needs_water",
    ]
    await choose(hass, "/serre/1#rest_until", dt_util.utcnow() - timedelta(minutes=1))
    assert state(hass, "/serre/1#rest_until") == NOT_KNOWN
    assert said(hass) == ("on", "needs_water", "below_threshold")
