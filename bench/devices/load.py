"""What nodes send, as fast as one process can: prepared bytes over blocking sockets."""

import socket
import threading
import time

from bench import packets

_ADDRESS = "127.0.0.1"
_LIMIT_S = 60.0
READINGS = (("sol", "65.0"), ("air/temp", "22.5"), ("air/hum", "58.0"))
_PINGREQ = b"\xc0\x00"
_PINGRESP = b"\xd0\x00"
_ACKNOWLEDGED = b"".join(b"\x40\x02" + number.to_bytes(2) for number in (1, 2, 3))


class Node:
    """One planter's, with its bytes prepared."""

    def __init__(self, port: int, planter: str, password: str = "") -> None:
        """Take where its hub is, and its login."""
        self._port = port
        topic = f"/serre/1/bac/{planter}/"
        user = f"bac-{planter}"
        self._connect = packets.connect(user, user, password)
        self._publish = b"".join(
            packets.publish(topic + leaf, payload, packet_id=number)
            for number, (leaf, payload) in enumerate(READINGS, 1)
        )
        self._stream = b"".join(packets.publish(topic + leaf, payload) for leaf, payload in READINGS)

    def cycle(self) -> float:
        """Wake: connect, publish three readings with QoS 1, take the acknowledgements, leave. Return seconds."""
        began = time.perf_counter()
        with socket.socket() as connection:
            connection.settimeout(_LIMIT_S)
            connection.connect((_ADDRESS, self._port))
            connection.sendall(self._connect + self._publish)
            _expect(connection, packets.CONNACK_ACCEPTED + _ACKNOWLEDGED)
            connection.sendall(packets.DISCONNECT)
        return time.perf_counter() - began

    def stay(self) -> socket.socket:
        """Connect, and remain."""
        connection = socket.create_connection((_ADDRESS, self._port), _LIMIT_S)
        connection.sendall(self._connect)
        _expect(connection, packets.CONNACK_ACCEPTED)
        return connection

    def publish(self, connection: socket.socket) -> None:
        """Publish three readings with QoS 1 over a connection that stands."""
        connection.sendall(self._publish)
        _expect(connection, _ACKNOWLEDGED)

    def stream(self, wakes: int) -> bytes:
        """Return the QoS 0 messages of so many wakes."""
        return self._stream * wakes

    def pour(self, stream: bytes) -> float:
        """Send messages to the broker over one connection; return seconds until it has read them all."""
        with self.stay() as connection:
            return _pour(connection, stream + _PINGREQ, _PINGRESP)


def pour_away(port: int, stream: bytes) -> float:
    """Send messages to the bare loop; return seconds until it has read them all."""
    with socket.create_connection((_ADDRESS, port), _LIMIT_S) as connection:
        return _pour(connection, stream, b"!")


def _pour(connection: socket.socket, stream: bytes, answer: bytes) -> float:
    began = time.perf_counter()
    sender = threading.Thread(target=connection.sendall, args=(stream,))
    sender.start()
    _expect(connection, answer)
    took = time.perf_counter() - began
    sender.join()
    return took


def _expect(connection: socket.socket, answer: bytes) -> None:
    """Read exactly this. Raises ConnectionError."""
    got = b""
    while len(got) < len(answer):
        if not (chunk := connection.recv(len(answer) - len(got))):
            break
        got += chunk
    if got != answer:
        raise ConnectionError(f"the hub answers {got.hex(' ') or 'nothing'} instead of {answer.hex(' ')}")
