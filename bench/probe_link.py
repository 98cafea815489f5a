"""The bench's end of the connection to the probe inside Home Assistant."""

import asyncio
import json
from types import TracebackType
from typing import Any, Final, Self

_START_LIMIT_S: Final = 180.0
_ANSWER_LIMIT_S: Final = 900.0
"""Longer than any limit that a request itself sets."""


class ProbeLink:
    """Listens on a free port of 127.0.0.1; each start of Home Assistant brings a new probe."""

    async def __aenter__(self) -> Self:
        """Listen."""
        self._arrived: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self._server.close()

    async def wait_for_probe(self) -> None:
        """Talk to the probe that connects next. Raises ConnectionError."""
        try:
            self._reader, self._writer = await asyncio.wait_for(self._arrived.get(), _START_LIMIT_S)
        except TimeoutError:
            raise ConnectionError(f"Home Assistant did not load the probe within {_START_LIMIT_S:.0f} s") from None

    async def ask(self, what: str, **about: Any) -> dict[str, Any]:
        """Send a request; return its answer."""
        self._writer.write(json.dumps({"ask": what, **about}).encode() + b"\n")
        return await self.answer()

    async def answer(self) -> dict[str, Any]:
        """Wait for the next answer. Raises ConnectionError when Home Assistant has ended or hangs."""
        try:
            line = await asyncio.wait_for(self._reader.readline(), _ANSWER_LIMIT_S)
        except TimeoutError:
            raise ConnectionError(f"Home Assistant did not answer the bench within {_ANSWER_LIMIT_S:.0f} s") from None
        if not line:
            raise ConnectionError("Home Assistant ended in the middle of a measurement")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._arrived.put_nowait((reader, writer))
