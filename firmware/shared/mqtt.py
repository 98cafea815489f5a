"""MQTT 3.1.1 packets, written and cut out of a stream: the one codec of the node, the hub's broker and its uplink.

Nothing here opens a socket or keeps a state but `Packets`. Numbers in brackets are the specification's
(OASIS MQTT 3.1.1, 2014).
"""

from micropython import const

CONNACK = const(0x20)
PUBACK = const(0x40)
_CONNECT = const(0x10)
_PUBLISH = const(0x30)

PINGREQ = b"\xc0\x00"
PINGRESP = b"\xd0\x00"
DISCONNECT = b"\xe0\x00"

_LONGEST_LENGTH = const(28)  # bits of a remaining length, in four bytes [2.2.3]


class ProtocolError(ValueError):
    """What came is not MQTT 3.1.1, or is larger than agreed; the connection must be closed [MQTT-4.8.0-1]."""


def packet(first: int, body: bytes) -> bytes:
    """Return the whole packet: first byte (type and flags), remaining length, body."""
    length = len(body)
    header = bytearray((first,))
    while length > 0x7F:
        header.append(length & 0x7F | 0x80)
        length >>= 7
    header.append(length)
    return bytes(header) + body


def field(content: str | bytes) -> bytes:
    """Return text or bytes behind their two-byte length, at most 65,535 bytes [1.5.3]."""
    content = content.encode() if isinstance(content, str) else content
    return len(content).to_bytes(2, "big") + content


def connect(  # noqa: PLR0913, PLR0917 - the fields of one packet, in its order
    client_id: str, user=None, password=None, keepalive_s=60, will=None, clean=True
) -> bytes:
    """Return CONNECT; `will` is (topic, payload), sent at QoS 0 and retained by the broker."""
    flags = 0x02 if clean else 0
    tail = field(client_id)
    if will:
        flags |= 0x24
        tail += field(will[0]) + field(will[1])
    if user is not None:
        flags |= 0x80
        tail += field(user)
    if password is not None:
        flags |= 0x40
        tail += field(password)
    return packet(_CONNECT, b"\x00\x04MQTT\x04" + bytes((flags, keepalive_s >> 8, keepalive_s & 0xFF)) + tail)


def publish(topic: str, payload: str | bytes, qos=0, retain=False, packet_id=0) -> bytes:
    """Return PUBLISH; `packet_id` (1 to 65,535) counts at QoS 1 and 2 only [MQTT-2.3.1-5]."""
    body = field(topic)
    if qos:
        body += packet_id.to_bytes(2, "big")
    payload = payload.encode() if isinstance(payload, str) else payload
    return packet(_PUBLISH | qos << 1 | retain, body + payload)


class Packets:
    """Cuts what a stream brings, in pieces of any size, into packets."""

    def __init__(self, largest: int) -> None:
        """Refuse packets whose remaining length is above `largest` bytes as soon as their header is there."""
        self._largest = largest
        self._kept = b""

    def feed(self, chunk: bytes):  # noqa: ANN201 - a generator; typing has no place on a board
        """Yield the first byte and the body of each packet that is whole now. Raises ProtocolError."""
        data = self._kept + chunk if self._kept else chunk
        at = 0
        while True:
            at = self.shortcut(data, at)
            start = at + 1
            length = shift = 0
            more = 0x80
            while more and start < len(data):
                more = data[start] & 0x80
                length |= (data[start] & 0x7F) << shift
                shift += 7
                start += 1
            if length > self._largest or shift > _LONGEST_LENGTH or (more and shift == _LONGEST_LENGTH):
                raise ProtocolError("2.2.3 a packet of more than %d bytes" % self._largest)
            if more or start + length > len(data):
                break
            first = data[at]
            at = start + length
            yield first, data[start:at]
        self._kept = data[at:]

    def shortcut(self, _data: bytes, at: int) -> int:
        """Return where to go on cutting; a subclass may take packets out of the stream by itself."""
        return at
