"""What a test does on the chat page, in the words of somebody who uses it."""

import asyncio

from playwright.async_api import Locator, Page, expect

from tests.browser.pages.hand import click, pick


class ChatPage:
    """The chat page in one browser tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.main = page.locator(".stMain")
        composers = page.get_by_test_id("stChatInput").locator("textarea")
        self.composer = composers.first  # after a refusal the old one may still fade
        self.questions = self.main.get_by_label("Chat message from user")
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
        return self.page.locator('[class*="st-key-stop-"] button')

    def layer(self, number: int) -> Locator:
        return self.main.get_by_role("button", name=f"Layer {number}", exact=True).last

    async def pick(self, label: str, model: str) -> None:
        """Add a model in a picker of the sidebar, by typing its name."""
        field = self.page.get_by_role("combobox", name=label)
        await pick(field, f"{model} ·")
        await expect(self._picker(label).get_by_text(f"{model} ·")).to_be_visible()
        await (
            self.settled()
        )  # a picker in use is a line taller, and what is below moves

    async def unpick(self, label: str, model: str) -> None:
        """Take a model out of a picker of the sidebar."""
        button = self._picker(label).get_by_role("button", name=f"Remove {model}")
        await click(button)
        await expect(button).to_have_count(0)
        await self.settled()

    async def remove_layer(self, number: int) -> None:
        """Take the last layer, ``number``, out of the mixture."""
        picker = self.page.get_by_role("combobox", name=f"Layer {number}")
        await click(self.page.get_by_role("button", name="Remove layer"))
        await expect(picker).to_have_count(0)

    async def settled(self) -> None:
        """Wait until the page has been drawn again."""
        idle = self.page.locator('[data-test-script-state="notRunning"]')
        await expect(idle).to_have_count(1)

    def _picker(self, label: str) -> Locator:
        return self.page.get_by_test_id("stMultiSelect").filter(has_text=label).first

    async def see(self, text: str) -> None:
        await expect(self.main.get_by_text(text).last).to_be_visible()

    async def answered(self) -> None:
        """Wait until the last run has ended: every question has its summary."""
        await expect(self._ended).to_have_count(await self.questions.count())
        await expect(self.stop).to_have_count(0)
        await expect(self.composer).to_be_enabled()
        await self.settled()

    async def words(self) -> str:
        return await self.main.inner_text()

    async def grows(self) -> bool:
        """Whether the page's text becomes longer within two seconds."""
        before = len(await self.words())
        for _ in range(20):
            await asyncio.sleep(0.1)
            if len(await self.words()) > before:
                return True
        return False
