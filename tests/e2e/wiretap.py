"""A TCP relay that keeps what passes, in both directions: a capture of one connection, where the test can read it."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self


class Wiretap:
    """Listens on `port` and relays to the given one; `sent` is from the client, `answered` from the server."""

    def __init__(self, to_port: int) -> None:
        self._to = ("127.0.0.1", to_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.sent = bytearray()
        self.answered = bytearray()
        self._sockets: list[socket.socket] = [self._listener]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._to)
                self._sockets += [client, server]
                for source, target, kept in ((client, server, self.sent), (server, client, self.answered)):
                    threading.Thread(target=self._relay, args=(source, target, kept), daemon=True).start()

    @staticmethod
    def _relay(source: socket.socket, target: socket.socket, kept: bytearray) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(65536):
                kept += chunk
                target.sendall(chunk)
            target.shutdown(socket.SHUT_WR)


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
