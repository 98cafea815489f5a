"""The broker's sockets: one task per client that reads, and one that writes, only while a client does not keep up."""

import asyncio
import time

from micropython import const

from hub.connection import Connection
from shared.mqtt import ProtocolError

_CHUNK = const(4096)  # bytes of a read; one burst is settled, and so stored, at once
_SWEEP_MS = const(1000)


class _Client(Connection):
    def __init__(self, broker, stream) -> None:
        self._stream = stream
        self._task = asyncio.current_task()
        super().__init__(broker)

    def write(self, data: bytes) -> None:
        """Write what the socket takes now, and leave the rest to a task; only called while there is none."""
        try:
            self._stream.write(data)
        except OSError:
            return  # the reader gets to know
        if self._stream.out_buf:
            self.writing = asyncio.create_task(self._drain())

    async def _drain(self) -> None:
        # Nobody else may write meanwhile: Stream.drain() loses what is added while it waits.
        try:
            await self._stream.drain()
        except OSError:
            return  # `writing` stays set: nothing more is written, and the reader gets to know
        self.writing = None
        self.flush()

    def cut(self) -> None:
        self._task.cancel()  # pyright: ignore[reportOptionalMemberAccess] - a client is made in its task


async def _attend(broker, stream) -> None:
    """Serve one client until one of both has had enough."""
    client = _Client(broker, stream)
    try:
        while chunk := await stream.read(_CHUNK):
            client.receive(chunk)
            if client.writing:
                await client.writing
    except (ProtocolError, OSError, MemoryError):
        pass
    finally:
        client.lost()
        if client.writing:
            client.writing.cancel()
        await stream.wait_closed()


async def serve(broker, host: str, port: int, tick=None) -> None:
    """Serve for ever, and call `tick` about once a second. Raises OSError when the port cannot be had."""
    server = await asyncio.start_server(lambda stream, _: _attend(broker, stream), host, port, 8)
    try:
        then = time.ticks_ms()
        while True:
            await asyncio.sleep_ms(_SWEEP_MS)
            now = time.ticks_ms()
            broker.sweep(time.ticks_diff(now, then))
            then = now
            if tick:
                tick()
    finally:
        server.close()
