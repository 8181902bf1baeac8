"""Reads the payloads of one HTTP response, and closes it whatever happens."""

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Self

from moa_core.providers.origin import Origin
from moa_core.providers.refused import at_wrong_address
from moa_core.providers.sse import MAX_EVENT_BYTES, EventDecoder, EventTooLongError

if TYPE_CHECKING:
    import httpx2


class EventStream:
    """The payloads of ``response``: those of its events, or its one JSON document.

    What it is is told by its first character, since servers label it badly.
    """

    def __init__(self, response: "httpx2.Response", origin: Origin) -> None:
        self._response = response
        self._origin = origin
        self._chunks = response.aiter_bytes()
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

    async def next(self, within_s: float | None = None) -> list[str] | None:
        """The payloads that arrive next; ``None`` at the end.

        Args:
            within_s: How long to wait for them, in seconds, whatever else arrives.

        Raises:
            TimeoutError: Nothing came in time.
            ProviderError: It is a web page.
            EventTooLongError: An event does not end.
        """
        async with asyncio.timeout(within_s):
            while not self._ended:
                if payloads := await self._read():
                    return payloads
        return None

    async def _read(self) -> list[str]:
        """The payloads that the next piece of the response completes."""
        chunk = await anext(self._chunks, None)
        if chunk is None:
            self._ended = True
            return self._decoder.end()
        if not self._began and (start := chunk.lstrip()):
            self._began = True
            if start.startswith(b"<"):
                raise at_wrong_address(self._origin, "answers with a web page")
            if start.startswith((b"{", b"[")):
                return [await self._document(chunk)]
        return self._decoder.feed(chunk)

    async def _document(self, start: bytes) -> str:
        document = bytearray(start)
        async for chunk in self._chunks:
            document += chunk
            if len(document) > MAX_EVENT_BYTES:
                raise EventTooLongError("The response does not end.")
        self._ended = True
        return document.decode(errors="replace")
