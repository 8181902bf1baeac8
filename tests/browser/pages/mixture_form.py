"""What a test does in the form of a mixture: in the chat's sheet, or among presets."""

from playwright.async_api import Locator, Page, expect

from tests.browser.pages.hand import click


class MixtureForm:
    """The layers of a mixture, of which a test adds and removes models."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def open(self) -> "MixtureForm":
        """Open the sheet by the button at the composer."""
        button = self.page.locator(".st-key-choose-mixture button")
        await click(button.locator("visible=true"))
        await expect(self.page.locator(".st-key-mixture-sheet")).to_be_visible()
        return self

    async def done(self) -> None:
        """Close the sheet."""
        await click(self.page.get_by_role("button", name="Done"))
        await expect(self.page.locator(".st-key-mixture-sheet")).to_have_count(0)

    async def add(self, layer: int, model: str) -> None:
        """Add a model to a layer by typing its name; Enter takes the best match."""
        rows = self._rows(layer)
        before = await rows.count()
        field = self.page.get_by_role("combobox", name=f"Add a model to layer {layer}")
        await field.fill(model)
        await expect(self.page.get_by_role("option").first).to_contain_text(model)
        await field.press("Enter")
        await expect(rows).to_have_count(before + 1)

    async def remove(self, layer: int, model: str) -> None:
        """Take a model out of a layer."""
        row = self._rows(layer).filter(has_text=model)
        await click(row.get_by_role("button", name=f"Change {model}"))
        await click(self.page.get_by_text("Remove", exact=True))
        await expect(row).to_have_count(0)

    async def change_layer(self, layer: int, what: str) -> None:
        """Choose an entry of a layer's menu; whoever calls sees what comes of it."""
        await click(self.page.get_by_role("button", name=f"Change layer {layer}"))
        await click(self.page.get_by_text(what, exact=True))

    def _rows(self, layer: int) -> Locator:
        return self.page.locator(f'[class*="st-key-agent-{layer - 1}-"]')
