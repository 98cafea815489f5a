"""A phone with Home Assistant's app, as far as notifications go: it registers as the app does, and is pushed to."""

from types import TracebackType
from typing import Any, NamedTuple, Self

from aiohttp import web

from demo.api import Api

CLEAR = "clear_notification"
"""The message that takes a notification away again."""


class Push(NamedTuple):
    """What one notification told the phone to show."""

    title: str
    message: str
    about: dict[str, Any]

    @property
    def is_heard(self) -> bool:
        """Whether the phone makes a sound: not for a withdrawal, and not for an update of what it shows already."""
        return self.message != CLEAR and not self.about.get("alert_once")


class Phone:
    """Listens where the push service of the app's maker would."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pushes: list[Push] = []

    async def __aenter__(self) -> Self:
        service = web.Application()
        service.router.add_post("/push", self._pushed)
        self._runner = web.AppRunner(service)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def register(self, api: Api) -> str:
        """Log the app in; return the id of the device that Home Assistant makes of it."""
        port = self._runner.addresses[0][1]
        await api.post(
            "/api/mobile_app/registrations",
            {
                "app_id": "io.homeassistant.companion.android",
                "app_name": "Home Assistant",
                "app_version": "2026.11.0",
                "device_id": self.name,
                "device_name": self.name,
                "manufacturer": "Fairphone",
                "model": "6",
                "os_name": "Android",
                "os_version": "16",
                "supports_encryption": False,
                "app_data": {"push_token": "phone", "push_url": f"http://127.0.0.1:{port}/push"},
            },
        )
        devices = await api.command("config/device_registry/list")
        return next(str(device["id"]) for device in devices if ["mobile_app", self.name] in device["identifiers"])

    async def _pushed(self, request: web.Request) -> web.Response:
        push = await request.json()
        self.pushes.append(Push(push.get("title", ""), push["message"], push.get("data", {})))
        limits = {"successful": 1, "errors": 0, "maximum": 500, "resetsAt": "2100-01-01T00:00:00.000Z"}
        return web.json_response({"rateLimits": limits}, status=201)
