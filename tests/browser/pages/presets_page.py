"""What a test does on the presets page, by form controls alone."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.browser.pages.hand import click
from tests.browser.pages.mixture_form import MixtureForm


class PresetsPage:
    """The presets page in one browser tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.main = page.locator(".stMain")
        self.mixture = MixtureForm(page)

    async def open(self) -> "PresetsPage":
        await click(self.page.get_by_role("link", name="Presets"))
        title = self.main.get_by_role("heading", name="Presets")
        await expect(title).to_be_visible()
        await self.settled()
        return self

    async def save_as(self, name: str) -> None:
        await click(self.main.get_by_role("button", name="Save as"))
        field = self.page.get_by_role("textbox", name="Name")
        await field.fill(name)
        await field.press("Enter")
        await self.settled()
        await click(self.page.get_by_role("button", name="Save as new preset"))
        await expect(self.picked()).to_have_value(name)

    async def delete(self) -> None:
        await click(self.main.locator(".st-key-preset-more button"))
        await click(self.page.get_by_role("button", name="Delete"))
        undo = self.main.get_by_role("button", name="Undo “")
        await expect(undo).to_be_visible()

    async def export(self, folder: Path) -> Path:
        await click(self.main.get_by_text("Export, import, link"))
        async with self.page.expect_download() as download:
            await click(self.page.get_by_role("button", name="Export this mixture"))
        path = folder / "exported.json"
        await (await download.value).save_as(path)
        return path

    async def import_file(self, path: Path) -> None:
        await self.page.locator("input[type=file]").set_input_files(path)
        await expect(self.main.get_by_text("Imported")).to_be_visible()

    async def settled(self) -> None:
        """Wait until the page has been drawn again."""
        idle = self.page.locator('[data-test-script-state="notRunning"]')
        await expect(idle).to_have_count(1)

    def picked(self) -> Locator:
        return self.page.get_by_role("combobox", name="Preset")
