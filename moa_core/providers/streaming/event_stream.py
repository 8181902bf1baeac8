"""Reads the events of one HTTP response, and closes it whatever happens."""

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Self

from moa_core.providers.answers import Event, EventDecoder
from moa_core.providers.errors import (
    CallTarget,
    compressed_error,
    is_garbled,
    web_page_error,
)

if TYPE_CHECKING:
    import httpx2

_LONGEST_PAGE_BYTES = 16 * 1024


class EventStream:
    """The events of ``response``.

    What it is is told by its first characters, since servers label it badly.
    """

    def __init__(self, response: "httpx2.Response", target: CallTarget) -> None:
        self._response = response
        self._target = target
        self._coding = response.headers.get("content-encoding", "")
        coded = bool(self._coding)
        self._chunks = response.aiter_bytes() if coded else response.aiter_raw()
        self._decoder = EventDecoder()
        self._began = False
        self._ended = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self._chunks.aclose()
        finally:
            await self._response.aclose()

    async def next(self, within_s: float | None = None) -> list[Event] | None:
        """The events that arrive next; ``None`` at the end.

        They may be none, while what arrives is no payload and ``within_s`` is not set.

        Args:
            within_s: How long to wait for them, in seconds, whatever else arrives.

        Raises:
            TimeoutError: Nothing came in time.
            ProviderError: It is a web page.
            EventTooLongError: An event does not end.
        """
        if within_s is None:  # a timer for each piece would cost more than reading it
            return None if self._ended else await self._read()
        async with asyncio.timeout(within_s):
            while not self._ended:
                if events := await self._read():
                    return events
        return None

    async def _read(self) -> list[Event]:
        """The events that the next piece of the response completes."""
        chunk = await anext(self._chunks, None)
        if chunk is None:
            self._ended = True
            return self._decoder.end()
        if not self._began and (start := chunk.lstrip()):
            self._began = True
            if start.startswith(b"<"):
                raise web_page_error(self._target, await self._page(chunk))
            if self._coding and is_garbled(start):
                raise compressed_error(self._target, self._coding)
        return self._decoder.feed(chunk)

    async def _page(self, start: bytes) -> str:
        """As much of a web page as says what it is."""
        page = bytearray(start)
        async for chunk in self._chunks:
            page += chunk
            if len(page) > _LONGEST_PAGE_BYTES:
                break
        return page.decode(errors="replace")
