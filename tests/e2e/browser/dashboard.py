"""Our dashboard in a window, by what a person reads and touches there."""

from playwright.async_api import Locator, Page, expect

from tests.e2e.browser.browser import Window

PATH = "/dashboard-greenhouses"
"""What the dialog proposes for our title."""

_OFFERED = "SIGACS"
_NOTE_SHIFTS = """
globalThis.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries())
    shifts.push(`${value.toFixed(4)}: ${sources.map(({ node }) => node?.localName ?? node?.nodeName).join(", ")}`);
}).observe({ type: "layout-shift" });
"""


async def add(window: Window) -> None:
    """Add it as a person does: Settings > Dashboards > Add dashboard > Community dashboards > ours > Create."""
    page = await window.go("/config/lovelace/dashboards")
    await page.get_by_role("button", name="Add dashboard").click()
    await expect(page.get_by_text("Community dashboards")).to_be_visible()
    await page.get_by_text(_OFFERED, exact=True).click()
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("link", name="Greenhouses")).to_be_visible()


async def overview(window: Window) -> Locator:
    """Open it; return the card with the three answers, once it has them."""
    page = await window.go(PATH)
    card = page.locator("sigacs-today-card")
    await expect(card.get_by_role("heading")).to_have_count(3)
    return card


async def greenhouse(window: Window, name: str) -> Page:
    """Open it at a greenhouse's view, once its first planter is there."""
    page = await window.go(PATH)
    await page.get_by_role("tab", name=name).click()
    await expect(page.locator("sigacs-planter-card").first).to_be_visible()
    return page


def planter(page: Page, name: str) -> Locator:
    """The section of a planter in its greenhouse's view."""
    return page.locator("hui-section").filter(has=page.get_by_role("heading", name=name, exact=True))


async def note_shifts(page: Page) -> None:
    """From now on, note in `shifts` what jumps, how far, and which elements (W3C, Layout Instability)."""
    await page.evaluate(_NOTE_SHIFTS)


async def note_headings(card: Locator) -> None:
    """From now on, note every answer that is shown, however briefly."""
    await card.evaluate(
        """(card) => {
          globalThis.headings = [];
          const read = () => [...card.shadowRoot.querySelectorAll("h2")].map((one) => one.textContent);
          const note = () => headings.push(...read());
          new MutationObserver(note).observe(card.shadowRoot, { subtree: true, childList: true, characterData: true });
        }"""
    )


async def colour_of_value(section: Locator) -> str:
    """In which colour a planter's moisture is written."""
    found: str = await section.locator("sigacs-planter-card .value").evaluate("(one) => getComputedStyle(one).color")
    return found


async def sideways(page: Page) -> list[str]:
    """What sticks out of the window to the right, so that one would have to scroll sideways."""
    found: list[str] = await page.evaluate(
        """() => {
          const out = [];
          const look = (root) => {
            for (const element of root.querySelectorAll("*")) {
              const { right, width } = element.getBoundingClientRect();
              if (width && right > innerWidth + 1 && getComputedStyle(element).visibility !== "hidden")
                out.push(`${element.localName} ${Math.round(right)}`);
              if (element.shadowRoot) look(element.shadowRoot);
            }
          };
          document.querySelectorAll("home-assistant").forEach((one) => look(one.shadowRoot));
          return document.scrollingElement.scrollWidth > innerWidth ? out : [];
        }"""
    )
    return found
