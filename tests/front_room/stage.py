"""What the points and measurements are tried on: apps, models and a browser."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser

from moa_core.mixture import MoAConfig
from tests.browser.app.lab import NAMES, mixture
from tests.front_room.visitor import Visitor
from tests.model_server import ModelServer, Play

QUESTION = "Why is the sky blue?"
PROPOSERS = ("ada", "ben", "cleo")
THREE: MoAConfig = mixture(*PROPOSERS)


def first_words(name: str) -> str:
    """How a model of the stage begins."""
    return f"First words of {name}"


@dataclass(slots=True)
class Stage:
    """Where everything is tried.

    Attributes:
        browser: A Chromium.
        url: An app with the models of ``server``.
        bare_url: An app with nothing: no key, no endpoint, simulated models alone.
        bare_start_s: From its command to its first answer.
        server: Its models are held, or fail, as a point wants it.
        offer_local: Makes a local model server appear beside the bare app.
    """

    browser: Browser
    url: str
    bare_url: str
    bare_start_s: float
    server: ModelServer
    offer_local: Callable[[], None]

    @asynccontextmanager
    async def visit(
        self, url: str = "", width: int = 1440, height: int = 900, **how: str
    ) -> AsyncIterator[Visitor]:
        """A fresh visitor of the app at ``url``, or of the one with models."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": height},
            permissions=["clipboard-read", "clipboard-write"],
            **how,
        )
        try:
            yield Visitor(await context.new_page(), url or self.url)
        finally:
            await context.close()

    def play(self, **others: Play) -> threading.Event:
        """Let every model write two hundred words and hold its end.

        Args:
            others: What some models do instead.

        Returns:
            Set it to let all of them end.
        """
        end = threading.Event()
        for name in (*NAMES, "dora"):
            words = [f"{first_words(name)}. ", *["word "] * 200, f"Last of {name}."]
            self.server.plays[name] = Play(pieces=words, held_until=end)
        self.server.plays.update(others)
        return end
