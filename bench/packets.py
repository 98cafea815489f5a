"""The few packets of MQTT 3.1.1 that a publisher sends (OASIS MQTT 3.1.1, sections 3.1, 3.3 and 3.14)."""

from typing import Final

CONNACK_ACCEPTED: Final = b"\x20\x02\x00\x00"
DISCONNECT: Final = b"\xe0\x00"
_CLEAN_SESSION_USER_PASSWORD: Final = 0b11000010
_NO_KEEPALIVE: Final = b"\x00\x00"


def connect(client_id: str, user: str, password: str) -> bytes:
    """CONNECT with a clean session, user and password, and no keepalive."""
    header = _string("MQTT") + bytes((4, _CLEAN_SESSION_USER_PASSWORD)) + _NO_KEEPALIVE
    return _packet(0x10, header + _string(client_id) + _string(user) + _string(password))


def publish(topic: str, payload: str, *, retain: bool = False, packet_id: int | None = None) -> bytes:
    """PUBLISH of QoS 0, or with a packet identifier of QoS 1."""
    identifier = b"" if packet_id is None else packet_id.to_bytes(2)
    return _packet(0x30 | retain | (packet_id is not None) << 1, _string(topic) + identifier + payload.encode())


def _packet(first: int, body: bytes) -> bytes:
    length, low = divmod(len(body), 0x80)
    encoded = [low]
    while length:
        encoded[-1] |= 0x80
        length, low = divmod(length, 0x80)
        encoded.append(low)
    return bytes((first, *encoded)) + body


def _string(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(2) + data
