"""When each certificate between a hub and Home Assistant ends; a sensor for each, from when its end becomes known.

The hub says it of its own and of its authority's; the server's is as it was shown to us when the link was made; Home
Assistant's own and its authority's are as they stand in the configuration.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..clock import moment
from ..const import DOMAIN
from ..coordinator import SigacsConfigEntry, SigacsCoordinator
from ..entity import BrokerEntity, GreenhouseEntity
from ..greenhouse.state import Greenhouse
from ..greenhouse.watched import Watched
from ..own_certificates import AUTHORITY, OWN, own_certificates

_SERVER: Final = "server"

CERTIFICATE_SENSORS: Final[Mapping[str, SensorEntityDescription]] = {
    name: SensorEntityDescription(
        key=f"certificate_{name}",
        translation_key=f"certificate_{name}",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
    )
    for name in ("client", "ca", _SERVER, OWN, AUTHORITY)
}


class HubCertificateSensor(GreenhouseEntity, SensorEntity):
    """When a certificate on a hub ends; unknown when the hub no longer says."""

    def __init__(self, coordinator: SigacsCoordinator, greenhouse: Greenhouse, name: str) -> None:
        """Show what a hub says under a name."""
        self.entity_description = CERTIFICATE_SENSORS[name]
        super().__init__(coordinator, self.entity_description.key, greenhouse, greenhouse)
        self._certificate = name

    @property
    @override
    def native_value(self) -> datetime | None:
        return moment(self._greenhouse.health.certificates.get(self._certificate))


class BrokerCertificateSensor(BrokerEntity, SensorEntity):
    """When a certificate of our own link ends; looked up each time, because it is renewed while the link goes on."""

    def __init__(self, hass: HomeAssistant, entry: SigacsConfigEntry, name: str) -> None:
        """Show the server's, or one of those that an entry's way to the broker uses."""
        self.entity_description = CERTIFICATE_SENSORS[name]
        super().__init__(entry.runtime_data, self.entity_description.key)
        self.hass = hass
        self._entry = entry
        self._certificate = name

    @property
    @override
    def native_value(self) -> datetime | None:
        if self._certificate == _SERVER:
            return moment(self.coordinator.transport.server_not_after)
        return moment(own_certificates(self.hass, self._entry.data).get(self._certificate))


@callback
def add_certificates_of_hub(
    hass: HomeAssistant, coordinator: SigacsCoordinator, greenhouse: Greenhouse, add: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of what a hub carries."""
    sensors = [HubCertificateSensor(coordinator, greenhouse, name) for name in ("client", "ca")]
    _add_when_known(hass, greenhouse, sensors, add)


@callback
def add_certificates_of_broker(
    hass: HomeAssistant, entry: SigacsConfigEntry, add: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of our own link."""
    sensors = [BrokerCertificateSensor(hass, entry, name) for name in (_SERVER, OWN, AUTHORITY)]
    _add_when_known(hass, entry.runtime_data.link, sensors, add)


def _add_when_known(
    hass: HomeAssistant, watched: Watched, sensors: Iterable[SensorEntity], add: AddConfigEntryEntitiesCallback
) -> None:
    """Add each sensor that was there before a restart at once, the others when they have something to show."""
    registry = er.async_get(hass)
    waiting = list(sensors)

    @callback
    def look() -> None:
        known = [
            sensor
            for sensor in waiting
            if sensor.native_value or registry.async_get_entity_id(Platform.SENSOR, DOMAIN, str(sensor.unique_id))
        ]
        if known:
            waiting[:] = [sensor for sensor in waiting if sensor not in known]
            add(known)

    watched.listeners.append(look)
    look()
