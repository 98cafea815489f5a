"""The sensors: one per measure, and when each planter was last heard."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Final, Self, override

from homeassistant.components.sensor import (
    RestoreSensor,
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
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity
from homeassistant.util import dt as dt_util

from .clock import age_s, wall_time
from .coordinator import SigacsConfigEntry, SigacsCoordinator
from .entity import PlanterEntity
from .greenhouse import measure
from .greenhouse.site import Discovered
from .greenhouse.state import Channel, Planter

PARALLEL_UPDATES = 0

_MEASUREMENT: Final = SensorStateClass.MEASUREMENT
_DIAGNOSTIC: Final = EntityCategory.DIAGNOSTIC

# Names are left to the device class where it says enough; the key of the others is their translation key.
DESCRIPTIONS: Final[Mapping[str, SensorEntityDescription]] = {
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


async def async_setup_entry(
    _hass: HomeAssistant, entry: SigacsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add a sensor for each measure and each planter, now and as they become known."""
    coordinator = entry.runtime_data

    @callback
    def add(discovered: Discovered) -> None:
        async_add_entities(
            [
                *(MeasureSensor(coordinator, channel) for channel in discovered.channels),
                *(LastSeenSensor(coordinator, planter) for planter in discovered.planters),
            ]
        )

    coordinator.on_discovered(add)


@dataclass(frozen=True, slots=True)
class StoredReading(ExtraStoredData):
    """What a restart must not lose: the value and when it was heard, which is not when it last changed."""

    value: float
    heard_at: datetime

    @override
    def as_dict(self) -> dict[str, Any]:
        return {"value": self.value, "heard_at": self.heard_at.isoformat()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self | None:
        """Read what `as_dict` wrote; None for anything else."""
        value, heard_at = stored.get("value"), dt_util.parse_datetime(str(stored.get("heard_at")))
        return cls(value, heard_at) if isinstance(value, float) and heard_at and heard_at.tzinfo else None


class MeasureSensor(PlanterEntity, SensorEntity, RestoreEntity):
    """One measure of one planter: unavailable while its last value is too old to be trusted."""

    def __init__(self, coordinator: SigacsCoordinator, channel: Channel) -> None:
        """Show a channel."""
        super().__init__(coordinator, coordinator.identity.channel(channel), channel.planter, channel)
        self._channel = channel
        self.entity_description = DESCRIPTIONS.get(channel.measure.leaf, _OTHER)
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

    @property
    @override
    def extra_restore_state_data(self) -> StoredReading | None:
        reading = self._channel.reading
        return StoredReading(reading.value, wall_time(reading.heard_at)) if reading else None

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        stored = await self.async_get_last_extra_data()
        if stored and (reading := StoredReading.from_dict(stored.as_dict())):
            limit_s = self.coordinator.silence_limit_s(self._planter.greenhouse)
            self._channel.restore(reading.value, age_s(reading.heard_at), monotonic(), limit_s)

    @override
    async def async_removed_from_registry(self) -> None:
        self.coordinator.forget_channel(self._channel)


class LastSeenSensor(PlanterEntity, RestoreSensor):
    """When a planter was last heard; stays available, because that is when it matters."""

    entity_description = SensorEntityDescription(
        key="last_seen",
        translation_key="last_seen",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=_DIAGNOSTIC,
    )

    def __init__(self, coordinator: SigacsCoordinator, planter: Planter) -> None:
        """Show a planter."""
        super().__init__(coordinator, coordinator.identity.last_seen(planter), planter, planter)

    @property
    @override
    def native_value(self) -> datetime | None:
        return None if self._planter.heard_at is None else wall_time(self._planter.heard_at)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        stored = await self.async_get_last_sensor_data()
        if stored and isinstance(stored.native_value, datetime) and (age := age_s(stored.native_value)) >= 0:
            self._planter.heard(monotonic() - age)
