"""The dashboard of twelve planters, on a Thursday noon: two are thirsty, one is dead, one is too wet."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
import re
from typing import Any

from playwright.async_api import Browser, expect
import pytest
import pytest_asyncio

from demo.api import Api
from tests.e2e.browser.browser import Look, window
from tests.e2e.browser.conftest import OpenWindow
from tests.e2e.browser.dashboard import (
    add,
    colour_of_value,
    greenhouse,
    note_headings,
    note_shifts,
    overview,
    planter,
    sideways,
)
from tests.e2e.browser.garden import Garden, garden
from tests.e2e.browser.gardens import ORDINARY
from tests.e2e.house import House

DAYS = 4
LOOKS: tuple[dict[str, Any], ...] = (
    {"width": 1440},
    {"width": 390, "height": 844, "theme": "dark"},
    {"width": 390, "height": 844, "language": "fr"},
    {"width": 1440, "theme": "dark", "language": "fr"},
)
PHONE = LOOKS[1]
# A dot stands for a space that does not break, too.
ANSWERS = {
    "en": [re.compile(one) for one in ("Water Planter.2.* first", "Yes: Planter.4.* is silent", "No: .*4 planters")],
    "fr": [re.compile(one) for one in ("premier.*Planter.2", "Oui.*Planter.4.* ne répond plus", "Non.*4 bacs")],
}
ALL_IS_WELL = {"Nothing needs water", "No, everything speaks", "Yes, without watering"}
SILENT = {"en": ("Unknown", "Last value: 9 hours ago"), "fr": ("Inconnu", "Dernière valeur : il y a 9 heures")}
WATCHED_S = 30


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def thursday(browser: Browser, photos: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Garden]:
    """The garden after some days; its keeper has added the dashboard in the dialog."""
    async with garden(tmp_path_factory.mktemp("thursday"), ORDINARY, "en", DAYS) as thursday:
        with thursday.switched_on(ORDINARY):
            await thursday.live(DAYS)
            async with window(browser, thursday, Look(ahead=thursday.ahead), photos) as settings:
                await add(settings)
            yield thursday


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_every_view_is_right_on_every_screen(
    thursday: Garden, open_window: OpenWindow, look: dict[str, Any]
) -> None:
    language = look.get("language", "en")
    window = await open_window(thursday, ahead=thursday.ahead, **look)

    card = await overview(window)
    await expect(card.get_by_role("heading")).to_have_text(ANSWERS[language])
    to_water, broken, before_sunday = await card.get_by_role("region").all()
    await expect(to_water.get_by_role("listitem")).to_have_text(
        [re.compile(r"Planter.2\s*Greenhouse.2.*22[.,]0"), re.compile(r"Planter.2\s*Greenhouse.1.*27[.,]8")]
    )
    await expect(broken.get_by_role("listitem")).to_have_text(
        [re.compile(r"Planter.4\s*Greenhouse.2.*9.(hours|heures)")]
    )
    await expect(before_sunday.get_by_role("listitem").first).to_contain_text("Planter 3")
    assert not await sideways(window.page)
    assert not await window.offences("sigacs-")
    await window.photograph("overview")

    page = await greenhouse(window, "Greenhouse 2")
    await expect(page.locator("sigacs-planter-card")).to_have_count(7)
    thirsty, dead = planter(page, "Planter 2"), planter(page, "Planter 4")
    await expect(thirsty.locator("sigacs-planter-card")).to_contain_text(re.compile(r"22[.,]0\s?%"))
    for said in SILENT[language]:
        await expect(dead.locator("sigacs-planter-card")).to_contain_text(said)
    await expect(dead.locator("sigacs-planter-card")).to_contain_text(re.compile(r"58[.,]1\s?%"))
    assert await colour_of_value(dead) != await colour_of_value(thirsty)
    assert not await sideways(page)
    assert not await window.offences("sigacs-")
    await window.photograph("greenhouse")


async def test_a_gap_is_a_gap_and_a_watering_is_marked(thursday: Garden, open_window: OpenWindow) -> None:
    window = await open_window(thursday, ahead=thursday.ahead)
    page = await greenhouse(window, "Greenhouse 1")
    whole, broken = planter(page, "Planter 1"), planter(page, "Planter 5")
    await expect(whole.locator(".graph")).to_have_attribute("aria-label", re.compile("Watered once"))
    await expect(whole.locator(".drops svg")).to_have_count(1)
    await expect(whole.locator(".lines path")).to_have_count(1)
    await expect(broken.locator(".lines path")).to_have_count(2)


async def test_a_limit_is_changed_in_place(thursday: Garden, open_window: OpenWindow) -> None:
    window = await open_window(thursday, ahead=thursday.ahead, **PHONE)
    page = await greenhouse(window, "Greenhouse 1")
    dry = planter(page, "Planter 3")
    limit = dry.get_by_role("group", name="Too dry below")
    await expect(dry.locator("sigacs-planter-card")).to_contain_text("too dry below 30")
    await limit.get_by_role("button", name="Increment").click()
    await expect(dry.locator("sigacs-planter-card")).to_contain_text("too dry below 31")
    await limit.get_by_role("button", name="Decrement").click()
    await expect(dry.locator("sigacs-planter-card")).to_contain_text("too dry below 30")


async def test_what_is_in_the_overview_is_reached_and_opened_by_keyboard(
    thursday: Garden, open_window: OpenWindow
) -> None:
    window = await open_window(thursday, ahead=thursday.ahead)
    card = await overview(window)
    first = card.get_by_role("listitem").get_by_role("button").first
    for _ in range(40):
        await window.page.keyboard.press("Tab")
        if await first.evaluate("(row) => row.matches(':focus-visible')"):
            break
    await window.photograph("focus")
    await window.page.keyboard.press("Enter")
    await expect(window.page.locator("ha-more-info-dialog").get_by_text("Planter 2").first).to_be_visible()


async def test_somebody_who_is_no_administrator_sees_it_too(thursday: Garden, open_window: OpenWindow) -> None:
    user = (await thursday.api.command("config/auth/create", name="Neighbour", group_ids=["system-users"]))["user"]
    login = {"username": "neighbour", "password": "a password of the tests"}
    await thursday.api.command("config/auth_provider/homeassistant/create", user_id=user["id"], **login)
    async with Api(thursday.hass.url) as api:
        await api.log_in(**login)
        window = await open_window(House(thursday.hass, api), ahead=thursday.ahead, **PHONE)
        card = await overview(window)
        await expect(card.get_by_role("heading")).to_have_text(ANSWERS["en"])
        await expect((await greenhouse(window, "Greenhouse 2")).locator("sigacs-planter-card")).to_have_count(7)


async def test_fahrenheit_is_shown_to_those_who_think_in_it(thursday: Garden, open_window: OpenWindow) -> None:
    await thursday.api.command("config/core/update", unit_system="us_customary", update_units=True)
    try:
        window = await open_window(thursday, ahead=thursday.ahead, **PHONE)
        page = await greenhouse(window, "Greenhouse 2")
        await expect(planter(page, "Planter 2").get_by_role("button", name="Temperature 75.6 °F")).to_be_visible()
        await expect(page.get_by_text("°C")).to_have_count(0)
        await window.photograph("fahrenheit")
    finally:
        await thursday.api.command("config/core/update", unit_system="metric", update_units=True)


async def test_nothing_jumps_while_values_come_in(thursday: Garden, open_window: OpenWindow) -> None:
    phone = await open_window(thursday, ahead=thursday.ahead, **PHONE)
    desktop = await open_window(thursday, ahead=thursday.ahead, width=1440)
    card = await overview(phone)
    page = await greenhouse(desktop, "Greenhouse 2")
    await page.wait_for_timeout(3000)  # the history is there
    for one in (phone, desktop):
        await note_shifts(one.page)
    for second in range(WATCHED_S):
        thursday.speak(-second / 20)  # the next hour and a half
        await asyncio.sleep(1)
    await expect(card.get_by_role("heading")).to_have_text(ANSWERS["en"])
    for one in (phone, desktop):
        assert await one.page.evaluate("shifts") == []


async def test_a_restart_with_the_page_open_never_says_that_all_is_well(
    thursday: Garden, open_window: OpenWindow
) -> None:
    window = await open_window(thursday, ahead=thursday.ahead)
    card = await overview(window)
    await note_headings(card)
    await thursday.restart()
    thursday.speak(0)
    await expect(card.get_by_role("heading").first).to_have_text(ANSWERS["en"][0], timeout=60_000)
    await expect(card.get_by_role("heading").nth(1)).to_have_text(re.compile("Planter.4"))
    said = set(await window.page.evaluate("headings"))
    assert not said & ALL_IS_WELL, said
    lost = re.compile("ERR_CONNECTION_REFUSED|WebSocket|Failed to fetch")  # which is true
    window._complaints = [one for one in window._complaints if not lost.search(one)]


async def test_when_everything_is_silent_it_says_so(thursday: Garden, open_window: OpenWindow) -> None:
    thursday.machine.move(timedelta(hours=4))
    await thursday.api.command("ping")
    for greenhouse_ in ("1", "2"):
        await thursday.until(await thursday.entity(f"/serre/{greenhouse_}#silence"), "on")
    window = await open_window(thursday, ahead=thursday.ahead, **PHONE)
    card = await overview(window)
    heading = card.get_by_role("heading")
    await expect(heading).to_have_text([re.compile("^Not known"), re.compile("^Yes: "), re.compile("^Not known")])
    await expect(card.get_by_role("region").nth(1).get_by_role("listitem")).to_have_text(
        [re.compile(r"^Greenhouse.1.*4.hours ago"), re.compile(r"^Greenhouse.2.*4.hours ago")]
    )
    await window.photograph("silent")
    page = await greenhouse(window, "Greenhouse 1")
    await expect(page.locator("sigacs-planter-card .stale")).to_have_count(5)
    await window.photograph("silent-greenhouse")
