"""A browser's end of the socket over which runs come, as docs/run-stream.md says."""

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType


@dataclass(frozen=True, slots=True)
class DrawnText:
    """A text as it stood, and when."""

    at_s: float
    body: str


@dataclass
class FollowedRun:
    """What has been told of one run.

    Attributes:
        texts: By the index of the seat.
        ended: Set when no more will come.
    """

    texts: dict[int, str] = field(default_factory=dict)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class RunReader:
    """Follows runs over one socket, as a page does; an async context manager.

    Attributes:
        drawn: Every text that grew, as it stood then.
        messages: How many have come.
        socket: The socket itself.
    """

    def __init__(self, session: ClientSession, address: str, compress: int) -> None:
        self.drawn: list[DrawnText] = []
        self.messages = 0
        self._opening = session.ws_connect(
            f"{address}/runs/stream", origin=address, compress=compress, max_msg_size=0
        )
        self._runs: dict[str, FollowedRun] = {}

    async def __aenter__(self) -> Self:
        self.socket: ClientWebSocketResponse = await self._opening
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading
        await self.socket.close()

    async def follow(self, name: str) -> FollowedRun:
        """Follow a run, unless that is being done."""
        if name not in self._runs:
            self._runs[name] = FollowedRun()
            await self.socket.send_json({"subscribe": name})
        return self._runs[name]

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type is WSMsgType.TEXT:
                self.messages += 1
                self._take(json.loads(message.data))
        raise ConnectionError("the socket of the runs was closed")

    def _take(self, news: dict[str, Any]) -> None:
        run = self._runs[news["run"]]
        for seat, text, *anew in news.get("d", ()):
            run.texts[seat] = ("" if anew else run.texts.get(seat, "")) + text
            self.drawn.append(DrawnText(time.monotonic(), run.texts[seat]))
        if "end" in news:
            run.ended.set()
