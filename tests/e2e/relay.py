"""A TCP relay that stands for a network: what passes can be stopped for a while, or lost with all its connections."""

import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import Self

_CHUNK = 65536
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Relay:
    """Listens on `port` and relays to the given one."""

    def __init__(self, to_port: int) -> None:
        self._to = ("127.0.0.1", to_port)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._refusing = False
        self._there = threading.Event()
        self._back = threading.Event()
        self.open()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reset(self._listener)
        self.cut()

    def stall(self, *, answers_only: bool = False) -> None:
        """Let nothing through, or nothing back: connections stand, and bytes wait."""
        self._back.clear()
        if not answers_only:
            self._there.clear()

    def cut(self) -> None:
        """End all connections with whatever is on its way, and every new one too until `open`."""
        with self._lock:
            self._refusing = True
            for one in self._sockets:
                self._reset(one)
            self._sockets.clear()
        self._there.set()
        self._back.set()

    def open(self) -> None:
        """Let everything through."""
        self._refusing = False
        self._there.set()
        self._back.set()

    def passes(self, chunk: bytes, *, from_client: bool) -> None:
        """For who wants to see what goes through."""

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        self._there.wait()
        try:
            server = socket.create_connection(self._to)
        except OSError:
            self._reset(client)
            return
        with self._lock:
            if self._refusing:
                self._reset(client)
                self._reset(server)
                return
            self._sockets |= {client, server}
        back = threading.Thread(target=self._pass_on, args=(server, client, self._back), daemon=True)
        back.start()
        self._pass_on(client, server, self._there)
        back.join()
        with self._lock:
            self._sockets -= {client, server}
        client.close()
        server.close()

    def _pass_on(self, source: socket.socket, target: socket.socket, flowing: threading.Event) -> None:
        try:
            while chunk := source.recv(_CHUNK):
                flowing.wait()
                self.passes(chunk, from_client=flowing is self._there)
                target.sendall(chunk)
            flowing.wait()
            target.shutdown(socket.SHUT_WR)
        except OSError:
            self._reset(source)
            self._reset(target)

    @staticmethod
    def _reset(one: socket.socket) -> None:
        """Close at once; whoever reads or writes there gets to know."""
        with contextlib.suppress(OSError):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
