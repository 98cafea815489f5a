"""Home Assistant's pages as a person sees them: a real Chromium, logged in, nothing of the internet within reach.

A `Look` says who looks: language, light or dark, how wide the screen is. A `Window` is one page with that look; what
its console complains about, and which requests fail, are collected and must be nothing by the time it is closed.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
import re
import secrets
from typing import Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Error as PlaywrightError,
    Page,
    Request,
    Response,
)

from demo.onboarding import logged_in
from script.environment.chromium import Chromium
from tests.e2e.house import House

PATIENCE_MS = 30_000
_ARGUMENTS = (
    "--disable-gpu",
    # A page that asks for anything elsewhere gets an error at once, on every machine alike.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
_TOKEN_DAYS = 3650
_LOCALES = {"en": "en-GB", "fr": "fr-FR"}

WCAG_AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""The tags of axe-core's rules that make up level AA."""

_NOT_OURS = (
    re.compile(r"/api/brands/integration/(?!sigacs)"),  # other integrations' icons come from the internet
)
"""What Home Assistant's own pages complain about without us."""


@dataclass(frozen=True)
class Look:
    """Who looks, and on what."""

    language: Literal["en", "fr"] = "en"
    theme: Literal["light", "dark"] = "light"
    width: int = 1280
    height: int = 900
    ahead: timedelta = timedelta()
    """How far the page's clock is ahead of this machine's, as that of a Home Assistant under test may be."""

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


class Window:
    """One page of one house, and all that went wrong in it."""

    def __init__(self, page: Page, house: House, look: Look, photos: Path) -> None:
        self.page = page
        self.house = house
        self.look = look
        self._photos = photos
        self._complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._complaints.append(f"{error.message}\n{error.stack}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    async def go(self, path: str) -> Page:
        """Open a path of Home Assistant as from the address bar, and wait until its launch screen is gone."""
        await self.page.goto(f"{self.house.hass.url}{path}", wait_until="commit")
        await self.page.locator("home-assistant").wait_for(state="attached")
        await self.page.locator("#ha-launch-screen").wait_for(state="detached")
        return self.page

    async def photograph(self, name: str, *, whole: bool = False) -> Path:
        """Take a picture of what is in sight, or of the `whole` height; its name gets the look at its end."""
        path = self._photos / f"{name}-{self.look}.png"
        await self.page.screenshot(path=path, full_page=whole, animations="disabled")
        return path

    async def offences(self, within: str = "") -> list[str]:
        """Measure accessibility (WCAG 2.2, level AA) with axe-core, through all shadow roots; return a line for each.

        `within` leaves out what does not lie in an element with this in its name, such as "sigacs-".
        """
        options = {"runOnly": {"type": "tag", "values": list(WCAG_AA)}}
        found = await Axe().run(self.page, options=options)
        return [
            f"{rule['id']}: {' > '.join(path)}: {node['failureSummary']}"
            for rule in found.response["violations"]
            for node in rule["nodes"]
            for path in map(_path, node["target"])
            if any(within in one for one in path)
        ]

    def complaints(self) -> list[str]:
        """What went wrong so far, less what is Home Assistant's own."""
        return [one for one in self._complaints if not any(known.search(one) for known in _NOT_OURS)]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left, or asked no more
            self._complaints.append(f"{request.failure}: {request.method} {request.url}")

    def _answered(self, response: Response) -> None:
        if not response.ok and response.status not in range(300, 400):
            self._complaints.append(f"{response.status}: {response.request.method} {response.url}")


async def launch(chromium: BrowserType, found: Chromium) -> Browser:
    """Start the browser in its sandbox; without, where this machine does not allow one (root, most containers)."""

    async def start(*, sandbox: bool) -> Browser:
        return await chromium.launch(
            executable_path=found.program,
            args=_ARGUMENTS,
            env={**os.environ, **found.environment},
            chromium_sandbox=sandbox,
        )

    if os.geteuid() == 0:
        return await start(sandbox=False)
    try:
        return await start(sandbox=True)
    except PlaywrightError:
        return await start(sandbox=False)


def _path(target: str | list[str]) -> list[str]:
    """What axe-core names an element by: a selector, or one for each shadow root on the way to it."""
    return [target] if isinstance(target, str) else target


@asynccontextmanager
async def window(browser: Browser, house: House, look: Look, photos: Path) -> AsyncIterator[Window]:
    """Open a window in which the house's keeper is logged in; nothing may have gone wrong by its end."""
    context = await browser.new_context(
        viewport={"width": look.width, "height": look.height},
        locale=_LOCALES[look.language],
        timezone_id="Europe/Paris",
        color_scheme=look.theme,
        service_workers="block",  # they would keep files of one house for the next
    )
    try:
        context.set_default_timeout(PATIENCE_MS)
        await _log_in(context, house)
        if look.ahead:
            await context.clock.install(time=datetime.now(UTC) + look.ahead)
        opened = Window(await context.new_page(), house, look, photos)
        yield opened
        complaints = opened.complaints()
        assert not complaints, "\n".join(complaints)
    finally:
        await context.close()


async def _log_in(context: BrowserContext, house: House) -> None:
    """Give every page of the context what the login page leaves behind."""
    token = await house.api.command(
        "auth/long_lived_access_token", client_name=f"Browser {secrets.token_hex(4)}", lifespan=_TOKEN_DAYS
    )
    await context.add_init_script(logged_in(house.hass.url, token))
