"""What a test does on the page that compares texts, by its controls alone."""

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.pages.hand import click

SIZE = re.compile("open_in_full|close_fullscreen")
"""What stands on the button that changes a column's size: names of icons."""


class ComparePage:
    """The page of comparisons in one browser tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.main = page.locator(".stMain")

    async def open(self) -> "ComparePage":
        """By the link at the answer of a chat."""
        await click(self.main.get_by_role("link", name="Compare").first)
        await self.drawn()
        return self

    async def drawn(self) -> None:
        """Wait until the texts and all their figures stand there."""
        await expect(self.main.get_by_role("heading", name="Agreement")).to_be_visible()
        idle = self.page.locator('[data-test-script-state="notRunning"]')
        await expect(idle).to_have_count(1)

    async def mark(self, what: str) -> None:
        await self._press(what)

    async def tick(self, text: str) -> None:
        """Tick or untick a text."""
        await self._press(text)

    async def _press(self, name: str) -> None:
        choices = self.main.get_by_test_id("stButtonGroup")
        await click(choices.get_by_text(name, exact=True).first)
        await self.drawn()

    def columns(self) -> Locator:
        """One button for each column: it changes the column's size."""
        return self.main.locator("button:visible").filter(has_text=SIZE)

    async def toggle_column(self, number: int) -> None:
        """Maximise a column, from 0, or show all of them again."""
        await click(self.columns().nth(number))
        await self.drawn()

    async def widths(self) -> list[float]:
        """Of all columns, in pixels."""
        boxes = [await column.bounding_box() for column in await self.cards().all()]
        return [box["width"] for box in boxes if box]

    def cards(self) -> Locator:
        return self.main.get_by_test_id("stGridCell").filter(has_text=SIZE)

    async def overhang_px(self) -> int:
        """How far the page could be scrolled sideways."""
        return int(
            await self.main.evaluate("main => main.scrollWidth - main.clientWidth")
        )
