"""One connection takes the place of another: each message is handed on once, in the broker's order.

former ------ hands on, until its end
successor --- waits for that, then hands on what the former did not have, then all that comes
"""

from collections import Counter
import logging

from . import Message, MessageCallback

_LOGGER = logging.getLogger(__name__)


class Handover:
    """What arrives on both connections meanwhile; `former` and `successor` are their callbacks."""

    def __init__(self, on_message: MessageCallback) -> None:
        """Take who gets the messages."""
        self._on_message = on_message
        self._handed_on: Counter[Message] = Counter()
        self._waiting: list[Message] = []

    def former(self, message: Message) -> None:
        """Take a message of the connection that ends."""
        self._handed_on[message] += 1
        self._on_message(message)

    def successor(self, message: Message) -> None:
        """Take a message of the connection that begins."""
        self._waiting.append(message)

    def end(self, *, both_served: bool) -> None:
        """Hand on what the successor received; where the broker served both, without what the former had too."""
        for message in self._waiting:
            if both_served and self._handed_on[message]:
                self._handed_on[message] -= 1
            else:
                hand_on(message, self._on_message)


def hand_on(message: Message, on_message: MessageCallback) -> None:
    """Let a message be handled; whatever comes of it, the link goes on for all the others."""
    try:
        on_message(message)
    except Exception:
        _LOGGER.exception("A message on %r could not be handled", message.topic)
