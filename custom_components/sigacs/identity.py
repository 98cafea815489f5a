"""The names by which Home Assistant's registries know our things, for ever.

An entity's unique id is the entry's own followed by the topic that it shows, or by a place and `#` with a word where no
single topic is shown (`#` cannot stand in a topic). So the registries are enough to rebuild everything after a restart.
"""

from typing import Final

from .const import DOMAIN
from .greenhouse.state import Channel, Greenhouse, Planter

_LAST_SEEN: Final = "#last_seen"
_HUB: Final = "#hub"
_BROKER: Final = "#broker"


class Identity:
    """Builds and reads the identifiers of one configuration entry."""

    def __init__(self, prefix: str) -> None:
        """Take the entry's unique id as the prefix of everything."""
        self._prefix = prefix

    @property
    def broker_device(self) -> tuple[str, str]:
        """The device that stands for the link to the broker."""
        return (DOMAIN, f"{self._prefix}{_BROKER}")

    def greenhouse_device(self, greenhouse: Greenhouse) -> tuple[str, str]:
        """The device of a greenhouse."""
        return (DOMAIN, f"{self._prefix}{greenhouse}")

    def planter_device(self, planter: Planter) -> tuple[str, str]:
        """The child device of a planter."""
        return (DOMAIN, f"{self._prefix}{planter}")

    @property
    def link(self) -> str:
        """The connection sensor."""
        return f"{self._prefix}{_BROKER}"

    def hub(self, greenhouse: Greenhouse) -> str:
        """The sensor of a hub's own state."""
        return f"{self._prefix}{greenhouse}{_HUB}"

    def last_seen(self, planter: Planter) -> str:
        """The sensor of a planter's newest message."""
        return f"{self._prefix}{planter}{_LAST_SEEN}"

    def channel(self, channel: Channel) -> str:
        """The sensor of one measure."""
        return f"{self._prefix}{channel.topic}"

    def path_of(self, identifier: str) -> str | None:
        """The topic, or the place in front of `#`, that an identifier of ours was built from; None for another's."""
        if not identifier.startswith(f"{self._prefix}/"):
            return None
        return identifier.removeprefix(self._prefix).partition("#")[0]
