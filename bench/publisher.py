"""Publishes faster than Home Assistant can take it: prepared packets, thousands to a write, over mutual TLS."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import batched
from pathlib import Path
import socket
import ssl
import time
from types import TracebackType
from typing import Self

from certs.passwords import Login

from . import packets

_TIME_LIMIT_S = 300.0
_PACKETS_A_WRITE = 2000


class Publisher:
    """A greenhouse's hub as fast as it gets: one blocking connection, written from a thread."""

    def __init__(self, credentials: Path, port: int) -> None:
        """Take the folder that `python -m certs hub` wrote."""
        self._credentials = credentials
        self._port = port

    def __enter__(self) -> Self:
        """Connect. Raises ConnectionError when the broker does not accept it."""
        login = Login.read(self._credentials / "login.txt")
        context = ssl.create_default_context(cafile=self._credentials / "ca.crt")
        context.load_cert_chain(self._credentials / "client.crt", self._credentials / "client.key")
        plain = socket.create_connection(("127.0.0.1", self._port), _TIME_LIMIT_S)
        self._socket = context.wrap_socket(plain, server_hostname="127.0.0.1")
        self._socket.sendall(packets.connect(login.user, login.user, login.password))
        if (answer := self._socket.recv(len(packets.CONNACK_ACCEPTED))) != packets.CONNACK_ACCEPTED:
            raise ConnectionError(f"the broker does not accept the publisher {login.user}: {answer.hex(' ')}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect; a broker that is gone already does no harm."""
        with suppress(OSError):
            self._socket.sendall(packets.DISCONNECT)
        self._socket.close()

    async def send(self, messages: Sequence[bytes]) -> None:
        """Send all, as fast as the broker reads."""
        writes = [b"".join(some) for some in batched(messages, _PACKETS_A_WRITE, strict=False)]
        await asyncio.to_thread(self._send, writes)

    async def send_paced(self, messages: Sequence[bytes], per_second: float) -> None:
        """Send one by one, evenly."""
        await asyncio.to_thread(self._send, messages, 1 / per_second)

    def _send(self, writes: Sequence[bytes], interval_s: float = 0.0) -> None:
        due = time.monotonic()
        for data in writes:
            time.sleep(max(0.0, due - time.monotonic()))
            self._socket.sendall(data)
            due += interval_s
