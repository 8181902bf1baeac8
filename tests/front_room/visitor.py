"""A newcomer at the page: asks, looks where texts stand, counts clicks and tab stops.

What it looks for are texts and accessible names, so that it also runs on pages that are
drawn in another way, such as those of an earlier version.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Locator, Page, expect

from moa_core.mixture import MoAConfig, encode_mixture
from tests.browser.pages.hand import PATIENCE_MS, stands_still

_LOOK_MS = 50
_BEGINS_MS = 1000
"""Within so long, the script begins that a click or a key asks for."""

_COUNT_SCRIPTS = """() => {
  if (window.scripts) return;
  const scripts = (window.scripts = { begun: 0, before: 0, askedMs: -Infinity });
  const app = () => document.querySelector("[data-test-script-state]");
  const state = () => app()?.dataset.testScriptState;
  let last = state();
  new MutationObserver(() => {
    const now = state();
    if (now === "running" && last !== now) scripts.begun++;
    last = now;
  }).observe(document, {
    subtree: true, childList: true, attributeFilter: ["data-test-script-state"],
  });
  const note = () => {
    scripts.before = scripts.begun;
    scripts.askedMs = performance.now();
  };
  for (const kind of ["pointerdown", "keydown", "input"])
    addEventListener(kind, note, true);
}"""

_RESTS = """beginsMs => {
  const { begun, before, askedMs } = window.scripts;
  const heard = begun > before || performance.now() - askedMs > beginsMs;
  const ended = document.querySelectorAll('[data-test-script-state="notRunning"]');
  return heard && ended.length === 1;
}"""

_SHIFT = """() => {
  window.layoutShift = 0;
  new PerformanceObserver(list => {
    for (const each of list.getEntries())
      if (!each.hadRecentInput) window.layoutShift += each.value;
  }).observe({ type: "layout-shift" });
}"""

_FIND = """
window.boxOf = text => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    if (!node.textContent.includes(text)) continue;
    let box = node.parentElement;
    while (box && getComputedStyle(box).display.startsWith("inline"))
      box = box.parentElement;
    const { x, y, width, height } = box.getBoundingClientRect();
    if (width && height) return { x, y, width, height, box };
  }
};
"""

_BOXES = """texts => texts.map(text => {
  const found = boxOf(text);
  return found ? [found.x, found.y, found.width, found.height] : null;
})"""

# When each text was first in sight, in ms after a press of Enter or a click.
_WATCH = """texts => {
  window.seenAfterMs = texts.map(() => null);
  let began = null;
  const begin = event => {
    if (event.type === "keydown" && event.key !== "Enter") return;
    began ??= performance.now();
  };
  addEventListener("keydown", begin, true);
  addEventListener("pointerdown", begin, true);
  const look = () => {
    texts.forEach((text, index) => {
      if (began === null || seenAfterMs[index] !== null) return;
      const found = boxOf(text);
      if (found && found.y >= 0 && found.y < innerHeight && found.x < innerWidth)
        seenAfterMs[index] = performance.now() - began;
    });
    if (seenAfterMs.includes(null)) setTimeout(look, 20);
  };
  look();
}"""

# How long the texts are: of all around their first words, up to a neighbour's.
_LENGTHS = """texts => texts.map(text => {
  let box = boxOf(text)?.box;
  if (!box) return 0;
  const others = texts.filter(each => each !== text);
  const alone = node => !others.some(each => node.innerText.includes(each));
  for (let up = 0; up < 8 && alone(box.parentElement); up++) box = box.parentElement;
  return box.innerText.length;
})"""


@dataclass(slots=True)
class Visitor:
    """One browser tab, and what was done in it.

    Attributes:
        clicks: Clicks and keys with a meaning so far; what is typed counts as one.
    """

    page: Page
    url: str
    clicks: int = 0
    patience_ms: int = PATIENCE_MS
    main: Locator = field(init=False)
    composer: Locator = field(init=False)

    def __post_init__(self) -> None:
        self.main = self.page.locator(".stMain")
        box = self.page.get_by_test_id("stChatInput").locator("textarea")
        self.composer = box.first

    async def open(self, mixture: MoAConfig | None = None, path: str = "") -> None:
        """Open the chat, with a mixture in hand, or another page."""
        query = f"?preset={encode_mixture(mixture)}" if mixture else ""
        await self.page.goto(f"{self.url}/{path}{query}")
        await self.page.evaluate(_COUNT_SCRIPTS)
        if not path:
            await expect(self.composer).to_be_visible()
        await self.idle()

    async def idle(self) -> None:
        """Wait until the page's script has ended, and first that it has begun."""
        await self.page.evaluate(_COUNT_SCRIPTS)  # where the page was loaded anew
        await self.page.wait_for_function(_RESTS, arg=_BEGINS_MS)

    async def ended(self) -> None:
        """Wait until no run is under way any more, and the page was drawn again."""
        stop = self.page.get_by_role("button", name="Stop", exact=True)
        await expect(stop.locator("visible=true")).to_have_count(0)
        await expect(self.main.get_by_text(TALLY).last).to_be_visible()
        await self.idle()

    async def composer_has_focus(self) -> bool:
        """Whether what is typed goes into the composer."""
        within = "document.activeElement?.closest('[data-testid=stChatInput]')"
        return bool(await self.page.evaluate(f"!!{within}"))

    async def ask(self, question: str) -> float:
        """Send a question with Enter; give the moment of it."""
        await expect(self.composer).to_be_enabled()
        await self.composer.fill(question)
        await self.composer.press("Enter")
        return time.monotonic()

    async def sees(self, text: str | re.Pattern[str], timeout_ms: int = 0) -> bool:
        """Whether a text stands on the page, now or within a time."""
        return await self.there(self.page.get_by_text(text), timeout_ms)

    async def there(self, target: Locator, timeout_ms: int = 0) -> bool:
        """Whether one of a target's elements is visible, now or within a time."""
        ends = time.monotonic() + timeout_ms / 1000
        while not await target.locator("visible=true").count():
            if time.monotonic() >= ends:
                return False
            await self.page.wait_for_timeout(_LOOK_MS)
        return True

    async def soon(self, target: Locator) -> bool:
        """Whether it is visible, or comes within a few seconds."""
        return await self.there(target, 8000)

    def control(self, name: str) -> Locator:
        """Visible buttons, links, tabs and menu items whose name fits a pattern."""
        pattern = re.compile(name, re.IGNORECASE)
        roles = ("link", "tab", "menuitem", "radio", "option")
        found = self.page.get_by_role("button", name=pattern)
        for role in roles:
            found = found.or_(self.page.get_by_role(role, name=pattern))
        return found.locator("visible=true")

    async def press(self, name: str) -> None:
        """Click the first control whose name fits the pattern ``name``."""
        await self.click(self.control(name))

    async def click(self, target: Locator) -> None:
        """Click what stands still, and count it."""
        await expect(target.first).to_be_visible()
        await stands_still(target.first)
        await target.first.click()
        self.clicks += 1

    async def type(self, field: Locator, text: str, key: str = "") -> None:
        """Write into a field, press a key there if wanted, and count both."""
        await expect(field.first).to_be_visible()
        await field.first.fill(text)
        self.clicks += 1
        if key:
            await field.first.press(key)
            self.clicks += 1

    async def choose(self, field: Locator, text: str) -> None:
        """Type and add the best match by Enter; the field is empty after it."""
        await self.idle()
        await self.click(field)
        await self.type(field, text)
        await expect(self.page.get_by_role("option").first).to_contain_text(text)
        await field.press("Enter")
        self.clicks += 1
        await expect(field).to_have_value("")
        await self.idle()

    async def watch(self, texts: Sequence[str]) -> None:
        """Begin to time texts: from the next Enter or click until each is in sight."""
        await self.page.evaluate(_FIND)
        await self.page.evaluate(_WATCH, list(texts))

    async def seen_after_s(self) -> list[float]:
        """How long each watched text took, in seconds, as the page itself saw it."""
        ends = time.monotonic() + self.patience_ms / 1000
        while None in (times := await self.page.evaluate("window.seenAfterMs")):
            assert time.monotonic() < ends, "a text does not come in sight"
            await self.page.wait_for_timeout(_LOOK_MS)
        return [ms / 1000 for ms in times]

    async def swipe(self, y: float, start: int = 320, end: int = 30) -> None:
        """Swipe to the left with a finger, at a height."""
        session = await self.page.context.new_cdp_session(self.page)
        for x in range(start, end, -20):
            kind = "touchStart" if x == start else "touchMove"
            touch = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
            await session.send("Input.dispatchTouchEvent", touch)
            await self.page.wait_for_timeout(16)
        lift = {"type": "touchEnd", "touchPoints": []}
        await session.send("Input.dispatchTouchEvent", lift)

    async def boxes(self, texts: Sequence[str]) -> list[tuple[float, ...] | None]:
        """Where texts stand: left, top, width and height in pixels, if they do."""
        await self.page.evaluate(_FIND)
        found = await self.page.evaluate(_BOXES, list(texts))
        return [tuple(box) if box else None for box in found]

    async def lengths(self, texts: Sequence[str]) -> list[int]:
        """How long the texts are that begin with these, in characters."""
        await self.page.evaluate(_FIND)
        lengths: list[int] = await self.page.evaluate(_LENGTHS, list(texts))
        return lengths

    async def grow(self, texts: Sequence[str]) -> bool:
        """Whether each of the texts that begin so becomes longer within seconds."""
        before = await self.lengths(texts)
        for _ in range(100):
            await self.page.wait_for_timeout(_LOOK_MS)
            after = await self.lengths(texts)
            if all(new > old for old, new in zip(before, after, strict=True)):
                return True
        return False

    async def clipboard(self) -> str:
        """What was copied last."""
        text: str = await self.page.evaluate("navigator.clipboard.readText()")
        return text

    async def watch_shifts(self) -> None:
        """Begin to add up how far the layout shifts by itself."""
        await self.page.evaluate(_SHIFT)

    async def shift(self) -> float:
        """The sum of layout shifts since ``watch_shifts``."""
        return float(await self.page.evaluate("window.layoutShift"))

    async def scrolled_px(self) -> int:
        """How far down the page is scrolled."""
        return int(await self.main.first.evaluate("main => main.scrollTop"))

    async def tab_stops_to_composer(self, at_most: int = 80) -> int:
        """How often Tab is pressed from a loaded page to its composer."""
        for stops in range(at_most):
            if await self.composer_has_focus():
                return stops
            await self.page.keyboard.press("Tab")
        return at_most

    async def foot_px(self) -> int:
        """How much of the window's height the composer and what is around it take."""
        found: Any = await self.page.evaluate(
            """() => {
              const foot = document.querySelector('[data-testid=stBottom]')
                ?? document.querySelector('[data-testid=stChatInput]');
              return window.innerHeight - foot.getBoundingClientRect().top;
            }"""
        )
        return int(found)


TALLY = re.compile(r"\d+ of \d+ answered")
