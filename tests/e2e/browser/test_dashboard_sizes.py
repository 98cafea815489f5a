"""The dashboard from its first minute, without a planter, to 200 planters in eight greenhouses."""

from collections.abc import AsyncIterator
import re

from playwright.async_api import expect
import pytest
import pytest_asyncio

from tests.e2e.browser.conftest import OpenWindow
from tests.e2e.browser.dashboard import PATH, greenhouse, overview, planter, sideways
from tests.e2e.browser.garden import Garden, garden
from tests.e2e.browser.gardens import LARGE, ONE_PROBE

HOURS = 8 / 24
PHONE = {"width": 390, "height": 844}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def new(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Garden]:
    """A minute after the integration was set up: nothing is heard yet."""
    async with garden(tmp_path_factory.mktemp("new"), ONE_PROBE, "en", 0.0) as new:
        await new.make_dashboard(PATH)
        yield new


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def large(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Garden]:
    """200 planters, after some hours; French people live there."""
    async with garden(tmp_path_factory.mktemp("large"), LARGE, "fr", HOURS) as large:
        with large.switched_on(LARGE):
            await large.live(HOURS)
            await large.make_dashboard(PATH)
            yield large


async def test_the_first_planter_appears_by_itself_on_a_page_that_showed_none(
    new: Garden, open_window: OpenWindow
) -> None:
    window = await open_window(new, ahead=new.ahead, **PHONE)
    page = await window.go(PATH)
    await expect(page.get_by_text("No planter has spoken yet")).to_be_visible()
    await window.photograph("first-minute")
    with new.switched_on(ONE_PROBE):
        new.speak(0)
        heading = page.locator("sigacs-today-card").get_by_role("heading")
        await expect(heading).to_have_text(["Nothing needs water", "No, everything speaks", re.compile("^Not known")])
        await window.photograph("one-probe")
        page = await greenhouse(window, "Greenhouse 1")
        await expect(planter(page, "Planter 1").locator("sigacs-planter-card")).to_contain_text("57.0%")
        assert not await sideways(page)
        assert not await window.offences("sigacs-")
        await window.photograph("one-probe-greenhouse")


async def test_200_planters_leave_the_answers_as_short_as_they_were(large: Garden, open_window: OpenWindow) -> None:
    for look in ({"width": 1440}, {**PHONE, "language": "fr", "theme": "dark"}):
        window = await open_window(large, ahead=large.ahead, **look)
        card = await overview(window)
        rows = await card.get_by_role("listitem").count()
        assert rows <= 3 * 6
        more = card.get_by_role("button", name=re.compile(r"^(and|et) \d+ (more|autre)")).first
        await expect(more).to_have_attribute("aria-expanded", "false")
        assert not await sideways(window.page)
        assert not await window.offences("sigacs-")
        await window.photograph("large")
        await more.click()
        assert await card.get_by_role("listitem").count() > rows
        await window.photograph("large-opened")


async def test_names_of_forty_characters_fit_on_a_phone(large: Garden, open_window: OpenWindow) -> None:
    window = await open_window(large, ahead=large.ahead, language="fr", **PHONE)
    page = await greenhouse(window, "Serre d'hiver près du vieux noyer du fond")
    await expect(page.locator("sigacs-planter-card")).to_have_count(25)
    await expect(planter(page, "Œillets d'Inde et capucines naines du bac")).to_be_visible()
    assert not await sideways(page)
    assert not await window.offences("sigacs-")
    await window.photograph("long-names")
