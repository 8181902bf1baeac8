"""What a test does on the page of duels, in the words of somebody who uses it."""

from playwright.async_api import Locator, Page, WebSocket, expect

from tests.browser.pages.hand import click, pick


class DuelPage:
    """The page of duels in one browser tab, and everything that the server sends it.

    Attributes:
        sent: What came over its WebSocket, in order.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.main = page.locator(".stMain")
        self.sent: list[bytes] = []
        page.on("websocket", self._listen)

    async def open(self, url: str) -> "DuelPage":
        await self.page.goto(url)
        await expect(self.page.get_by_role("heading", name="Compare")).to_be_visible()
        return self

    async def choose(self, side: str, label: str) -> None:
        field = self.page.get_by_role("combobox", name=f"Side {side}")
        await pick(field, label)
        await expect(field).to_have_value(label)
        await self.settled()

    async def start(self, question: str, *, blind: bool = True) -> None:
        if not blind:
            await click(self.page.get_by_text("Blind", exact=True))
            await self.settled()
        box = self.page.get_by_role("textbox", name="Question", exact=True)
        await box.fill(question)
        await box.press("Tab")  # it is taken at once: a script may still be under way
        await self.settled()
        await expect(box).to_have_value(question)
        await self.press("Start duel")

    async def press(self, name: str) -> None:
        await click(self.button(name))

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    async def can_vote(self) -> None:
        await expect(self.button("Tie")).to_be_visible()
        await self.settled()

    async def vote(self, choice: str) -> None:
        await self.can_vote()
        await self.press(choice)
        await expect(self.button("Undo")).to_be_visible()
        await self.settled()

    async def settled(self) -> None:
        idle = self.page.locator('[data-test-script-state="notRunning"]')
        await expect(idle).to_have_count(1)

    def cards(self) -> Locator:
        """The sides, as they stand."""
        return self.main.get_by_test_id("stGrid").get_by_test_id("stGridCell")

    async def overhang_px(self) -> int:
        """How much wider than its window the page is."""
        wide: int = await self.page.evaluate(
            "document.documentElement.scrollWidth - window.innerWidth"
        )
        return wide

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._note)

    def _note(self, payload: bytes | str) -> None:
        self.sent.append(payload if isinstance(payload, bytes) else payload.encode())
