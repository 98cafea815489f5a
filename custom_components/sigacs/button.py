"""What its keeper tells about a planter with one press: that it was watered, and what its probe means."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .caretaker import Caretaker, NoVoltageError
from .const import DOMAIN
from .coordinator import SigacsConfigEntry, SigacsCoordinator
from .entity import PlanterEntity
from .greenhouse import measure
from .greenhouse.calibration import Calibration, CalibrationError
from .greenhouse.site import Discovered
from .greenhouse.state import Planter
from .lookup import names_of

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PlanterButtonDescription(ButtonEntityDescription):
    """One kind of button: what it asks of whoever takes care of the planter."""

    press: Callable[[Caretaker, Planter], None]


MARK_WATERED: Final = PlanterButtonDescription(
    key="mark_watered", translation_key="mark_watered", press=Caretaker.mark_watered
)
CALIBRATION: Final = (
    PlanterButtonDescription(
        key="calibrate_dry",
        translation_key="calibrate_dry",
        entity_category=EntityCategory.CONFIG,
        press=lambda caretaker, planter: caretaker.calibrate(planter, Calibration.with_dry),
    ),
    PlanterButtonDescription(
        key="calibrate_wet",
        translation_key="calibrate_wet",
        entity_category=EntityCategory.CONFIG,
        press=lambda caretaker, planter: caretaker.calibrate(planter, Calibration.with_wet),
    ),
    PlanterButtonDescription(
        key="calibrate_reset",
        translation_key="calibrate_reset",
        entity_category=EntityCategory.CONFIG,
        press=Caretaker.forget_calibration,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant, entry: SigacsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add those of each planter as it becomes known, and of its calibration when its probe's voltage is heard."""
    coordinator = entry.runtime_data
    with_voltage: dict[str, Planter] = {}

    @callback
    def add(discovered: Discovered) -> None:
        buttons = [PlanterButton(coordinator, MARK_WATERED, planter) for planter in discovered.planters]
        for channel in discovered.channels:
            planter = channel.planter
            if channel.measure is measure.PROBE_VOLTAGE and with_voltage.get(str(planter)) is not planter:
                with_voltage[str(planter)] = planter
                buttons += [PlanterButton(coordinator, button, planter) for button in CALIBRATION]
        async_add_entities(buttons)

    coordinator.directory.add_platform(add)


class PlanterButton(PlanterEntity, ButtonEntity):
    """One thing that can be told about one planter."""

    entity_description: PlanterButtonDescription

    def __init__(self, coordinator: SigacsCoordinator, button: PlanterButtonDescription, planter: Planter) -> None:
        """Ask for what a description says."""
        super().__init__(coordinator, coordinator.identity.at(planter, button.key), planter)
        self.entity_description = button

    @override
    async def async_press(self) -> None:
        try:
            self.entity_description.press(self.coordinator.caretaker, self._planter)
        except NoVoltageError as error:
            raise self._refused("no_voltage") from error
        except CalibrationError as error:
            raise self._refused(error.fault) from error

    def _refused(self, fault: str) -> ServiceValidationError:
        """Say that a point of calibration was not taken, of which planter, and what to do."""
        millivolts = self._planter.value(measure.PROBE_VOLTAGE) or 0.0
        name = names_of(self.hass, self.entity_id).planter or self._planter.id
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=f"calibration_{fault}",
            translation_placeholders={"planter": name, "millivolts": f"{millivolts:.0f}"},
        )
