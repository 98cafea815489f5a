"""Home Assistant's own interfaces, as its frontend uses them: REST, uploads and one WebSocket.

`async with Api(url) as api` opens it, and `log_in` or `onboarding.welcome` comes first. Then:

    await api.post("/api/services/automation/reload")
    states = await api.command("get_states")
    async with api.subscription("subscribe_events", event_type="state_changed") as events:
        event = await events.get()
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

_TIME_LIMIT_S = 60.0


class ApiError(RuntimeError):
    """Home Assistant refused a request; the text holds its answer."""


class Api:
    """One logged-in person at one Home Assistant."""

    def __init__(self, url: str) -> None:
        """Take the address, without a slash at its end."""
        self.url = url
        self._client_id = f"{url}/"
        self._ids = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._events: dict[int, asyncio.Queue[Any]] = {}
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Open; nothing is sent yet."""
        self._session = aiohttp.ClientSession(self.url, timeout=aiohttp.ClientTimeout(_TIME_LIMIT_S))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        await self.hang_up()
        await self._session.close()

    # Login

    async def log_in(self, username: str, password: str) -> None:
        """Log in as the login page does. Raises ApiError when name and password are not right."""
        about = {"client_id": self._client_id}
        handler = {"handler": ["homeassistant", None], "redirect_uri": self._client_id}
        flow = await self.post("/auth/login_flow", about | handler)
        answer = await self.post(
            f"/auth/login_flow/{flow['flow_id']}", about | {"username": username, "password": password}
        )
        if answer["type"] != "create_entry":
            raise ApiError(f"Home Assistant does not accept the login of {username}: {answer.get('errors')}")
        await self.use_code(answer["result"])

    async def use_code(self, code: str) -> None:
        """Exchange the code that a login or the onboarding gave for an access token, good for 30 minutes."""
        form = {"grant_type": "authorization_code", "code": code, "client_id": self._client_id}
        tokens = await self._request("POST", "/auth/token", data=form)
        self._session.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    # REST

    async def get(self, path: str) -> Any:
        """GET; return the decoded answer."""
        return await self._request("GET", path)

    async def post(self, path: str, body: object = None) -> Any:
        """POST JSON; return the decoded answer."""
        return await self._request("POST", path, json={} if body is None else body)

    async def delete(self, path: str) -> Any:
        """DELETE; return the decoded answer."""
        return await self._request("DELETE", path)

    async def upload(self, name: str, content: bytes) -> str:
        """Upload a file for a form; return its id, good for one read."""
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name)
        return str((await self._request("POST", "/api/file_upload", data=form))["file_id"])

    async def upload_file(self, path: Path) -> str:
        """Upload a file from disk."""
        return await self.upload(path.name, await asyncio.to_thread(path.read_bytes))

    async def _request(self, method: str, path: str, **content: Any) -> Any:
        async with self._session.request(method, path, **content) as response:
            if not response.ok:
                raise ApiError(f"{method} {path}: {response.status} {await response.text()}")
            if response.content_type == "application/json":
                return await response.json()
            return await response.text()

    # WebSocket

    async def command(self, type_: str, **message: Any) -> Any:
        """Send one command; return its result. Raises ApiError when Home Assistant says no."""
        _, result = await self._send(type_, message)
        return result

    @asynccontextmanager
    async def subscription(self, type_: str, **message: Any) -> AsyncIterator[asyncio.Queue[Any]]:
        """Subscribe; events arrive in the queue while the context lasts."""
        number, _ = await self._send(type_, message, queue=asyncio.Queue())
        try:
            yield self._events[number]
        finally:
            self._events.pop(number, None)

    async def hang_up(self) -> None:
        """Close the WebSocket; the next command opens another one."""
        if self._reader:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._socket:
            await self._socket.close()
        self._socket = self._reader = None

    async def _send(
        self, type_: str, message: dict[str, Any], queue: asyncio.Queue[Any] | None = None
    ) -> tuple[int, Any]:
        socket = self._socket if self._socket and not self._socket.closed else await self._dial()
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        if queue is not None:
            self._events[number] = queue
        try:
            await socket.send_json({"id": number, "type": type_, **message})
            async with asyncio.timeout(_TIME_LIMIT_S):
                return number, await answer
        finally:
            self._answers.pop(number, None)

    async def _dial(self) -> aiohttp.ClientWebSocketResponse:
        await self.hang_up()
        socket = await self._session.ws_connect("/api/websocket", max_msg_size=0)
        await socket.receive_json()
        token = self._session.headers.get("Authorization", "").removeprefix("Bearer ")
        await socket.send_json({"type": "auth", "access_token": token})
        if (answer := await socket.receive_json())["type"] != "auth_ok":
            raise ApiError(f"Home Assistant refuses the WebSocket: {answer.get('message')}")
        self._socket = socket
        self._reader = asyncio.create_task(self._read(socket))
        return socket

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async for frame in socket:
                message = frame.json()
                number = message["id"]
                if message["type"] == "event":
                    if number in self._events:
                        self._events[number].put_nowait(message["event"])
                elif (answer := self._answers.get(number)) and not answer.done():
                    if message.get("success", True):
                        answer.set_result(message.get("result"))
                    else:
                        answer.set_exception(ApiError(f"{message['error']}"))
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ApiError("Home Assistant closed the connection"))
