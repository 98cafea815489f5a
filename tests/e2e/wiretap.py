"""A relay that keeps what passes, in both directions: a capture of one connection, where the test can read it."""

from typing import override

from tests.e2e.relay import Relay


class Wiretap(Relay):
    """`sent` is from the client, `answered` from the server."""

    def __init__(self, to_port: int) -> None:
        super().__init__(to_port)
        self.sent = bytearray()
        self.answered = bytearray()

    @override
    def passes(self, chunk: bytes, *, from_client: bool) -> None:
        kept = self.sent if from_client else self.answered
        kept += chunk


# TLS 1.2, RFC 5246 section 6.2.1 and 7.4

_RECORD = 5  # bytes of a record's header
_HANDSHAKE = 22
_CHANGE_CIPHER_SPEC = 20


def handshake(captured: bytes) -> list[int]:
    """Return the types of the handshake messages that one side sent in the clear: until it changed to ciphers."""
    messages = b""
    while len(captured) >= _RECORD and captured[0] != _CHANGE_CIPHER_SPEC:
        length = int.from_bytes(captured[3:_RECORD])
        if captured[0] == _HANDSHAKE:
            messages += captured[_RECORD : _RECORD + length]
        captured = captured[_RECORD + length :]
    types = []
    while messages:
        types.append(messages[0])
        messages = messages[4 + int.from_bytes(messages[1:4]) :]
    return types


def mqtt_packets(captured: bytes) -> list[bytes]:
    """Return the MQTT packets of a connection in the clear, each whole."""
    packets = []
    while captured:
        length = shift = 0
        at = 1
        while True:
            length |= (captured[at] & 0x7F) << shift
            shift += 7
            at += 1
            if captured[at - 1] < 0x80:
                break
        packets.append(bytes(captured[: at + length]))
        captured = captured[at + length :]
    return packets
