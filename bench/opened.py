"""How long a page of the app takes to open in a real browser."""

import asyncio
import statistics
import time

from playwright.async_api import BrowserContext, async_playwright

from bench.figures import say
from tests.browser.chromium import arguments, executable_path

PAGE_TIMES = 8


def opened_s(address: str, drawn: str) -> float:
    """Median seconds from the request until it is drawn, for who was here before.

    Args:
        address: Of the page.
        drawn: Selects what is drawn last.
    """
    return asyncio.run(_opened_s(address, drawn))


async def _opened_s(address: str, drawn: str) -> float:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable_path(), args=arguments()
        )
        visitor = await browser.new_context()
        first, *others = [
            await _open(visitor, address, drawn) for _ in range(PAGE_TIMES)
        ]
        await browser.close()
    name = address.rpartition("/")[2]
    say(
        f"{name}: page opened in {', '.join(f'{s:.2f}' for s in others)} s, "
        f"the first time in {first:.2f} s"
    )
    return statistics.median(others)


async def _open(visitor: BrowserContext, address: str, drawn: str) -> float:
    """Open the page in a new tab."""
    page = await visitor.new_page()
    began_s = time.perf_counter()
    await page.goto(address, wait_until="commit")
    await page.locator(drawn).last.wait_for()
    taken_s = time.perf_counter() - began_s
    await page.close()
    return taken_s
