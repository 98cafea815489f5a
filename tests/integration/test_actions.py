"""Actions, called as automations and the developer tools do: on planters, greenhouses and areas."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceNotSupported, ServiceValidationError
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest

from tests.integration.keeper import NEEDS_WATER, PLANTER, SOIL, STATUS, ask, measure
from tests.integration.stage import attribute, entity, fire, fire_all, over_home_assistant, state

pytestmark = pytest.mark.usefixtures("mqtt_mock")

TWO_GREENHOUSES = {SOIL: "12", "/serre/1/bac/2/sol": "12", "/serre/2/bac/1/sol": "12"}
PLANTERS = ("/serre/1/bac/1", "/serre/1/bac/2", "/serre/2/bac/1")


def planter(hass: HomeAssistant, path: str = PLANTER) -> dict[str, str]:
    return {"entity_id": entity(hass, f"{path}#needs_water").entity_id}


def device(hass: HomeAssistant, path: str) -> dict[str, str]:
    return {"device_id": entity(hass, path).device_id or ""}


def resting(hass: HomeAssistant) -> list[bool]:
    return [state(hass, f"{path}#status") == "at_rest" for path in PLANTERS]


async def test_actions_are_there_before_any_entry_works(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "sigacs", {})
    assert {"mark_watered", "rest", "explain"} <= set(hass.services.async_services_for_domain("sigacs"))


async def test_a_planter_can_be_marked_as_watered(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [20] * 4)
    await ask(hass, "mark_watered", device(hass, SOIL))
    await measure(hass, freezer, [20] * 6)
    assert attribute(hass, STATUS, "reason") == "watered_without_rise"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/serre/1/bac/1#needs_water", [True, False, False]),
        ("/serre/1#hub", [True, True, False]),
        ("/serre/2#hub", [False, False, True]),
    ],
    ids=["planter", "greenhouse", "the other greenhouse"],
)
async def test_whatever_is_chosen_its_planters_rest(hass: HomeAssistant, path: str, expected: list[bool]) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, TWO_GREENHOUSES)
    await ask(hass, "rest", device(hass, path), **{"for": {"days": 3}})
    assert resting(hass) == expected
    await ask(hass, "rest", device(hass, path))
    assert resting(hass) == [False] * 3


async def test_an_area_can_rest(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, TWO_GREENHOUSES)
    area = ar.async_get(hass).async_create("Garden")
    dr.async_get(hass).async_update_device(entity(hass, "/serre/1#hub").device_id or "", area_id=area.id)
    await ask(hass, "rest", {"area_id": area.id}, **{"for": {"hours": 1}})
    assert resting(hass) == [True, True, False]


async def test_a_rest_ends_at_the_hour_that_was_given_in_local_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("Europe/Paris")
    freezer.move_to("2026-11-22 12:00:00+00:00")
    await over_home_assistant(hass)
    await fire(hass, SOIL, "12")
    await ask(hass, "rest", planter(hass), until="2026-12-24 08:00:00")
    assert state(hass, f"{PLANTER}#rest_until") == "2026-12-24T07:00:00+00:00"


async def test_a_rest_of_some_length_begins_now(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to("2026-11-22 12:00:00+00:00")
    await over_home_assistant(hass)
    await fire(hass, SOIL, "12")
    await ask(hass, "rest", planter(hass), **{"for": {"days": 1, "hours": 2}})
    assert state(hass, f"{PLANTER}#rest_until") == "2026-11-23T14:00:00+00:00"


@pytest.mark.parametrize(
    ("when", "key"),
    [
        ({"until": "2001-01-01 00:00:00"}, "rest_in_the_past"),
        ({"for": {"seconds": 0}}, "rest_in_the_past"),
        ({"until": "2101-01-01 00:00:00", "for": {"days": 1}}, "rest_until_or_for"),
    ],
)
async def test_a_rest_that_makes_no_sense_is_refused(hass: HomeAssistant, when: dict[str, object], key: str) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "12")
    with pytest.raises(ServiceValidationError) as refusal:
        await ask(hass, "rest", planter(hass), **when)
    assert (refusal.value.translation_key, state(hass, STATUS)) == (key, "needs_water")


async def test_what_is_no_planter_cannot_be_watered(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    await fire(hass, SOIL, "12")
    with pytest.raises(ServiceNotSupported):
        await ask(hass, "mark_watered", {"entity_id": entity(hass, "/serre/1#silence").entity_id})


@pytest.mark.parametrize(("language", "word"), [("en", "It does speak"), ("fr", "parle")])
async def test_a_planter_that_speaks_is_explained_in_the_language_of_the_house(
    hass: HomeAssistant, language: str, word: str
) -> None:
    hass.config.language = language
    await over_home_assistant(hass)
    await fire(hass, SOIL, "50")
    answer = await ask(hass, "explain", planter(hass), answers=True)
    assert answer is not None
    (explained,) = answer.values()
    assert isinstance(explained, dict)
    assert explained["cause"] == "speaks"
    assert word in str(explained["sentence"])


async def test_each_planter_of_a_greenhouse_is_explained(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await over_home_assistant(hass)
    await fire_all(hass, {"/serre/1/bac/2/sol": "50", SOIL: "50", f"{PLANTER}/batterie": "9"})
    await measure(hass, freezer, [50] * 5, topic="/serre/1/bac/2/sol")
    answer = await ask(hass, "explain", device(hass, "/serre/1#hub"), answers=True)
    assert answer is not None
    causes = {entity_id: explained["cause"] for entity_id, explained in answer.items() if isinstance(explained, dict)}
    assert causes == {
        entity(hass, NEEDS_WATER).entity_id: "battery_low",
        entity(hass, "/serre/1/bac/2#needs_water").entity_id: "speaks",
    }


async def test_there_is_nothing_to_explain_of_a_broker(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    with pytest.raises(HomeAssistantError):
        await ask(hass, "explain", device(hass, "#broker"), answers=True)


async def test_a_rest_is_no_reason_to_forget_what_was_measured(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await over_home_assistant(hass)
    await measure(hass, freezer, [20, 20])
    await ask(hass, "rest", planter(hass), until=dt_util.now() + timedelta(hours=2))
    await measure(hass, freezer, [20] * 4)
    assert (state(hass, SOIL), state(hass, STATUS)) == ("20.0", "at_rest")
    await measure(hass, freezer, [20] * 5)
    assert state(hass, STATUS) == "needs_water"
