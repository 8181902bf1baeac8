"""Holds back what a page and Streamlit's server send each other, as slow ones do."""

import asyncio
import re

from playwright.async_api import Page, WebSocketRoute
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

STREAMLIT = re.compile("/_stcore/stream")


class HeldSocket:
    """Streamlit's socket, of which messages can be held back; runs have another."""

    def __init__(self) -> None:
        self._page: WebSocketRoute | None = None
        self._server: WebSocketRoute | None = None
        self._held: list[str | bytes] | None = None
        self._finished = asyncio.Semaphore(0)
        self._late: asyncio.Future[str | bytes] | None = None

    async def put_before(self, page: Page) -> "HeldSocket":
        """Listen in, before the page is opened."""
        await page.route_web_socket(STREAMLIT, self._connect)
        return self

    def hold(self) -> None:
        """Let nothing of the server through from now on."""
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

    def ask_late(self) -> None:
        """Keep back the next thing that the page asks, until ``ask`` is called."""
        self._late = asyncio.get_running_loop().create_future()

    async def asked(self) -> None:
        """Wait until the page has asked what is to be late."""
        assert self._late, "call `ask_late` first"
        await self._late

    def ask(self) -> None:
        """Let the server hear what was to be late."""
        assert self._late, "wait for `asked` first"
        assert self._server
        self._server.send(self._late.result())

    def _connect(self, page: WebSocketRoute) -> None:
        self._page, self._server = page, page.connect_to_server()
        page.on_message(self._pass_on)
        self._server.on_message(self._take)

    def _pass_on(self, message: str | bytes) -> None:
        if self._late and not self._late.done():
            self._late.set_result(message)
        elif self._server:
            self._server.send(message)

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
