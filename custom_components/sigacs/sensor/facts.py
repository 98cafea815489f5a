"""What is said of a place, be it a planter or a greenhouse: one line of a table for each sensor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription, SensorStateClass
from homeassistant.const import UnitOfPressure, UnitOfTemperature
from homeassistant.helpers.typing import StateType

from ..greenhouse.watched import Watched


@dataclass(frozen=True, kw_only=True)
class Fact[P](SensorEntityDescription):
    """What a sensor shows of a place, and what tells when that changes."""

    watched: Callable[[P], Watched]
    value: Callable[[P], StateType | datetime]
    attributes: Callable[[P], Mapping[str, Any]] | None = None


def dew_point[P](watched: Callable[[P], Watched], value: Callable[[P], float | None]) -> Fact[P]:
    """Show a temperature below which air gets wet, in °C."""
    return Fact(
        key="dew_point",
        translation_key="dew_point",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        watched=watched,
        value=value,
    )


def vapour_pressure_deficit[P](watched: Callable[[P], Watched], value: Callable[[P], float | None]) -> Fact[P]:
    """Show how dry air is, in kPa."""
    return Fact(
        key="vpd",
        translation_key="vpd",
        device_class=SensorDeviceClass.PRESSURE,
        native_unit_of_measurement=UnitOfPressure.KPA,
        # Growers everywhere know it in kPa; with American units Home Assistant would suggest psi.
        suggested_unit_of_measurement=UnitOfPressure.KPA,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        watched=watched,
        value=value,
    )
