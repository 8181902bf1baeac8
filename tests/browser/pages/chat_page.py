"""What a test does on the chat page, in the words of somebody who uses it."""

import asyncio
import re

from playwright.async_api import Locator, Page, expect

from tests.browser.pages.hand import PATIENCE_MS
from tests.browser.pages.mixture_form import MixtureForm


class ChatPage:
    """The chat page in one browser tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.main = page.locator(".stMain")
        self.mixture = MixtureForm(page)
        composers = page.get_by_test_id("stChatInput").locator("textarea")
        self.composer = composers.first  # after a refusal the old one may still fade
        self.questions = self.main.get_by_role("group", name="Your question")
        self._ended = self.main.locator('[class*="-calls"]')

    async def open(self, url: str) -> "ChatPage":
        await self.page.goto(url)
        await expect(self.composer).to_be_visible()
        return self

    async def send(self, question: str) -> None:
        """Send a question, which may be refused."""
        await expect(self.composer).to_be_enabled()
        await self.composer.fill(question)
        await self.composer.press("Enter")

    async def ask(self, question: str) -> None:
        """Ask a question, and wait until it stands there."""
        await self.send(question)
        await expect(self.questions.last).to_contain_text(question[:40])

    async def ask_on(self, question: str) -> None:
        """Ask one more question, and wait for the end of its run."""
        await self.ask(question)
        await self.answered()

    @property
    def stop(self) -> Locator:
        return self.page.get_by_role("button", name="Stop", exact=True)

    @property
    def columns(self) -> Locator:
        """The proposals that stand open, side by side."""
        return self.main.locator(".polyphony .column").locator("visible=true")

    def layer(self, number: int) -> Locator:
        """Its fold, of the last question."""
        name = re.compile(rf"^Layer {number}, question")
        return self.main.get_by_role("button", name=name).last

    async def settled(self) -> None:
        """Wait until the page has been drawn again."""
        idle = self.page.locator('[data-test-script-state="notRunning"]')
        await expect(idle).to_have_count(1)

    async def see(self, text: str) -> None:
        await expect(self.main.get_by_text(text).last).to_be_visible()

    async def answered(self) -> None:
        """Wait until the last run has ended: every question has its summary.

        Questions are gone for a moment while the page is drawn anew: both are counted
        again and again.
        """
        for _ in range(PATIENCE_MS // 100):
            if await self._every_question_ended():
                break
            await asyncio.sleep(0.1)
        else:
            raise AssertionError("not every question was answered")
        await expect(self.stop).to_have_count(0)
        await expect(self.composer).to_be_enabled()
        await self.settled()

    async def _every_question_ended(self) -> bool:
        asked = await self.questions.count()
        return asked > 0 and asked == await self._ended.count()

    async def words(self) -> str:
        return await self.main.inner_text()

    async def grows(self) -> bool:
        """Whether the page's text becomes longer within what one has patience for."""
        before = len(await self.words())
        for _ in range(PATIENCE_MS // 100):
            await asyncio.sleep(0.1)
            if len(await self.words()) > before:
                return True
        return False
