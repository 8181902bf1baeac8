"""Keeps pictures of pages for whoever wants to look at them."""

import os
from pathlib import Path

from tests.browser.pages.chat_page import ChatPage


async def look(chat: ChatPage, name: str) -> None:
    """Keep a picture for whoever wants to see it."""
    if folder := os.environ.get("PICTURES"):
        for width in (1440, 390):
            await chat.page.set_viewport_size({"width": width, "height": 900})
            path = Path(folder) / f"{name}-{width}.png"
            await chat.page.screenshot(path=path)
        await chat.page.set_viewport_size({"width": 1440, "height": 900})
