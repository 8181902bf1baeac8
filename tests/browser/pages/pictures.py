"""Keeps pictures of pages for whoever wants to look at them."""

import os
from itertools import product
from pathlib import Path

from tests.browser.pages.chat_page import ChatPage


async def look(chat: ChatPage, name: str) -> None:
    """Keep a picture for whoever wants to see it."""
    if folder := os.environ.get("PICTURES"):
        for theme, width in product(("light", "dark"), (1440, 390)):
            await chat.page.emulate_media(color_scheme=theme)
            await chat.page.set_viewport_size({"width": width, "height": 900})
            await chat.settled()
            path = Path(folder) / f"{name}-{theme}-{width}.png"
            await chat.page.screenshot(path=path, animations="disabled")
        await chat.page.emulate_media(color_scheme="light")
        await chat.page.set_viewport_size({"width": 1440, "height": 900})
