"""One sensor for each measure of a planter."""

from collections.abc import Mapping
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    EntityCategory,
    UnitOfElectricPotential,
    UnitOfRatio,
    UnitOfTemperature,
)

from ..coordinator import SigacsCoordinator
from ..entity import PlanterEntity
from ..greenhouse import measure
from ..greenhouse.channel import Channel

_MEASUREMENT: Final = SensorStateClass.MEASUREMENT
_DIAGNOSTIC: Final = EntityCategory.DIAGNOSTIC

# Names are left to the device class where it says enough; the key of the others is their translation key.
MEASURE_SENSORS: Final[Mapping[str, SensorEntityDescription]] = {
    measure.SOIL_MOISTURE.leaf: SensorEntityDescription(
        key="soil_moisture",
        device_class=SensorDeviceClass.MOISTURE,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=_MEASUREMENT,
        suggested_display_precision=1,
    ),
    measure.AIR_TEMPERATURE.leaf: SensorEntityDescription(
        key="air_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=_MEASUREMENT,
        suggested_display_precision=1,
    ),
    measure.AIR_HUMIDITY.leaf: SensorEntityDescription(
        key="air_humidity",
        device_class=SensorDeviceClass.HUMIDITY,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=_MEASUREMENT,
        suggested_display_precision=1,
    ),
    measure.BATTERY.leaf: SensorEntityDescription(
        key="battery",
        device_class=SensorDeviceClass.BATTERY,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=_MEASUREMENT,
        suggested_display_precision=0,
        entity_category=_DIAGNOSTIC,
    ),
    measure.BATTERY_VOLTAGE.leaf: SensorEntityDescription(
        key="battery_voltage",
        translation_key="battery_voltage",
        device_class=SensorDeviceClass.VOLTAGE,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
        state_class=_MEASUREMENT,
        suggested_display_precision=2,
        entity_category=_DIAGNOSTIC,
    ),
    measure.SIGNAL_STRENGTH.leaf: SensorEntityDescription(
        key="signal_strength",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
        state_class=_MEASUREMENT,
        suggested_display_precision=0,
        entity_category=_DIAGNOSTIC,
    ),
    measure.PROBE_VOLTAGE.leaf: SensorEntityDescription(
        key="probe_voltage",
        translation_key="probe_voltage",
        device_class=SensorDeviceClass.VOLTAGE,
        native_unit_of_measurement=UnitOfElectricPotential.MILLIVOLT,
        state_class=_MEASUREMENT,
        suggested_display_precision=0,
        entity_category=_DIAGNOSTIC,
    ),
}

_OTHER: Final = SensorEntityDescription(
    key="other",
    translation_key="other",
    state_class=_MEASUREMENT,
    entity_registry_enabled_default=False,
)
"""A measure that we do not know: there for whoever publishes it, in nobody else's way."""


class MeasureSensor(PlanterEntity, SensorEntity):
    """One measure of one planter: unavailable while its last value is too old to be trusted."""

    def __init__(self, coordinator: SigacsCoordinator, channel: Channel) -> None:
        """Show a channel."""
        super().__init__(coordinator, coordinator.identity.measure(channel.topic), channel.planter, channel)
        self._channel = channel
        self.entity_description = MEASURE_SENSORS.get(channel.measure.leaf, _OTHER)
        if self.entity_description is _OTHER:
            self._attr_translation_placeholders = {"leaf": channel.measure.leaf}

    @property
    @override
    def available(self) -> bool:
        return self._channel.fresh

    @property
    @override
    def native_value(self) -> float | None:
        return self._channel.reading.value if self._channel.reading else None

    @override
    async def async_removed_from_registry(self) -> None:
        self.coordinator.forget_channel(self._channel)
