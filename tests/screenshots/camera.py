"""Opens pages in a theme and a size, and writes pictures of them as WebP."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, Page

from tests.browser.app.running_app import ROOT
from tests.screenshots.gallery import PHONE

FOLDER: Final = ROOT / "docs" / "screenshots"
SIZES: Final = {"1440": (1440, 900), "390": (390, 844)}
QUALITY = 82
SETTLES_MS = 900


@dataclass(frozen=True, slots=True)
class Camera:
    """Takes pictures in one theme and one size.

    Attributes:
        theme: ``light`` or ``dark``.
        size: One of ``SIZES``.
        folder: Where they go.
    """

    browser: Browser
    theme: str
    size: str
    folder: Path = FOLDER

    @property
    def is_wide(self) -> bool:
        """Whether it looks at a laptop's window, not a phone's."""
        return self.size == "1440"

    @asynccontextmanager
    async def page(self) -> AsyncIterator[Page]:
        """A fresh visitor's tab."""
        wide, high = SIZES[self.size]
        page = await self.browser.new_page(
            viewport={"width": wide, "height": high},
            color_scheme="dark" if self.theme == "dark" else "light",
            reduced_motion="reduce",
        )
        try:
            yield page
        finally:
            await page.close()

    async def take(self, page: Page, name: str) -> None:
        """Let the page settle, and write ``NAME-THEME-SIZE.webp``, if it is shown."""
        if not self.is_wide and name not in PHONE:
            return
        await page.mouse.move(0, 0)
        await page.wait_for_timeout(SETTLES_MS)
        png = await page.screenshot(animations="disabled")
        path = self.folder / f"{name}-{self.theme}-{self.size}.webp"
        with Image.open(io.BytesIO(png)) as picture:
            picture.convert("RGB").save(path, quality=QUALITY, method=6)
