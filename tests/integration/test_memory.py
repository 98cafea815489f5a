from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigacs.const import DOMAIN

pytestmark = pytest.mark.usefixtures("mqtt_mock")


async def test_what_a_newer_version_has_kept_is_not_overwritten(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, unique_id="home_assistant", data={"transport": "home_assistant"})
    entry.add_to_hass(hass)
    key = f"{DOMAIN}.{entry.entry_id}"
    kept = {"version": 99, "minor_version": 1, "key": key, "data": {"planters": "in another shape"}}
    hass_storage[key] = kept.copy()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert hass_storage[key] == kept
