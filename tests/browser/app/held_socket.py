"""Holds back what Streamlit's server sends a page, as a slow connection does."""

import asyncio
import re

from playwright.async_api import Page, WebSocketRoute
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

STREAMLIT = re.compile("/_stcore/stream")


class HeldSocket:
    """What comes from the server over Streamlit's socket can be held back.

    What the page sends goes through at once. Runs have a socket of their own, which
    this leaves alone.
    """

    def __init__(self) -> None:
        self._page: WebSocketRoute | None = None
        self._held: list[str | bytes] | None = None
        self._finished = asyncio.Semaphore(0)

    async def put_before(self, page: Page) -> "HeldSocket":
        """Listen in, before the page is opened."""
        await page.route_web_socket(STREAMLIT, self._connect)
        return self

    def hold(self) -> None:
        """Let nothing through from now on."""
        self._held = []
        self._finished = asyncio.Semaphore(0)

    async def answered(self) -> None:
        """Wait until one more script has ended whose messages are held."""
        await self._finished.acquire()

    def let_go(self) -> None:
        """Let through what was held, in order, and what comes then."""
        held, self._held = self._held or [], None
        for message in held:
            self._tell(message)

    def _connect(self, page: WebSocketRoute) -> None:
        self._page = page
        server = page.connect_to_server()
        page.on_message(server.send)
        server.on_message(self._take)

    def _take(self, message: str | bytes) -> None:
        if self._held is None:
            self._tell(message)
            return
        self._held.append(message)
        told = ForwardMsg.FromString(message) if isinstance(message, bytes) else None
        if told and told.WhichOneof("type") == "script_finished":
            self._finished.release()

    def _tell(self, message: str | bytes) -> None:
        if self._page:
            self._page.send(message)
