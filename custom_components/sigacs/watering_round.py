"""The watering round: who needs water, most urgent first; of whom nobody knows; who comes next.

The action `sigacs.watering_round` hands it to automations, and `intent` speaks it. It is read off the model and not off
the states, because the order and the reasons are there.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from time import time
from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr, entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .clock import wall_time
from .const import DOMAIN
from .coordinator import SigacsConfigEntry, SigacsCoordinator
from .greenhouse.measure import PROBE_VOLTAGE, SOIL_MOISTURE
from .greenhouse.state import Planter
from .greenhouse.status import State
from .lookup import EVERYTHING, names_of_device, with_keys
from .round_text import RoundText
from .wording import Wording

ACTION: Final = "watering_round"
_KEY: Final = "needs_water"
_PROBES: Final = (SOIL_MOISTURE.leaf, PROBE_VOLTAGE.leaf)


@dataclass(frozen=True, slots=True)
class Stop:
    """A planter on the round. `name` includes the greenhouse where there are several; `moisture` is in %, if known."""

    entity_id: str
    name: str
    planter: str
    greenhouse: str
    moisture: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A planter, or a whole greenhouse, of which nobody knows; `since` is when its soil was last read, local time."""

    name: str
    planters: int
    reason: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Next:
    """The planter that will need water next, local time; an honest range."""

    name: str
    at: datetime
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """What is to be done, what is not known, and what comes next; `planters` is how many are not at rest."""

    thirsty: list[Stop]
    unknown: list[Unknown]
    next: Next | None
    planters: int


@callback
def register(hass: HomeAssistant) -> None:
    """Offer the action."""

    async def answer(call: ServiceCall) -> ServiceResponse:
        wanted = TargetSelection(call.data)
        wording = await Wording.load(hass, hass.config.language)
        found = watering_round(hass, wanted if wanted.has_any_target else None)
        return asdict(found) | RoundText(wording, found).as_dict()

    schema = vol.Schema(cv.ENTITY_SERVICE_FIELDS)
    hass.services.async_register(DOMAIN, ACTION, answer, schema, SupportsResponse.ONLY)


@callback
def watering_round(hass: HomeAssistant, wanted: TargetSelection | None = None) -> Round:
    """Plan the round for the planters chosen, or for all; without those at rest, and those that have no soil probe."""
    chosen = async_extract_referenced_entity_ids(hass, wanted or TargetSelection(EVERYTHING), expand_group=False)
    entities = with_keys(hass, chosen.referenced | chosen.indirectly_referenced, (_KEY,))
    wall = time()
    places = [
        place
        for place in _places(hass)
        if place.entity_id in entities and place.has_probe and not place.planter.resting(wall)
    ]
    thirsty = sorted(
        (one for one in places if one.planter.soil.needs_water), key=lambda one: one.planter.moisture_share()
    )
    return Round(
        [place.stop() for place in thirsty],
        _unknown([place for place in places if place.planter.soil.status.state is State.UNKNOWN], places),
        min((coming for place in places if (coming := place.next(wall))), key=lambda coming: coming.at, default=None),
        len(places),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A planter under its names."""

    planter: Planter
    entity_id: str
    name: str
    planter_name: str
    greenhouse_name: str

    @property
    def has_probe(self) -> bool:
        return not self.planter.channels.keys().isdisjoint(_PROBES)

    @property
    def read_at(self) -> float | None:
        soil = self.planter.channels.get(SOIL_MOISTURE.leaf)
        return soil.reading.heard_at if soil and soil.reading else None

    def stop(self) -> Stop:
        return Stop(
            self.entity_id,
            self.name,
            self.planter_name,
            self.greenhouse_name,
            self.planter.value(SOIL_MOISTURE),
            self.planter.soil.status.reason,
        )

    def next(self, wall: float) -> Next | None:
        forecast = self.planter.outlook.forecast
        if forecast is None or forecast.at <= wall or self.planter.soil.needs_water:
            return None
        at, earliest, latest = (dt_util.as_local(dt_util.utc_from_timestamp(one)) for one in forecast)
        return Next(self.name, at, earliest, latest)


def _places(hass: HomeAssistant) -> Iterator[_Place]:
    entries: list[SigacsConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    coordinators = [entry.runtime_data for entry in entries]
    several = sum(len(one.site.greenhouses) for one in coordinators) > 1
    for entry, coordinator in zip(entries, coordinators, strict=True):
        for planter in coordinator.site.planters:
            if place := _place(hass, entry.entry_id, coordinator, planter, several=several):
                yield place


def _place(
    hass: HomeAssistant, entry_id: str, coordinator: SigacsCoordinator, planter: Planter, *, several: bool
) -> _Place | None:
    """Find what the keeper calls it; None in the moment between a first message and its device."""
    identity = coordinator.identity
    device = dr.async_get(hass).async_get_child_device_by_identifier(identity.planter_device(planter), entry_id)
    entity_id = er.async_get(hass).async_get_entity_id(Platform.BINARY_SENSOR, DOMAIN, identity.at(planter, _KEY))
    if device is None or entity_id is None:
        return None
    names = names_of_device(hass, device.id)
    greenhouse, name = names.greenhouse or planter.greenhouse.id, names.planter or planter.id
    return _Place(planter, entity_id, f"{greenhouse}, {name}" if several else name, name, greenhouse)


def _unknown(places: list[_Place], expected: list[_Place]) -> list[Unknown]:
    """Name each planter, or once the greenhouse of which nothing is known at all."""
    found = []
    for greenhouse in dict.fromkeys(place.planter.greenhouse for place in places):
        here = [place for place in places if place.planter.greenhouse is greenhouse]
        if len(here) == sum(place.planter.greenhouse is greenhouse for place in expected) > 1:
            found.append(_unknown_place(here[0].greenhouse_name, here))
        else:
            found.extend(_unknown_place(place.name, [place]) for place in here)
    return found


def _unknown_place(name: str, places: list[_Place]) -> Unknown:
    last = max((at for place in places if (at := place.read_at) is not None), default=None)
    since = None if last is None else dt_util.as_local(wall_time(last))
    return Unknown(name, len(places), places[0].planter.soil.status.reason, since)
