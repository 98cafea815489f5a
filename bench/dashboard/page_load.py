"""One load of a dashboard in a browser window of its own: nothing of the load before is kept."""

from dataclasses import dataclass
import time
from typing import Final

from playwright.async_api import Browser, ViewportSize

from demo.onboarding import logged_in

_VIEWPORT: Final = ViewportSize(width=1280, height=900)
_LIMIT_MS: Final = 60_000
_QUIET_MS: Final = 1500

# Long tasks are those of 50 ms and more (W3C, Long Tasks API); a page that has none for a while has come to rest.
# What moves behind the launch screen is seen by nobody.
_OBSERVE: Final = """
globalThis.bench = { busyUntil: 0, shift: 0 };
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) bench.busyUntil = task.startTime + task.duration;
}).observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => {
  if (document.querySelector("#ha-launch-screen")) return;
  for (const moved of list.getEntries()) bench.shift += moved.value;
}).observe({ type: "layout-shift", buffered: true });
"""
_AT_REST: Final = "(quiet) => performance.now() - bench.busyUntil > quiet"


@dataclass(frozen=True)
class Load:
    """Milliseconds since the address was entered, but for the shift, which has no unit, and the memory, in MB."""

    readable_ms: float
    at_rest_ms: float
    cpu_ms: float
    layout_shift: float
    heap_mb: float
    elements: float


async def load(browser: Browser, url: str, token: str, path: str, sign: str) -> Load:
    """Open a path; it is readable when an element of this selector is in sight."""
    context = await browser.new_context(viewport=_VIEWPORT, locale="en-GB", service_workers="block")
    try:
        context.set_default_timeout(_LIMIT_MS)
        await context.add_init_script(logged_in(url, token) + _OBSERVE)
        page = await context.new_page()
        chrome = await context.new_cdp_session(page)
        await chrome.send("Performance.enable")
        began = time.monotonic()
        await page.goto(f"{url}{path}", wait_until="commit")
        await page.locator(sign).first.wait_for(state="visible")
        readable = time.monotonic() - began
        await page.wait_for_function(_AT_REST, arg=_QUIET_MS)
        seen = await page.evaluate("bench")
        metrics = {one["name"]: one["value"] for one in (await chrome.send("Performance.getMetrics"))["metrics"]}
        return Load(
            readable_ms=1000 * readable,
            at_rest_ms=max(1000 * readable, seen["busyUntil"]),
            cpu_ms=1000 * metrics["TaskDuration"],
            layout_shift=seen["shift"],
            heap_mb=metrics["JSHeapUsedSize"] / 1e6,
            elements=metrics["Nodes"],
        )
    finally:
        await context.close()
