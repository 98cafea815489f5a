"""What is so or not so, or not known: links that are up, planters that need water, greenhouses that are silent."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity

from .actions import PlanterActions
from .clock import wall_time
from .coordinator import SigacsConfigEntry, SigacsCoordinator
from .entity import BrokerEntity, GreenhouseEntity
from .greenhouse.site import Discovered
from .greenhouse.state import Greenhouse, Planter
from .planter_names import NamesPlanters

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RiskDescription(BinarySensorEntityDescription):
    """Something that the air of a greenhouse may do to what grows there."""

    value: Callable[[Greenhouse], bool | None]


RISKS: Final = (
    RiskDescription(
        key="frost",
        translation_key="frost",
        device_class=BinarySensorDeviceClass.COLD,
        value=lambda greenhouse: greenhouse.air.frost,
    ),
    RiskDescription(
        key="condensation",
        translation_key="condensation",
        device_class=BinarySensorDeviceClass.PROBLEM,
        value=lambda greenhouse: greenhouse.air.condensation,
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant, entry: SigacsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the connection sensor, and those of greenhouses and planters as they become known."""
    coordinator = entry.runtime_data
    async_add_entities([BrokerSensor(coordinator)])

    @callback
    def add(discovered: Discovered) -> None:
        async_add_entities(
            [
                *(NeedsWaterSensor(coordinator, planter) for planter in discovered.planters),
                *(HubSensor(coordinator, greenhouse) for greenhouse in discovered.greenhouses),
                *(SilenceSensor(coordinator, greenhouse) for greenhouse in discovered.greenhouses),
                *(RiskSensor(coordinator, risk, greenhouse) for greenhouse in discovered.greenhouses for risk in RISKS),
            ]
        )

    coordinator.directory.add_platform(add)


# RestoreEntity is for those that ask for the last state of before a restart, as our triggers do: nothing is restored.


class BrokerSensor(BrokerEntity, BinarySensorEntity, RestoreEntity):
    """Whether messages can arrive; unknown until the first attempt to connect has ended."""

    entity_description = BinarySensorEntityDescription(
        key="broker",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
    )

    def __init__(self, coordinator: SigacsCoordinator) -> None:
        """Show the link to the broker."""
        super().__init__(coordinator, self.entity_description.key)

    @property
    @override
    def is_on(self) -> bool | None:
        link = self.coordinator.link.link
        return None if link is None else link.up


class HubSensor(GreenhouseEntity, BinarySensorEntity):
    """Whether a hub is connected to the broker; unknown while the broker or all of its planters are silent."""

    entity_description = BinarySensorEntityDescription(
        key="hub",
        translation_key="hub",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
    )

    def __init__(self, coordinator: SigacsCoordinator, greenhouse: Greenhouse) -> None:
        """Show a hub's own state."""
        super().__init__(coordinator, self.entity_description.key, greenhouse, greenhouse, coordinator.link)

    @property
    @override
    def is_on(self) -> bool | None:
        link = self.coordinator.link.link
        return self._greenhouse.connected if link and link.up else None


class NeedsWaterSensor(PlanterActions, BinarySensorEntity, RestoreEntity):
    """Whether a planter needs water; unknown, and never "no", while its probe is silent or not to be trusted.

    A new one is unknown for the blink of an eye: automations hear of changes, and of nothing that was born dry.
    """

    entity_description = BinarySensorEntityDescription(
        key="needs_water",
        translation_key="needs_water",
        device_class=BinarySensorDeviceClass.PROBLEM,
    )

    def __init__(self, coordinator: SigacsCoordinator, planter: Planter) -> None:
        """Show a planter's soil."""
        unique_id = coordinator.identity.at(planter, self.entity_description.key)
        super().__init__(coordinator, unique_id, planter, planter.soil)
        self._unborn = coordinator.directory.began

    @property
    @override
    def is_on(self) -> bool | None:
        return None if self._unborn else self._planter.soil.needs_water

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        if self._unborn:
            self.hass.async_create_task(self._begin(), f"{self.entity_id} begins")

    async def _begin(self) -> None:
        await asyncio.sleep(0)  # the state machine has it as unknown first
        self._unborn = False
        self.async_write_ha_state()


class SilenceSensor(NamesPlanters, BinarySensorEntity, RestoreEntity):
    """Whether somebody in a greenhouse is silent who should not be; unknown while that takes time to tell."""

    entity_description = BinarySensorEntityDescription(
        key="silence",
        translation_key="silence",
        device_class=BinarySensorDeviceClass.PROBLEM,
    )
    _unrecorded_attributes = frozenset({"planters", "since"})

    def __init__(self, coordinator: SigacsCoordinator, greenhouse: Greenhouse) -> None:
        """Show the silence of a greenhouse."""
        super().__init__(coordinator, self.entity_description.key, greenhouse, greenhouse.alerts)

    @property
    @override
    def is_on(self) -> bool | None:
        return self._greenhouse.alerts.silent

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        silence = self._greenhouse.alerts.silence
        return {
            "cause": silence and silence.cause,
            "planters": self.names(silence.planters) if silence else [],
            "since": silence and wall_time(silence.since).replace(microsecond=0),
        }


class RiskSensor(GreenhouseEntity, BinarySensorEntity, RestoreEntity):
    """Whether the air of a greenhouse is a risk; unknown while no fresh measurement says it."""

    entity_description: RiskDescription

    def __init__(self, coordinator: SigacsCoordinator, risk: RiskDescription, greenhouse: Greenhouse) -> None:
        """Show one risk."""
        super().__init__(coordinator, risk.key, greenhouse, greenhouse.air)
        self.entity_description = risk

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.value(self._greenhouse)
