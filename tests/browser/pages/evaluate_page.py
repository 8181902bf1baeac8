"""What a test does on the page of experiments, in the words of somebody who uses it."""

import asyncio
from collections.abc import Sequence

from playwright.async_api import Locator, Page, WebSocket, expect

from tests.browser.pages.hand import PATIENCE_MS, click, press_shortcut

KEYS = {"first": "1", "second": "2", "tie": "t", "both_bad": "b", "skipped": "s"}


class EvaluatePage:
    """The page of experiments in one browser tab, and what the server sends it.

    Attributes:
        sent: What came over its WebSocket, in order.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.main = page.locator(".stMain")
        self.sent: list[bytes] = []
        page.on("websocket", self._listen)

    async def open(self, url: str, query: str = "") -> "EvaluatePage":
        await self.page.goto(f"{url}/evaluate{query}")
        heading = self.page.get_by_role("heading", name="Evaluate")
        await expect(heading).to_be_visible()
        await self.settled()
        return self

    def part(self, key: str) -> Locator:
        """An element or container by its key."""
        return self.main.locator(f".st-key-{key}")

    async def bring(self, questions: Sequence[str]) -> None:
        """Upload a text file of questions in the form of a new experiment."""
        await click(self.main.get_by_text("A file", exact=True))
        data = "\n\n".join(questions).encode()
        await self.main.locator('input[type="file"]').set_input_files(
            {"name": "mine.txt", "mimeType": "text/plain", "buffer": data}
        )
        label = f"Number of questions (up to {len(questions):,})"
        await expect(self.main.get_by_role("spinbutton", name=label)).to_be_visible()
        await self.settled()

    async def tick(self, arm: str) -> None:
        """Compare with one more arm, such as ``C``."""
        await click(self.part(f"experiment-arm-{arm}").locator("label"))
        await self.settled()

    async def start(self) -> None:
        await click(self.part("start-experiment").get_by_role("button"))
        await expect(self.part("experiment-progress")).to_be_visible()

    async def finished(self, within_ms: float = PATIENCE_MS) -> None:
        """Wait until everything is answered and judged."""
        await expect(self.part("experiment-progress")).to_contain_text(
            "Finished", timeout=within_ms
        )
        await self.settled()

    async def view(self, name: str) -> None:
        """Open another view: Result, Answers or Vote."""
        await click(self.main.get_by_role("radio", name=name))
        await self.settled()

    async def vote(self, verdict: str) -> None:
        """Press the key of a vote when the pair can be read; wait until it counts."""
        await expect(self.page.locator('html[data-ballot="waits"]')).to_have_count(0)
        before = await self.so_far()
        await press_shortcut(self.page, KEYS[verdict])
        await expect(self.votes).not_to_have_text(before)
        await self.settled()

    async def press_at_once(self, *keys: str) -> None:
        """Press keys within a few milliseconds, each of them held for a moment."""
        hand = self.page.keyboard
        steps = [  # a key that is held repeats itself
            step
            for key in keys
            for step in (hand.down(key), hand.down(key), hand.up(key))
        ]
        await asyncio.gather(*steps)  # in this order, without waiting for each

    async def so_far(self) -> str:
        """How many votes there are, and which question is the next."""
        return await self.votes.inner_text()

    @property
    def votes(self) -> Locator:
        """The line above the question."""
        return self.part("readable-voting").get_by_test_id("stCaptionContainer").first

    async def settled(self) -> None:
        idle = self.page.locator('[data-test-script-state="notRunning"]')
        await expect(idle).to_have_count(1)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._note)

    def _note(self, payload: bytes | str) -> None:
        self.sent.append(payload if isinstance(payload, bytes) else payload.encode())
