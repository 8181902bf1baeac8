"""Times how long a page of the app takes to open in a real browser."""

import asyncio
import statistics
from typing import Final

from playwright.async_api import BrowserContext, async_playwright

from bench.figures import say
from tests.browser.app.chromium import arguments, executable_path

PAGE_TIMES = 8
LINKS: Final = '[data-testid="stMain"] [data-testid="stPageLink"]'
"""To conversations, say; not those of the sidebar."""

# The page looks for itself, in each frame it draws: Playwright's own waiting looks
# after 20, 70, 170, 270 and 770 ms, so that most pages seemed to open at those times.
OPENED_S: Final = """drawn => {
    const shown = selector => [...document.querySelectorAll(selector)].pop();
    const ended = shown('[data-test-script-state="notRunning"]');
    const all = drawn.every(selector => shown(selector)?.checkVisibility());
    return ended && all ? performance.now() / 1000 : null;
}"""


def opened_s(address: str, *drawn: str) -> float:
    """Median seconds from the request until all is drawn, for who was here before.

    Args:
        address: Of the page.
        drawn: CSS selectors: of each the last element must be seen, and the page's
            script must have ended.
    """
    return asyncio.run(_opened_s(address, drawn))


async def _opened_s(address: str, drawn: tuple[str, ...]) -> float:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable_path(), args=arguments()
        )
        visitor = await browser.new_context()
        first, *others = [
            await _open(visitor, address, drawn) for _ in range(PAGE_TIMES)
        ]
        await browser.close()
    name = address.rpartition("/")[2] or "chat"
    say(
        f"{name}: page opened in {', '.join(f'{s:.2f}' for s in others)} s, "
        f"the first time in {first:.2f} s"
    )
    return statistics.median(others)


async def _open(visitor: BrowserContext, address: str, drawn: tuple[str, ...]) -> float:
    """Open the page in a new tab."""
    page = await visitor.new_page()
    await page.goto(address, wait_until="commit")
    seen = await page.wait_for_function(OPENED_S, arg=list(drawn), polling="raf")
    taken_s: float = await seen.json_value()
    await page.close()
    return taken_s
