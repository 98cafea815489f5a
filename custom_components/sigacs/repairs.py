"""What Repairs offers to do about a trouble, beside saying it: begin a renewal, keep or remove a silent planter."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.repairs import FlowType, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import voluptuous as vol

from .const import DOMAIN
from .coordinator import SigacsConfigEntry, SigacsCoordinator
from .greenhouse.state import Planter
from .greenhouse.topic import parse_place

type Data = Mapping[str, str | int | float | None]


async def async_create_fix_flow(_hass: HomeAssistant, _issue_id: str, data: Data | None) -> RepairsFlow:
    """Choose by what the issue is about: a planter, or else a certificate of our own."""
    data = data or {}
    entry_id, place = str(data.get("entry_id")), data.get("place")
    return RenewOwnCertificate(entry_id) if place is None else SilentPlanter(entry_id, str(place))


class OurFlow(RepairsFlow):
    """What the flows have in common: the entry, and the words of the issue."""

    def __init__(self, entry_id: str) -> None:
        """Take the entry that the issue is about."""
        self._entry_id = entry_id

    @callback
    def _coordinator(self) -> SigacsCoordinator | None:
        """What runs the entry, if it runs."""
        entry: SigacsConfigEntry | None = self.hass.config_entries.async_get_entry(self._entry_id)
        return entry.runtime_data if entry and entry.state is ConfigEntryState.LOADED else None

    @callback
    def _about(self) -> dict[str, str]:
        """What fills in the issue's sentences; a menu has to be told."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return (issue and issue.translation_placeholders) or {}


class RenewOwnCertificate(OurFlow):
    """Explains, then goes over to the form that takes new certificates. The issue ends when the new one is in use."""

    async def async_step_init(self, _user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Explain first."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Say where the new files come from, and open the form for them."""
        if user_input is None:
            return self.async_show_form(
                step_id="confirm", data_schema=vol.Schema({}), description_placeholders=self._about()
            )
        if self.hass.config_entries.async_get_entry(self._entry_id) is None:
            return self.async_abort(reason="gone")
        form = await self.hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": self._entry_id}
        )
        return self.async_abort(reason="reconfigure", next_flow=(FlowType.CONFIG_FLOW, form["flow_id"]))


class SilentPlanter(OurFlow):
    """Asks whether a planter is to be waited for."""

    def __init__(self, entry_id: str, place: str) -> None:
        """Take the planter by its path."""
        super().__init__(entry_id)
        self._place = place

    async def async_step_init(self, _user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Offer both."""
        if self._planter() is None:
            return self.async_abort(reason="gone")
        return self.async_show_menu(menu_options=["keep", "remove"], description_placeholders=self._about())

    async def async_step_keep(self, _user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Mention this silence no more. The issue goes when the planter speaks; the next silence is a new one."""
        ir.async_ignore_issue(self.hass, DOMAIN, self.issue_id, True)  # noqa: FBT003 - Home Assistant's signature
        return self.async_abort(reason="kept")

    async def async_step_remove(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Remove the planter's device, as its own page would."""
        coordinator, planter = self._coordinator(), self._planter()
        if coordinator is None or planter is None:
            return self.async_abort(reason="gone")
        if user_input is None:
            return self.async_show_form(
                step_id="remove", data_schema=vol.Schema({}), description_placeholders=self._about()
            )
        self._remove(coordinator, planter)
        return self.async_create_entry(data={})

    @callback
    def _planter(self) -> Planter | None:
        coordinator, place = self._coordinator(), parse_place(self._place)
        greenhouse = coordinator and place and coordinator.site.greenhouses.get(place.greenhouse)
        return greenhouse.planters.get(place.planter or "") if greenhouse and place else None

    @callback
    def _remove(self, coordinator: SigacsCoordinator, planter: Planter) -> None:
        identifier = coordinator.identity.planter_device(planter)
        devices = dr.async_get(self.hass)
        device = devices.async_get_child_device_by_identifier(identifier, self._entry_id)
        coordinator.forget_device({identifier})
        if device:
            devices.async_remove_device(device.id)
