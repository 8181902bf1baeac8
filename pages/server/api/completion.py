"""Sends the answer of a run: whole, or as a stream while it is being written."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from starlette.types import Receive, Scope, Send

from moa_core.engine import LiveRun, LiveRuns
from moa_core.openai_wire import (
    DONE_EVENT,
    KEEP_ALIVE,
    ApiError,
    ApiRun,
    StreamChunks,
    event_of,
    run_error,
    whole_answer,
)
from moa_core.run import RunAborted, RunEvent, RunFinished
from pages.server.api.event_feed import EventFeed
from pages.server.api.responses import error_response, json_response, stream_headers

KEEP_ALIVE_S: Final = 10.0
"""A stream is never silent for longer."""

LONGEST_S: Final = 3600.0
"""A run that has not ended by then is stopped."""

SLOWEST_READER_S: Final = 60.0
"""So long may a client take to make room for more."""


class Completion:
    """The answer to one request, on the loop of the server.

    Args:
        run: What is told of.
        live: The same run, under way.
        feed: Its events.
        runs: Stops it.
    """

    def __init__(
        self, run: ApiRun, live: LiveRun, feed: EventFeed, runs: LiveRuns
    ) -> None:
        self._run, self._live, self._feed, self._runs = run, live, feed, runs
        self._loop = asyncio.get_running_loop()
        self._sent_at = 0.0  # on the loop's clock

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer, or why there is none; nothing to a client that has left."""
        too_late = self._loop.call_later(LONGEST_S, self._runs.stop, self._run.uid)
        listening = asyncio.create_task(self._listen(receive))
        try:
            with suppress(TimeoutError):  # the client reads nothing
                if self._run.request.stream:
                    await self._stream(send)
                else:
                    await self._whole(scope, receive, send)
        finally:
            too_late.cancel()
            listening.cancel()
            self._leave()

    async def _listen(self, receive: Receive) -> None:
        """Wait until the client goes away; nothing but ``receive`` tells of that."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._leave()

    def _leave(self) -> None:
        """Nobody waits for more: the run stops, unless it has ended."""
        self._runs.stop(self._run.uid)
        self._feed.leave()

    async def _whole(self, scope: Scope, receive: Receive, send: Send) -> None:
        events: Sequence[RunEvent | None] = []
        while not events and not self._feed.left:
            events = await self._feed.next(LONGEST_S)
        if not events:
            return
        if isinstance(events[0], RunFinished):
            body = whole_answer(self._run, self._live.state)
            response = json_response(body, self._run.uid)
        else:
            error = run_error(self._run, self._live.state)
            response = error_response(error, self._run.uid)
        await response(scope, receive, send)

    async def _stream(self, send: Send) -> None:
        headers = stream_headers(self._run.uid)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        chunks, ended = StreamChunks(self._run), False
        await self._write(send, event_of(chunks.first(self._live.state)))
        while not ended:
            silent_s = self._loop.time() - self._sent_at
            events = await self._feed.next(KEEP_ALIVE_S - silent_s)
            if self._feed.left:
                return
            data, ended = self._told(chunks, events)
            if data:
                await self._write(send, data, more=not ended)
            elif self._loop.time() - self._sent_at >= KEEP_ALIVE_S:
                await self._write(send, KEEP_ALIVE)

    async def _write(self, send: Send, data: bytes, *, more: bool = True) -> None:
        """Send some of a stream.

        Raises:
            TimeoutError: The client has long made no room for it.
        """
        async with asyncio.timeout(SLOWEST_READER_S):
            await send({"type": "http.response.body", "body": data, "more_body": more})
        self._sent_at = self._loop.time()

    def _told(
        self, chunks: StreamChunks, events: Sequence[RunEvent | None]
    ) -> tuple[bytes, bool]:
        """What a client is told of events, and whether nothing follows."""
        state = self._live.state
        ends = {None, RunFinished, RunAborted} & {e and type(e) for e in events}
        told: list[bytes] = []
        try:
            for chunk in chunks.of_all(filter(None, events), state):
                told.append(event_of(chunk))
            if RunFinished in ends:
                told += map(event_of, chunks.end(state))
            elif ends:
                raise run_error(self._run, state, begun=chunks.wrote)
        except ApiError as error:
            return b"".join([*told, event_of(error.body()), DONE_EVENT]), True
        return b"".join([*told, *([DONE_EVENT] if ends else [])]), bool(ends)
