"""What can be changed at any time: when silence counts, and how many planters may appear."""

from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.const import UnitOfTime
from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode
import voluptuous as vol

from .const import CONF_MAX_PLANTERS, CONF_SILENCE_MINUTES, DEFAULT_MAX_PLANTERS, MOST_PLANTERS

_DAY_MINUTES: Final = 1440


def _number(low: int, high: int, unit: str | None = None) -> vol.All:
    config = NumberSelectorConfig(mode=NumberSelectorMode.BOX, min=low, max=high, step=1)
    if unit:
        config["unit_of_measurement"] = unit
    return vol.All(NumberSelector(config), vol.Coerce(int))


_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_SILENCE_MINUTES): _number(0, 7 * _DAY_MINUTES, UnitOfTime.MINUTES),
        vol.Required(CONF_MAX_PLANTERS, default=DEFAULT_MAX_PLANTERS): _number(1, MOST_PLANTERS),
    }
)


class SigacsOptionsFlow(OptionsFlowWithReload):
    """One form; the entry is reloaded with what it says."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the options, or keep what was entered. Silence left empty follows the period that each hub announces."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        return self.async_show_form(
            step_id="init", data_schema=self.add_suggested_values_to_schema(_SCHEMA, self.config_entry.options)
        )
