"""What its keeper sets in numbers: a planter's limits, and a greenhouse's for frost. Judged by at once."""

from typing import Final, override

from homeassistant.components.number import NumberDeviceClass, NumberEntity, NumberEntityDescription
from homeassistant.const import EntityCategory, UnitOfRatio, UnitOfTemperature
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SigacsConfigEntry, SigacsCoordinator
from .entity import GreenhouseEntity, PlanterEntity
from .greenhouse.care import FROST_RANGE_C
from .greenhouse.site import Discovered
from .greenhouse.state import Greenhouse, Planter

PARALLEL_UPDATES = 0

_WIDEST_GAP: Final = 50.0

LIMITS: Final = (
    NumberEntityDescription(
        key="dry_below",
        translation_key="dry_below",
        device_class=NumberDeviceClass.MOISTURE,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        native_step=1,
        entity_category=EntityCategory.CONFIG,
    ),
    NumberEntityDescription(
        key="recovery_gap",
        translation_key="recovery_gap",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        native_max_value=_WIDEST_GAP,
        native_step=1,
        entity_category=EntityCategory.CONFIG,
    ),
    NumberEntityDescription(
        key="wet_above",
        translation_key="wet_above",
        device_class=NumberDeviceClass.MOISTURE,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        native_step=1,
        entity_category=EntityCategory.CONFIG,
    ),
)
"""The keys are the names of `Limits`; 0 and 100 are Home Assistant's own defaults for the ends."""


async def async_setup_entry(
    _hass: HomeAssistant, entry: SigacsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the numbers of each planter and each greenhouse as they become known."""
    coordinator = entry.runtime_data

    @callback
    def add(discovered: Discovered) -> None:
        async_add_entities(
            [
                *(LimitNumber(coordinator, limit, planter) for planter in discovered.planters for limit in LIMITS),
                *(FrostNumber(coordinator, greenhouse) for greenhouse in discovered.greenhouses),
            ]
        )

    coordinator.directory.add_platform(add)


class LimitNumber(PlanterEntity, NumberEntity):
    """One of the limits by which a planter's soil is judged."""

    def __init__(self, coordinator: SigacsCoordinator, limit: NumberEntityDescription, planter: Planter) -> None:
        """Show and set a limit."""
        super().__init__(coordinator, coordinator.identity.at(planter, limit.key), planter, planter.care)
        self.entity_description = limit

    @property
    @override
    def native_value(self) -> float:
        limit: float = getattr(self._planter.care.limits, self.entity_description.key)
        return limit

    @override
    async def async_set_native_value(self, value: float) -> None:
        self.coordinator.caretaker.set_limits(self._planter, **{self.entity_description.key: value})


class FrostNumber(GreenhouseEntity, NumberEntity):
    """The temperature from which on a greenhouse is at risk of frost."""

    entity_description = NumberEntityDescription(
        key="frost_below",
        translation_key="frost_below",
        device_class=NumberDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        native_min_value=FROST_RANGE_C[0],
        native_max_value=FROST_RANGE_C[1],
        native_step=0.5,
        entity_category=EntityCategory.CONFIG,
    )

    def __init__(self, coordinator: SigacsCoordinator, greenhouse: Greenhouse) -> None:
        """Show and set a greenhouse's limit."""
        super().__init__(coordinator, self.entity_description.key, greenhouse, greenhouse.care)

    @property
    @override
    def native_value(self) -> float:
        return self._greenhouse.care.frost_below_c

    @override
    async def async_set_native_value(self, value: float) -> None:
        self.coordinator.caretaker.set_frost(self._greenhouse, value)
