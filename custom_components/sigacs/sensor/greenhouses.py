"""What is said of each greenhouse: who in it needs water, and the air that its planters share."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorStateClass
from homeassistant.const import UnitOfRatio, UnitOfTemperature
from homeassistant.helpers.typing import StateType

from ..coordinator import SigacsCoordinator
from ..greenhouse.state import Greenhouse, Planter
from ..greenhouse.status import State
from ..planter_names import NamesPlanters
from .facts import Fact, dew_point, vapour_pressure_deficit


def _thirsty(greenhouse: Greenhouse) -> int | None:
    """Count those that need water; "none" is not said where nothing is known of anybody."""
    unknown = greenhouse.alerts.unknown
    awake = [one for one in greenhouse.planters.values() if one.soil.status.state is not State.AT_REST]
    return None if awake and all(planter in unknown for planter in awake) else len(greenhouse.alerts.thirsty)


def _odd(greenhouse: Greenhouse) -> Mapping[str, Iterable[Planter]]:
    planters = greenhouse.planters
    return {"odd": [planters[one] for one in greenhouse.air.climate.odd if one in planters]}


def _rounded(value: float | None, decimals: int) -> float | None:
    """Between two probes lies what neither said: as exact as they are, so that no noise is stored."""
    return None if value is None else round(value, decimals)


GREENHOUSE_SENSORS: Final[tuple[Fact[Greenhouse], ...]] = (
    Fact(
        key="thirsty",
        translation_key="thirsty",
        state_class=SensorStateClass.MEASUREMENT,
        watched=lambda greenhouse: greenhouse.alerts,
        value=_thirsty,
        attributes=lambda greenhouse: {"planters": greenhouse.alerts.thirsty, "unknown": greenhouse.alerts.unknown},
    ),
    Fact(
        key="air_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        watched=lambda greenhouse: greenhouse.air,
        value=lambda greenhouse: _rounded(greenhouse.air.climate.temperature, 1),
        attributes=_odd,
    ),
    Fact(
        key="air_humidity",
        device_class=SensorDeviceClass.HUMIDITY,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        watched=lambda greenhouse: greenhouse.air,
        value=lambda greenhouse: _rounded(greenhouse.air.climate.humidity, 1),
        attributes=_odd,
    ),
    dew_point(lambda greenhouse: greenhouse.air, lambda greenhouse: _rounded(greenhouse.air.climate.dew_point, 1)),
    vapour_pressure_deficit(
        lambda greenhouse: greenhouse.air, lambda greenhouse: _rounded(greenhouse.air.climate.vpd, 2)
    ),
)


class GreenhouseSensor(NamesPlanters, SensorEntity):
    """One fact about one greenhouse; what is said of some of its planters names them in an attribute."""

    entity_description: Fact[Greenhouse]
    _unrecorded_attributes = frozenset({"planters", "unknown", "odd"})

    def __init__(self, coordinator: SigacsCoordinator, fact: Fact[Greenhouse], greenhouse: Greenhouse) -> None:
        """Show a fact."""
        super().__init__(coordinator, fact.key, greenhouse, fact.watched(greenhouse))
        self.entity_description = fact

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value(self._greenhouse)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        attributes = self.entity_description.attributes
        return attributes and {key: self.names(planters) for key, planters in attributes(self._greenhouse).items()}
