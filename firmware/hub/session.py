"""What a client finds again when it comes back: its subscriptions, and the QoS 1 and 2 messages on their way to it.

Such a message is kept as its whole packet, in the order of publishing, until its acknowledgement comes; so it can be
sent again as it was [MQTT-4.4.0-1].
"""

from micropython import const

from shared.mqtt import publish

_PUBACK = const(0x40)
_PUBREC = const(0x50)
_PUBREL = const(0x62)  # the only acknowledgement with flags [MQTT-3.6.1-1]
_PUBCOMP = const(0x70)

_BACKLOG = const(16384)  # bytes that may wait behind a slow client before QoS 0 messages are dropped
_OVERHEAD = const(64)  # bytes that it costs to keep a message, beyond its own


def acknowledgement(first: int, packet_id: int) -> bytes:
    """Return PUBACK, PUBREC, PUBREL, PUBCOMP or UNSUBACK, whichever `first` says."""
    return bytes((first, 2, packet_id >> 8, packet_id & 0xFF))


class Session:
    """One client's, as long as it stays connected, or for good if it asked for that."""

    # here and not in each instance, as long as they have not changed
    connection = None
    received = ()  # QoS 2 messages of the client that it has not released yet ...
    stored = ()  # ... as they were when the app stored last
    _last_id = 0

    def __init__(self, broker, key: tuple, clean: int) -> None:
        self.key = key  # user and client id: nobody takes over the session of another user
        self.clean = clean
        self.subscriptions = {}
        self.flight = []  # (acknowledgement that is due, packet identifier, packet, cost), PUBRELs first
        self._broker = broker

    def deliver(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        """Send a message, or keep it for the client's return. Without room for it, drop and count it."""
        broker = self._broker
        connection = self.connection
        if qos == 0:
            if not connection:
                return
            if len(connection.out) < _BACKLOG:
                connection.out += publish(topic, payload, 0, retain)
                return
        else:
            taken = [one[1] for one in self.flight]
            packet_id = self._last_id
            while not packet_id or packet_id in taken or packet_id == self._last_id:
                packet_id = (packet_id + 1) & 0xFFFF
            packet = bytearray(publish(topic, payload, qos, retain, packet_id))
            cost = len(packet) + _OVERHEAD
            if len(taken) < broker.queue and cost <= broker.memory:
                broker.memory -= cost
                self._last_id = packet_id
                self.flight.append((_PUBACK if qos == 1 else _PUBREC, packet_id, packet, cost))
                self.send(packet)
                return
        broker.count("dropped")

    def send(self, packet) -> None:
        """Send one of the flight if the client is there; a PUBLISH that goes again is marked DUP [MQTT-3.3.1-1]."""
        if self.connection:
            self.connection.out += packet
            if packet[0] != _PUBREL:
                packet[0] |= 0x08

    def acknowledged(self, first: int, packet_id: int) -> None:
        """Take the client's PUBACK, PUBREC or PUBCOMP; one for a message that is not known changes nothing."""
        flight = self.flight
        release = acknowledgement(_PUBREL, packet_id)
        if first == _PUBREC:  # known or not, the client cannot go on without
            self.send(release)
        for at, one in enumerate(flight):
            if one[:2] == (first, packet_id):
                del flight[at]
                if first == _PUBREC:  # behind the other PUBRELs, so that they go again in their order [MQTT-4.6.0-4]
                    released = len([True for other in flight if other[0] == _PUBCOMP])
                    flight.insert(released, (_PUBCOMP, packet_id, release, one[3]))
                else:
                    self._broker.memory += one[3]
                break
