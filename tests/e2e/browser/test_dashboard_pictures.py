"""The pictures of the documents, always of the same moment; taken only when asked for:

SIGACS_PHOTOS=docs/images script/test tests/e2e/browser/test_dashboard_pictures.py
"""

from collections.abc import AsyncIterator
import os
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.browser.conftest import PHOTOS, OpenWindow
from tests.e2e.browser.dashboard import PATH, overview
from tests.e2e.browser.garden import Garden, garden
from tests.e2e.browser.gardens import NAMED

DAYS = 7
FILES = {"en": "dashboard.png", "fr": "dashboard-fr.png"}
TITLES = {"en": "Greenhouses", "fr": "Serres"}
pytestmark = pytest.mark.skipif(PHOTOS not in os.environ, reason=f"{PHOTOS} does not say where the pictures go")


@pytest_asyncio.fixture(params=list(FILES), loop_scope="session")
async def named(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[str, Garden]]:
    """A language, and the ordinary garden after a week, in that language."""
    language = request.param
    async with garden(tmp_path, NAMED[language], language, DAYS) as named:
        with named.switched_on(NAMED[language]):
            await named.live(DAYS)
            await named.make_dashboard(PATH, TITLES[language])
            yield language, named


async def test_the_overview_is_photographed(named: tuple[str, Garden], open_window: OpenWindow, photos: Path) -> None:
    language, house = named
    window = await open_window(house, ahead=house.ahead, language=language, width=1280, height=900)
    await overview(window)
    await window.page.wait_for_timeout(3000)  # the small curves are drawn
    await window.page.screenshot(path=photos / FILES[language], animations="disabled")
