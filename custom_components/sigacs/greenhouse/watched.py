"""Something that is shown."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False, kw_only=True)
class Watched:
    """Something that is shown; those who show it are told of each change."""

    listeners: list[Callable[[], None]] = field(default_factory=list, repr=False)

    def tell(self) -> None:
        """Call every listener."""
        for listener in self.listeners:
            listener()
