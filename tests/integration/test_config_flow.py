"""Through Home Assistant's own MQTT: nothing to fill in, and hubs that announce themselves."""

from typing import Any

from homeassistant.config_entries import SOURCE_IGNORE, SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_mqtt_message

from custom_components.sigacs import config_flow
from custom_components.sigacs.const import DOMAIN
from tests.integration.stage import fire, over_home_assistant, state, until

pytestmark = pytest.mark.usefixtures("little_patience")


async def start(hass: HomeAssistant) -> dict[str, Any]:
    """Add the integration by hand."""
    return dict(await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER}))


async def choose(hass: HomeAssistant, menu: dict[str, Any], way: str) -> dict[str, Any]:
    return dict(await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": way}))


def discovered(hass: HomeAssistant) -> list[dict[str, Any]]:
    """What stands under "Discovered"."""
    return [dict(flow) for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN)]


async def test_without_mqtt_only_a_connection_of_our_own_is_offered(hass: HomeAssistant) -> None:
    form = await start(hass)
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "direct")


@pytest.mark.usefixtures("mqtt_mock")
async def test_with_mqtt_there_are_two_ways(hass: HomeAssistant) -> None:
    menu = await start(hass)
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, "user")
    assert menu["menu_options"] == ["home_assistant", "direct"]
    assert (await choose(hass, menu, "direct"))["step_id"] == "direct"


@pytest.mark.usefixtures("mqtt_mock")
async def test_a_greenhouse_that_speaks_is_set_up_at_once(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config_flow, "_LISTEN_S", 10)
    menu, before = await start(hass), subscriptions(hass)
    chosen = hass.async_create_task(choose(hass, menu, "home_assistant"))
    await until(lambda: subscriptions(hass) > before)
    async_fire_mqtt_message(hass, "/serre/1/bac/1/sol", "65.0")
    result = await chosen
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "SIGACS")
    assert result["data"] == {"transport": "home_assistant"}
    await hass.async_block_till_done()
    await fire(hass, "/serre/1/bac/1/sol", "65.0")
    assert state(hass, "/serre/1/bac/1/sol") == "65.0"


@pytest.mark.usefixtures("mqtt_mock")
async def test_where_nothing_is_heard_a_person_decides(hass: HomeAssistant) -> None:
    form = await choose(hass, await start(hass), "home_assistant")
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "nothing_heard")
    result = await hass.config_entries.flow.async_configure(form["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


@pytest.mark.usefixtures("mqtt_mock")
async def test_a_trial_leaves_no_subscription(hass: HomeAssistant) -> None:
    before = subscriptions(hass)
    await choose(hass, await start(hass), "home_assistant")
    assert subscriptions(hass) == before


def subscriptions(hass: HomeAssistant) -> int:
    """How many there are; the plugin's MQTT is a mock around a real one."""
    return len(hass.data["mqtt"].client.return_value.subscriptions)


async def test_mqtt_that_is_set_up_but_does_not_run_is_named(hass: HomeAssistant) -> None:
    MockConfigEntry(domain="mqtt", data={"broker": "away"}).add_to_hass(hass)
    result = await choose(hass, await start(hass), "home_assistant")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "mqtt_required")


@pytest.mark.usefixtures("mqtt_mock")
async def test_the_same_way_cannot_be_set_up_twice(hass: HomeAssistant) -> None:
    await over_home_assistant(hass)
    result = await choose(hass, await start(hass), "home_assistant")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


# Hubs that announce themselves


@pytest.mark.usefixtures("mqtt_mock")
@pytest.mark.parametrize("word", ["online", "offline"])
async def test_a_hub_that_announces_itself_is_offered(hass: HomeAssistant, word: str) -> None:
    await fire(hass, "/serre/nord/etat", word, retain=True)
    (flow,) = discovered(hass)
    assert (flow["step_id"], flow["context"]["source"]) == ("discovery_confirm", "mqtt")
    assert flow["context"]["title_placeholders"] == {"name": "nord"}
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "SIGACS")
    assert result["data"] == {"transport": "home_assistant"}
    await hass.async_block_till_done()
    assert discovered(hass) == []


@pytest.mark.usefixtures("mqtt_mock")
async def test_many_hubs_are_one_offer(hass: HomeAssistant) -> None:
    for number in range(10):
        await fire(hass, f"/serre/{number}/etat", "online")
    assert len(discovered(hass)) == 1


@pytest.mark.usefixtures("mqtt_mock")
@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("/serre/1/etat", ""),
        ("/serre/1/etat", "open"),
        ("/serre/1/etat", "ONLINE"),
        ("/serre/tomates cerises/etat", "online"),
        ("/serre//etat", "online"),
        (f"/serre/{'x' * 33}/etat", "online"),
    ],
)
async def test_what_does_not_speak_as_a_hub_is_not_offered(hass: HomeAssistant, topic: str, payload: str) -> None:
    await fire(hass, topic, payload)
    assert discovered(hass) == []


@pytest.mark.usefixtures("mqtt_mock")
async def test_measurements_are_no_announcement(hass: HomeAssistant) -> None:
    await fire(hass, "/serre/1/bac/1/sol", "65.0")
    await fire(hass, "/serre/1/sante", "{}")
    assert discovered(hass) == []


@pytest.mark.usefixtures("mqtt_mock")
@pytest.mark.parametrize("way", ["home_assistant", "direct", "ignored"])
async def test_announcements_never_touch_an_entry_that_is_there(
    hass: HomeAssistant, hass_storage: dict[str, Any], way: str
) -> None:
    match way:
        case "home_assistant":
            entry = await over_home_assistant(hass)
        case "direct":
            entry = MockConfigEntry(domain=DOMAIN, unique_id="broker:8883", data={"transport": "direct"})
            entry.add_to_hass(hass)
        case _:
            entry = MockConfigEntry(domain=DOMAIN, unique_id="home_assistant", source=SOURCE_IGNORE)
            entry.add_to_hass(hass)
    updates: list[object] = []
    hass.config_entries.async_update_entry = _counting(updates, hass.config_entries.async_update_entry)  # type: ignore[method-assign]
    before = entry.modified_at
    for word in ("online", "offline", "online"):
        for number in range(60):
            await fire(hass, f"/serre/{number}/etat", word)
    assert discovered(hass) == []
    assert updates == []
    assert entry.modified_at == before
    assert not entry.discovery_keys


def _counting(calls: list[object], function: Any) -> Any:
    def counted(*arguments: Any, **named: Any) -> Any:
        calls.append((arguments, named))
        return function(*arguments, **named)

    return counted


@pytest.mark.usefixtures("mqtt_mock")
async def test_an_offer_taken_after_another_way_was_set_up_changes_nothing(hass: HomeAssistant) -> None:
    await fire(hass, "/serre/1/etat", "online")
    (flow,) = discovered(hass)
    await over_home_assistant(hass)
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
