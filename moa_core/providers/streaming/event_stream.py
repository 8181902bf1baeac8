"""Reads the payloads of one HTTP response, and closes it whatever happens."""

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Self

from moa_core.providers.errors import CallTarget, web_page_error

if TYPE_CHECKING:
    import httpx2


class EventStream:
    """The payloads of ``response``: those of its events, or its one JSON document.

    What it is is told by its first character, since servers label it badly.
    """

    def __init__(self, response: "httpx2.Response", target: CallTarget) -> None:
        self._response = response
        self._target = target
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
                raise web_page_error(self._target, await self._page(chunk))
            if start.startswith((b"{", b"[")):
                return [await self._document(chunk)]
        return self._decoder.feed(chunk)

    async def _page(self, start: bytes) -> str:
        """As much of a web page as says what it is."""
        page = bytearray(start)
        async for chunk in self._chunks:
            page += chunk
            if len(page) > _LONGEST_PAGE_BYTES:
                break
        return page.decode(errors="replace")

    async def _document(self, start: bytes) -> str:
        document = bytearray(start)
        async for chunk in self._chunks:
            document += chunk
            if len(document) > MAX_EVENT_BYTES:
                raise EventTooLongError("The response does not end.")
        self._ended = True
        return document.decode(errors="replace")


MAX_EVENT_BYTES = 8 * 1024 * 1024
"""A longer event is not an answer any more; reading on would only fill the memory."""

_LONGEST_PAGE_BYTES = 16 * 1024
_BOM = b"\xef\xbb\xbf"


class EventTooLongError(ValueError):
    """One event is longer than ``MAX_EVENT_BYTES``."""


class EventDecoder:
    """Collects the ``data`` of events, wherever the network cut them.

    Lines end in LF, CRLF or CR; comments and fields other than ``data`` are skipped.
    Bytes are decoded line by line, so a character may be cut in two.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._ended_in_cr = False
        self._at_start = True

    def feed(self, received: bytes) -> list[str]:
        """The payloads of the events that ``received`` completes.

        Raises:
            EventTooLongError: The server does not end an event.
        """
        if self._ended_in_cr and received.startswith(b"\n"):
            received = received[1:]
        self._ended_in_cr = received.endswith(b"\r")
        block = self._rest + received
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, self._rest = block.split(b"\n")
        if len(self._rest) + sum(map(len, self._data)) > MAX_EVENT_BYTES:
            raise EventTooLongError("An event of the stream does not end.")
        return [payload for line in lines if (payload := self._line(line)) is not None]

    def end(self) -> list[str]:
        """The payload of a last event that no empty line ended."""
        last = [self._line(self._rest), self._line(b"")]
        self._rest = b""
        return [payload for payload in last if payload is not None]

    def _line(self, line: bytes) -> str | None:
        if self._at_start:
            self._at_start = False
            line = line.removeprefix(_BOM)
        if not line:
            data, self._data = self._data, []
            return b"\n".join(data).decode(errors="replace") if data else None
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
        return None
