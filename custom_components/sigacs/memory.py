"""What a restart must not lose and the registries cannot keep: what keepers set, and what was judged so far.

One file per entry in Home Assistant's storage, under the paths of the wire. It is read before any entity exists, so
that what needs water, or is silent, does not seem to begin to be so when Home Assistant starts. It is written soon
after somebody set something or a verdict changed, every quarter of an hour, and when Home Assistant stops.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .clock import age_s, wall_time
from .const import DOMAIN
from .greenhouse.care import GreenhouseCare, PlanterCare
from .greenhouse.channel import Reading
from .greenhouse.site import Site
from .greenhouse.soil import Soil
from .greenhouse.state import Greenhouse, Planter
from .greenhouse.stored import mapping, number

_VERSION: Final = 1
_SAVE_AFTER_S: Final = 10
_SAVE_EVERY: Final = timedelta(minutes=15)
"""As Home Assistant saves the states of entities: a power cut loses what a period brings again."""


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, _VERSION, f"{DOMAIN}.{entry_id}", private=True)


async def forget_all(hass: HomeAssistant, entry_id: str) -> None:
    """Remove what was kept for an entry."""
    await _store(hass, entry_id).async_remove()


class Memory:
    """Keeps the site of one entry; `late` is what else is to be kept, as JSON."""

    def __init__(self, hass: HomeAssistant, entry_id: str, site: Site, late: Callable[[], object]) -> None:
        """Prepare; nothing is read before `load`."""
        self._hass = hass
        self._store = _store(hass, entry_id)
        self._site = site
        self._late = late
        self._loaded = False

    async def load(self, limit_s: Callable[[Greenhouse], float]) -> object:
        """Give the places that are known what is remembered of them; returns what `late` gave."""
        kept = mapping(await self._store.async_load())
        greenhouses, planters = mapping(kept.get("greenhouses")), mapping(kept.get("planters"))
        for greenhouse in self._site.greenhouses.values():
            greenhouse.care = GreenhouseCare.from_dict(mapping(greenhouses.get(str(greenhouse))))
            for planter in greenhouse.planters.values():
                _remember(planter, mapping(planters.get(str(planter))), limit_s(greenhouse))
        self._loaded = True
        return kept.get("late")

    def keep_saving(self) -> CALLBACK_TYPE:
        """Begin to write every quarter of an hour; returns what ends that."""
        return async_track_time_interval(
            self._hass, self._save_now_and_then, _SAVE_EVERY, name="sigacs memory", cancel_on_shutdown=True
        )

    @callback
    def _save_now_and_then(self, _now: datetime) -> None:
        self.save_soon()

    def save_soon(self) -> None:
        """Write within seconds."""
        self._store.async_delay_save(self._data, _SAVE_AFTER_S)

    async def save_now(self) -> None:
        """Write at once; never over a file that could not be read, such as one of a newer version."""
        if self._loaded:
            await self._store.async_save(self._data())

    def _data(self) -> dict[str, Any]:
        greenhouses = self._site.greenhouses.values()
        return {
            "greenhouses": {str(greenhouse): greenhouse.care.as_dict() for greenhouse in greenhouses},
            "planters": {str(planter): _record(planter) for planter in self._site.planters},
            "late": self._late(),
        }


def _record(planter: Planter) -> dict[str, Any]:
    return {
        "care": planter.care.as_dict(),
        "soil": planter.soil.as_dict(),
        "readings": {leaf: _stored(channel.reading) for leaf, channel in planter.channels.items() if channel.reading},
    }


def _stored(reading: Reading) -> dict[str, Any]:
    return {"value": reading.value, "heard_at": wall_time(reading.heard_at).isoformat()}


def _remember(planter: Planter, record: Mapping[str, Any], limit_s: float) -> None:
    planter.care = PlanterCare.from_dict(mapping(record.get("care")))
    planter.soil = Soil.from_dict(mapping(record.get("soil")))
    readings = mapping(record.get("readings"))
    for leaf, channel in planter.channels.items():
        reading = mapping(readings.get(leaf))
        value, heard_at = number(reading.get("value")), dt_util.parse_datetime(str(reading.get("heard_at")))
        if value is not None and heard_at and heard_at.tzinfo:
            channel.restore(value, age_s(heard_at), monotonic(), limit_s)
