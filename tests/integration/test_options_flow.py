from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.integration.stage import fire, fire_all, over_home_assistant, planters, state

pytestmark = pytest.mark.usefixtures("mqtt_mock")


async def change(hass: HomeAssistant, entry: MockConfigEntry, entered: dict[str, Any]) -> None:
    """Open the options, enter something, and let the entry reload."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "init")
    result = await hass.config_entries.options.async_configure(form["flow_id"], entered)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_options_are_used_at_once_and_nothing_is_lost(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass)
    await fire_all(hass, {"/serre/1/bac/1/sol": "65.0", "/serre/1/bac/2/sol": "40"})
    await change(hass, entry, {"silence_minutes": 120, "max_planters": 2})
    assert entry.options == {"silence_minutes": 120, "max_planters": 2}
    assert state(hass, "/serre/1/bac/1/sol") == "65.0"
    await fire(hass, "/serre/1/bac/3/sol", "30")
    assert planters(hass) == {"Planter 1", "Planter 2"}


async def test_silence_left_empty_follows_the_hubs(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass, silence_minutes=120, max_planters=50)
    await change(hass, entry, {"max_planters": 50})
    assert entry.options == {"max_planters": 50}


async def test_the_form_shows_what_is_in_use(hass: HomeAssistant) -> None:
    entry = await over_home_assistant(hass, silence_minutes=120, max_planters=50)
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["data_schema"] is not None
    shown = {str(key): key.description["suggested_value"] for key in form["data_schema"].schema}
    assert shown == {"silence_minutes": 120, "max_planters": 50}


@pytest.mark.parametrize(
    "entered",
    [
        {"silence_minutes": -1, "max_planters": 50},
        {"silence_minutes": 10_081, "max_planters": 50},
        {"max_planters": 0},
        {"max_planters": 20_001},
        {"max_planters": "many"},
        {"silence_minutes": "long", "max_planters": 50},
    ],
)
async def test_what_cannot_be_is_refused(hass: HomeAssistant, entered: dict[str, Any]) -> None:
    entry = await over_home_assistant(hass)
    form = await hass.config_entries.options.async_init(entry.entry_id)
    with pytest.raises(InvalidData):
        await hass.config_entries.options.async_configure(form["flow_id"], entered)
