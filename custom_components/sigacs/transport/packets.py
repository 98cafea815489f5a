"""Packets of MQTT 5 in a stream of bytes (section 2.1), and what a PUBLISH of QoS 0 says (section 3.3)."""

from typing import Final

from . import Message

_LONGEST_LENGTH: Final = 4
"""Bytes of the field that holds a packet's remaining length."""


class MalformedError(ValueError):
    """The bytes are not MQTT: a receiver must close the connection (MQTT-4.13.1-1)."""


class PacketStream:
    """What has been received, taken packet by packet."""

    def __init__(self) -> None:
        """Start empty."""
        self._received = bytearray()
        self._at = 0

    def feed(self, data: bytes) -> None:
        """Add what was received."""
        del self._received[: self._at]
        self._received += data
        self._at = 0

    def take(self) -> tuple[bytes, int] | None:
        """Take the next packet and the position of its body; None until it has arrived whole. Raises MalformedError."""
        received, start = self._received, self._at
        length = 0
        for position, byte in enumerate(received[start + 1 : start + 1 + _LONGEST_LENGTH]):
            length |= (byte & 0x7F) << 7 * position
            if byte < 0x80:  # noqa: PLR2004 - the last byte of the field has its high bit clear
                end = start + position + 2 + length
                if end > len(received):
                    return None
                self._at = end
                return bytes(received[start:end]), position + 2
        if len(received) - start > _LONGEST_LENGTH:
            raise MalformedError("a remaining length of more than four bytes")
        return None


def is_plain_publish(packet: bytes) -> bool:
    """Whether this is a PUBLISH of QoS 0, which needs no answer."""
    return packet[0] & 0xFE == 0x30  # noqa: PLR2004 - type 3, no DUP, QoS 0, whatever RETAIN says


def read_publish(packet: bytes, body: int) -> Message:
    """Read a PUBLISH of QoS 0. Raises MalformedError, and UnicodeDecodeError for a topic that is not UTF-8."""
    end = body + 2 + int.from_bytes(packet[body : body + 2])
    payload = _after_properties(packet, end)
    if payload > len(packet):
        raise MalformedError("a topic or properties longer than their packet")
    return Message(packet[body + 2 : end].decode(), packet[payload:], bool(packet[0] & 1))


def _after_properties(packet: bytes, start: int) -> int:
    """Where the payload begins: nothing that a property may say of a measurement is used here."""
    length = 0
    for position, byte in enumerate(packet[start : start + _LONGEST_LENGTH]):
        length |= (byte & 0x7F) << 7 * position
        if byte < 0x80:  # noqa: PLR2004 - as in `take`
            return start + position + 1 + length
    raise MalformedError("properties without an end to their length")
