"""Between what is known and Home Assistant's registries: devices and entities of what became known, and back.

A burst of new things is announced together: each platform is called once with all of it.
"""

import asyncio
from collections.abc import Callable, Iterator

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .const import DOMAIN, MANUFACTURER
from .greenhouse.site import Discovered, Site
from .greenhouse.state import Greenhouse
from .identity import Identity

type Adder = Callable[[Discovered], None]


class Directory:
    """Keeps the registries in step with one entry's site."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, site: Site, identity: Identity) -> None:
        """Prepare; nothing is announced before `announce`."""
        self._hass = hass
        self._entry = entry
        self._site = site
        self._identity = identity
        self._adders: list[Adder] = []
        self._device_ids: dict[Greenhouse, str] = {}
        self.began = False
        """Whether what was known at the start has been announced: what comes from now on is new."""
        self._announcing = False
        self._announcement: asyncio.Handle | None = None

    def stop(self) -> None:
        """Announce nothing more."""
        if self._announcement:
            self._announcement.cancel()

    def add_platform(self, add: Adder) -> None:
        """Register a platform: it is called with what is known, and later with what becomes known."""
        self._adders.append(add)

    @callback
    def announce(self) -> None:
        """Make devices and entities of what became known since the last time, all of it together.

        Called once all platforms are there; from then on `announce_soon` is enough.
        """
        self._announcing = True
        self._announcement = None
        discovered = self._site.take_discovered()
        for greenhouse in discovered.greenhouses:
            self._register(greenhouse)
        for add in self._adders:
            add(discovered)
        self.began = True

    def announce_soon(self) -> None:
        """Announce what became known, if anything did, with the loop's next turn."""
        if self._announcing and self._announcement is None and self._site.discovered:
            self._announcement = self._hass.loop.call_soon(self.announce)

    def device_id(self, greenhouse: Greenhouse) -> str:
        """The registry's id of a greenhouse that was announced."""
        return self._device_ids[greenhouse]

    def entity_id(self, topic: str) -> str | None:
        """The entity that shows a measure; None while there is none."""
        unique_id = self._identity.measure(topic)
        return er.async_get(self._hass).async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)

    def paths(self) -> Iterator[str]:
        """The topic or place of each entity that there is."""
        for entity in er.async_entries_for_config_entry(er.async_get(self._hass), self._entry.entry_id):
            if path := self._identity.path_of(entity.unique_id):
                yield path

    def note_version(self, greenhouse: Greenhouse) -> None:
        """Show which program a hub runs."""
        if device_id := self._device_ids.get(greenhouse):
            dr.async_get(self._hass).async_update_device(device_id, sw_version=greenhouse.health.version)

    def _register(self, greenhouse: Greenhouse) -> None:
        device = dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={self._identity.greenhouse_device(greenhouse)},
            manufacturer=MANUFACTURER,
            sw_version=greenhouse.health.version,
            translation_key="greenhouse",
            translation_placeholders={"greenhouse": greenhouse.id},
        )
        self._device_ids[greenhouse] = device.id
