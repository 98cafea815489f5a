"""The names by which Home Assistant's registries know our things, for ever.

An entity's unique id is the entry's own followed by the topic that it shows, or by a place and `#` with a word where no
single topic is shown (`#` cannot stand in a topic). So the registries are enough to rebuild everything after a restart.
"""

from typing import Final

from .const import DOMAIN
from .greenhouse.state import Greenhouse, Planter

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

    def of_broker(self, key: str) -> str:
        """What shows something of the link to the broker."""
        return f"{self._prefix}#{key}"

    def at(self, place: Greenhouse | Planter, key: str) -> str:
        """What shows something of a greenhouse or of a planter."""
        return f"{self._prefix}{place}#{key}"

    def measure(self, topic: str) -> str:
        """The sensor of one measure of one planter."""
        return f"{self._prefix}{topic}"

    def path_of(self, identifier: str) -> str | None:
        """The topic, or the place in front of `#`, that an identifier of ours was built from; None for another's."""
        if not identifier.startswith(f"{self._prefix}/"):
            return None
        return identifier.removeprefix(self._prefix).partition("#")[0]
