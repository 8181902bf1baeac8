"""A newcomer at the page: asks, looks where texts stand, counts clicks and tab stops.

What it looks for are texts and accessible names, so that it also runs on pages that are
drawn in another way, such as those of an earlier version.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.async_api import Locator, Page, expect

from moa_core.mixture import MoAConfig, encode_mixture

PATIENCE_MS = 20_000

_SHIFT = """() => {
  window.layoutShift = 0;
  new PerformanceObserver(list => {
    for (const each of list.getEntries())
      if (!each.hadRecentInput) window.layoutShift += each.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""

_TEXT_BOXES = """texts => texts.map(text => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    if (!node.textContent.includes(text)) continue;
    let box = node.parentElement;
    while (box && getComputedStyle(box).display.startsWith("inline"))
      box = box.parentElement;
    const { x, y, width, height } = box.getBoundingClientRect();
    if (width && height) return [x, y, width, height];
  }
  return null;
})"""


@dataclass(slots=True)
class Visitor:
    """One browser tab, and what was done in it.

    Attributes:
        clicks: So far.
    """

    page: Page
    url: str
    clicks: int = 0
    main: Locator = field(init=False)
    composer: Locator = field(init=False)

    def __post_init__(self) -> None:
        self.main = self.page.locator(".stMain")
        self.composer = self.page.get_by_test_id("stChatInput").locator("textarea")

    async def open(self, mixture: MoAConfig | None = None, path: str = "") -> None:
        """Open the chat, with a mixture in hand, or another page."""
        query = f"?preset={encode_mixture(mixture)}" if mixture else ""
        await self.page.goto(f"{self.url}/{path}{query}")
        if not path:
            await expect(self.composer.first).to_be_visible(timeout=PATIENCE_MS)
        await self.idle()

    async def idle(self) -> None:
        """Wait until the page's script has ended."""
        done = self.page.locator('[data-test-script-state="notRunning"]')
        await expect(done).to_have_count(1, timeout=PATIENCE_MS)

    async def composer_has_focus(self) -> bool:
        """Whether what is typed goes into the composer."""
        within = "document.activeElement?.closest('[data-testid=stChatInput]')"
        return bool(await self.page.evaluate(f"!!{within}"))

    async def ask(self, question: str) -> float:
        """Send a question with Enter; give the moment of it."""
        await self.composer.first.fill(question)
        await self.composer.first.press("Enter")
        return time.monotonic()

    async def sees(self, text: str | re.Pattern[str], timeout_ms: int = 0) -> bool:
        """Whether a text stands on the page, now or within a time."""
        found = self.page.get_by_text(text)
        ends = time.monotonic() + timeout_ms / 1000
        while True:
            for each in await found.all():
                if await each.is_visible():
                    return True
            if time.monotonic() >= ends:
                return False
            await self.page.wait_for_timeout(50)

    async def boxes(self, texts: Sequence[str]) -> list[tuple[float, ...] | None]:
        """Where texts stand: left, top, width and height in pixels, if they do."""
        found = await self.page.evaluate(_TEXT_BOXES, list(texts))
        return [tuple(box) if box else None for box in found]

    async def click(self, target: Locator) -> None:
        """Click, and count it."""
        await target.first.click(timeout=PATIENCE_MS)
        self.clicks += 1

    async def press(self, name: str) -> None:
        """Click a button, link or tab whose name fits the pattern ``name``."""
        pattern = re.compile(name, re.IGNORECASE)
        button = self.page.get_by_role("button", name=pattern)
        link = self.page.get_by_role("link", name=pattern)
        await self.click(button.or_(link).locator("visible=true"))

    async def watch_shifts(self) -> None:
        """Begin to add up how far the layout shifts by itself."""
        await self.page.evaluate(_SHIFT)

    async def shift(self) -> float:
        """The sum of layout shifts since ``watch_shifts``."""
        return float(await self.page.evaluate("window.layoutShift"))

    async def tab_stops_to_composer(self, at_most: int = 80) -> int:
        """How often Tab is pressed from a loaded page to its composer."""
        for stops in range(at_most):
            if await self.composer_has_focus():
                return stops
            await self.page.keyboard.press("Tab")
        return at_most

    async def foot_px(self) -> int:
        """How much of the window's height the composer and what is around it take."""
        return int(
            await self.page.evaluate(
                """() => {
                  const foot = document.querySelector('[data-testid=stBottom]')
                    ?? document.querySelector('[data-testid=stChatInput]');
                  return window.innerHeight - foot.getBoundingClientRect().top;
                }"""
            )
        )
