"""The two ways to a broker, behind one small protocol.

`home_assistant` uses Home Assistant's own MQTT; `direct` is our own connection with a client certificate. Both hand
every message to one callback and tell when the link comes and goes, with the reason.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from .link import Link


class Message(NamedTuple):
    """One message as the broker handed it over; `retained` when it was kept since an unknown time."""

    topic: str
    payload: bytes
    retained: bool


type MessageCallback = Callable[[Message], None]
type LinkCallback = Callable[[Link], None]


class Transport(Protocol):
    """A way to a broker. Both methods and both callbacks run in the event loop."""

    server_not_after: float | None
    """When the certificate ends that the broker showed last, in Unix seconds; None while none was seen. It is told
    through `on_link`: each new session may bring another."""

    async def start(self, on_message: MessageCallback, on_link: LinkCallback) -> None:
        """Begin to connect and return. A broker that is away is told through `on_link`.

        LinkError is raised only for what can never work as it is configured.
        """

    async def stop(self) -> None:
        """End the link and leave no task, timer or socket behind."""
