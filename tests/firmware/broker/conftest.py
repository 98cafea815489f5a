"""The hub's broker as a process of the boards' interpreter, open to everybody, and a client that speaks plain bytes."""

from collections.abc import Callable, Iterator
import contextlib
from pathlib import Path
import socket
import subprocess
import time

import pytest

FIRMWARE = Path(__file__).parents[3] / "firmware"
ACCEPTED = bytes.fromhex("20020000")
_PATIENCE_S = 30


def connect_packet(client_id: str, keepalive: int = 0, flags: int = 0x02, rest: bytes = b"") -> bytes:
    """Return CONNECT; `rest` is what the flags announce behind the client id."""
    body = b"\x00\x04MQTT\x04" + bytes([flags]) + keepalive.to_bytes(2, "big") + field(client_id) + rest
    return bytes([0x10, len(body)]) + body


def field(text: str) -> bytes:
    return len(text).to_bytes(2, "big") + text.encode()


class Plain:
    """A connection that sends and expects bytes."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S)

    def says(self, data: bytes) -> None:
        self.socket.sendall(data)

    def hears(self, expected: bytes) -> None:
        """Read exactly as much as is expected."""
        got = b""
        while len(got) < len(expected) and (piece := self.socket.recv(len(expected) - len(got))):
            got += piece
        assert got == expected

    def is_closed(self) -> bool:
        """Wait until the server has closed, which may be by a reset when bytes of ours were still unread."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True

    def rest(self) -> int:
        """Read until the server closes; return how many bytes that were."""
        count = 0
        with contextlib.suppress(ConnectionError):
            while piece := self.socket.recv(65536):
                count += len(piece)
        return count

    def enters(self, client_id: str, keepalive: int = 0) -> Plain:
        self.says(connect_packet(client_id, keepalive))
        self.hears(ACCEPTED)
        return self

    def is_served(self) -> None:
        self.says(b"\xc0\x00")
        self.hears(b"\xd0\x00")


@contextlib.contextmanager
def broker(micropython: Path, *options: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Run the broker, and find it alive at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    command = [micropython, FIRMWARE / "sim" / "broker.py", str(number), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", number)):
                    break
                time.sleep(0.05)
            yield number, process
            assert process.poll() is None, "the broker has ended"
        finally:
            process.kill()


@pytest.fixture
def port(micropython: Path) -> Iterator[int]:
    """A broker of its own for each test."""
    with broker(micropython) as (number, _):
        yield number


@pytest.fixture
def plain(port: int) -> Iterator[Callable[[], Plain]]:
    """Opens connections, and closes them at the end."""
    opened: list[Plain] = []

    def connect() -> Plain:
        opened.append(Plain(port))
        return opened[-1]

    yield connect
    for one in opened:
        one.socket.close()
