"""Packets as a broker sends them (MQTT 5)."""


def remaining_length(length: int) -> bytes:
    """The field that says how much follows (1.5.5)."""
    encoded = b""
    while True:
        length, digit = divmod(length, 128)
        encoded += bytes([digit | (0x80 if length else 0)])
        if not length:
            return encoded


def publish(topic: bytes, payload: bytes, *, retain: bool = False, properties: bytes = b"") -> bytes:
    """A PUBLISH of QoS 0 (3.3)."""
    body = len(topic).to_bytes(2) + topic + remaining_length(len(properties)) + properties + payload
    return bytes([0x30 | retain]) + remaining_length(len(body)) + body
