"""What becomes of a node's message: into the queue that the uplink empties, and onto the screen.

The broker hands over every accepted PUBLISH (`message`) and, before it acknowledges what one read brought, asks to
make it safe (`settle`). So a node that has its PUBACK may forget the measurement.
"""

from json import loads

from micropython import const

from shared.wire import FAULT, NOT_MEASURES, WAITING, RefusedError, decode, planter_and_leaf, planter_topic

_LONGEST_FAULT = const(64)  # characters; the screen has no room for more
_OLDEST_S = const(2592000)  # 30 days: no node keeps anything so long


class Intake:
    """The broker's application. `refused` counts by the reasons of docs/protocol.md."""

    def __init__(self, name: str, greenhouse, queue, clock, arrived) -> None:
        """Take the greenhouse's name and its state, the queue, the clock, and whom to tell that something came."""
        self.refused = {}
        self._name = name
        self._greenhouse = greenhouse
        self._queue = queue
        self._clock = clock
        self._arrived = arrived

    def message(self, _user: str | None, topic: str, payload: bytes, _retain: bool) -> None:
        """Take what is a planter's; any other topic is between the hub's own clients."""
        place = planter_and_leaf(topic, self._name)
        if place is None:
            return
        planter, leaf = place
        now = self._clock.uptime()
        try:
            if leaf == FAULT:
                self._greenhouse.fault(planter, _text(payload)[:_LONGEST_FAULT], now)
            elif leaf == WAITING:
                for age_s, one, value in _waiting(payload):
                    if planter_and_leaf(planter_topic(self._name, planter, one), self._name) is None:
                        raise RefusedError("topic")
                    self._measured(planter, one, value.encode(), now - age_s)
            else:
                self._measured(planter, leaf, payload, now)
        except RefusedError as refused:
            reason = str(refused)
            self.refused[reason] = self.refused.get(reason, 0) + 1

    def settle(self) -> None:
        """Write what came into flash. Raises OSError when that cannot be."""
        if self._queue.commit():
            self._arrived()

    def _measured(self, planter: str, leaf: str, payload: bytes, at: int) -> None:
        if leaf in NOT_MEASURES:
            raise RefusedError("topic")
        self._greenhouse.measured(planter, leaf, decode(leaf, payload), at)
        self._queue.add(planter, leaf, str(payload, "ascii"), at)


def _text(payload: bytes) -> str:
    try:
        return str(payload, "utf8")
    except UnicodeError:
        raise RefusedError("not_decimal")


def _waiting(payload: bytes) -> list:
    """Return what a node could not deliver: age in seconds, leaf, payload. Raises RefusedError."""
    try:
        late = loads(_text(payload))
        for age_s, leaf, value in late:
            if not (
                isinstance(age_s, int) and 0 <= age_s <= _OLDEST_S and isinstance(leaf, str) and isinstance(value, str)
            ):
                raise ValueError
    except (ValueError, TypeError):
        raise RefusedError("not_decimal")
    return late
