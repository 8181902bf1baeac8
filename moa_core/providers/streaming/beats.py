"""Reads responses in beats: what comes in quick succession is taken up together.

Waking up for a token costs more than reading it. Pages are told what is new at the same
beat, so nobody sees a difference; the first tokens of an answer, and its end, are taken
up as they come.
"""

import asyncio
from collections.abc import AsyncGenerator
from itertools import count
from typing import TYPE_CHECKING, Final

import httpx2

from moa_core.run import next_beat_s

if TYPE_CHECKING:
    from openai._vendor.httpx_aiohttp.transport import AiohttpResponseStream

AT_ONCE: Final = 24
"""So many pieces of a response are taken up as they come."""


class Beats:
    """Wakes all that wait on one loop together."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def next(self) -> asyncio.Future[None]:
        """Is done at the next beat; may be done earlier by whoever holds it."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_later(next_beat_s(loop.time()), self._beat)
        beat = loop.create_future()
        self._waiting.append(beat)
        return beat

    def _beat(self) -> None:
        waiting, self._waiting = self._waiting, []
        for beat in waiting:
            finish(beat)


def finish(beat: "asyncio.Future[None] | None") -> None:
    """Let whoever waits for ``beat`` go on, if anybody still does."""
    if beat and not beat.done():
        beat.set_result(None)


class ReadInBeats(httpx2.AsyncByteStream):
    """The bytes of a response, those of one beat in one piece.

    Args:
        body: As openai's transport hands it out.
        beats: Shared by all responses of a loop.
    """

    def __init__(self, body: "AiohttpResponseStream", beats: Beats) -> None:
        self._body, self._beats = body, beats
        self._beat: asyncio.Future[None] | None = None

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        """All pieces that came; then an error of the connection is one of httpx2's."""
        from openai._vendor.httpx_aiohttp.transport import map_aiohttp_exceptions

        content = self._body._aiohttp_response.content
        content.on_eof(lambda: finish(self._beat))
        with map_aiohttp_exceptions():
            for number in count():
                try:
                    piece = await content.readany()
                except Exception:
                    if last := content._read_nowait(-1):  # came before the connection
                        yield last  # was lost; readany() keeps it to itself
                    raise
                if not piece:
                    return
                yield piece
                if number >= AT_ONCE and not content.is_eof():
                    self._beat = self._beats.next()
                    await self._beat

    async def aclose(self) -> None:
        """Close the response."""
        await self._body.aclose()
