"""What is said of each planter: how it is, when it was watered and will need water, what its air does to it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.const import EntityCategory
from homeassistant.helpers.typing import StateType

from ..clock import moment, wall_time
from ..coordinator import SigacsCoordinator
from ..entity import PlanterEntity
from ..greenhouse.dry_down import Unforeseen
from ..greenhouse.drying import Forecast
from ..greenhouse.measure import SOIL_MOISTURE
from ..greenhouse.state import Planter
from ..greenhouse.status import State
from .facts import Fact, dew_point, vapour_pressure_deficit


def _last_seen(planter: Planter) -> datetime | None:
    return None if planter.heard_at is None else wall_time(planter.heard_at)


def _last_moisture(planter: Planter) -> Mapping[str, float | datetime | None]:
    """The newest moisture, for ever, and its own age: the air of a planter may speak while its soil is silent."""
    soil = planter.channels.get(SOIL_MOISTURE.leaf)
    if soil is None or soil.reading is None:
        return {"moisture": None, "moisture_at": None}
    return {"moisture": soil.reading.value, "moisture_at": wall_time(soil.reading.heard_at)}


def _needs_water_at(planter: Planter) -> datetime | None:
    forecast = planter.outlook.forecast
    return moment(forecast and forecast.at)


def _range(planter: Planter) -> Mapping[str, datetime | str | None]:
    match planter.outlook.foreseen:
        case Forecast(_, earliest, latest):
            return {"earliest": moment(earliest), "latest": moment(latest), "unknown_because": None}
        case Unforeseen(because, earliest):
            return {"earliest": moment(earliest), "latest": None, "unknown_because": because}


PLANTER_SENSORS: Final[tuple[Fact[Planter], ...]] = (
    Fact(
        key="status",
        translation_key="status",
        device_class=SensorDeviceClass.ENUM,
        options=[str(state) for state in State],
        watched=lambda planter: planter.soil,
        value=lambda planter: planter.soil.status.state,
        attributes=lambda planter: {"reason": planter.soil.status.reason},
    ),
    Fact(
        key="last_watered",
        translation_key="last_watered",
        device_class=SensorDeviceClass.TIMESTAMP,
        watched=lambda planter: planter.soil,
        value=lambda planter: moment(planter.soil.last_watered),
    ),
    Fact(
        key="needs_water_at",
        translation_key="needs_water_at",
        device_class=SensorDeviceClass.TIMESTAMP,
        watched=lambda planter: planter.outlook,
        value=_needs_water_at,
        attributes=_range,
    ),
    vapour_pressure_deficit(lambda planter: planter.air, lambda planter: planter.air.vpd_kpa),
    dew_point(lambda planter: planter.air, lambda planter: planter.air.dew_point_c),
    Fact(
        key="last_seen",
        translation_key="last_seen",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        watched=lambda planter: planter,
        value=_last_seen,
        attributes=_last_moisture,
    ),
)


class PlanterSensor(PlanterEntity, SensorEntity):
    """One fact about one planter; there too while it is silent, to say that nobody knows."""

    entity_description: Fact[Planter]
    _unrecorded_attributes = frozenset({"earliest", "latest", "unknown_because", "moisture", "moisture_at"})

    def __init__(self, coordinator: SigacsCoordinator, fact: Fact[Planter], planter: Planter) -> None:
        """Show a fact."""
        super().__init__(coordinator, coordinator.identity.at(planter, fact.key), planter, fact.watched(planter))
        self.entity_description = fact

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value(self._planter)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        attributes = self.entity_description.attributes
        return attributes(self._planter) if attributes else None
