"""Lets a page follow runs over one WebSocket.

What is sent is described in docs/run-stream.md.
"""

import asyncio
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from moa_core.errors import MoAError
from moa_core.run import TOLD_S, next_beat_s
from pages.server.admission import Admitted
from pages.server.origins import address_of, may_talk
from pages.server.run_frames import (
    LONGEST_FRAME,
    MalformedError,
    ending,
    obey,
    open_run,
    read_frame,
)
from pages.tickets import TicketError
from pages.widgets.run_feed import Json, Subscription
from storage.errors import NotFoundError

MOST_RUNS: Final = 64
"""So many runs are followed by one page."""

LOOKED_AFTER_S: Final = 5.0
"""How often it is asked whether a page's person is still let in."""

_MALFORMED: Final = 1007
_FOREIGN: Final = 1008
_TOO_LONG: Final = 1009


async def run_stream(socket: WebSocket) -> None:
    """Answer one page, for as long as it is open."""
    if not may_talk(socket.headers):
        await socket.close(_FOREIGN)
        return
    await socket.accept()
    page = _Page(socket)
    tasks = [asyncio.create_task(work) for work in (page.listen(), page.tell())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # the server closes the socket if that failed
    except WebSocketDisconnect:
        pass
    finally:
        for task in tasks:
            task.cancel()


class _Page:
    """What one page follows."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._followed: dict[str, Subscription] = {}
        self._admitted: dict[str, Admitted] = {}
        self._begun = asyncio.Event()

    async def listen(self) -> None:
        """Take in what the page asks for, one after the other, until it leaves."""
        while (message := await self._socket.receive())["type"] == "websocket.receive":
            text = message.get("text")
            try:
                if text and len(text) > LONGEST_FRAME:
                    await self._socket.close(_TOO_LONG, "message too long")
                    return
                await self._take(text)
            except MalformedError as error:
                await self._socket.close(_MALFORMED, str(error))
                return

    async def _take(self, text: str | None) -> None:
        frame = read_frame(text)
        match frame:
            case {"subscribe": str(name)}:
                await self._follow(name, frame)
            case {"unsubscribe": str(name)}:
                self._followed.pop(name, None)
            case {"do": str(), "run": str(name)}:
                if followed := self._followed.get(name):
                    obey(followed, frame)
            case _:
                raise MalformedError("unknown message")

    async def _follow(self, name: str, frame: Json) -> None:
        """Send all that is known of a run, and from then on what is new."""
        if len(self._followed) >= MOST_RUNS and name not in self._followed:
            await self._send(ending(name, "refused"))
            return
        self._followed.pop(name, None)
        try:
            address = address_of(self._socket)
            followed, admitted = await open_run(name, frame, address)
            await self._send(await followed.first())
        except TicketError:
            await self._send(ending(name, "ticket"))
        except NotFoundError:
            await self._send(ending(name, "gone"))
        except MoAError as error:
            await self._send(ending(name, "refused", error))
        else:
            self._followed[name] = followed
            if admitted:
                self._admitted[admitted.person] = admitted
            self._begun.set()

    async def tell(self) -> None:
        """Send what is new of all that is followed, at each beat.

        A page that reads slowly is told less often.
        """
        clock = asyncio.get_running_loop().time
        looked_after = clock()
        while True:
            await self._begun.wait()
            if clock() - looked_after > LOOKED_AFTER_S:
                looked_after = clock()
                if not await self._is_welcome():
                    return
            for name, followed in list(self._followed.items()):
                await self._tell(name, followed)
            if not self._followed:
                self._begun.clear()
            await asyncio.sleep(next_beat_s(clock(), TOLD_S))

    async def _tell(self, name: str, followed: Subscription) -> None:
        try:
            news, end = await followed.next(), followed.end
        except NotFoundError:
            news, end = None, "gone"
        if self._followed.get(name) is not followed:
            return
        if news:
            await self._send(news)
        if end:
            del self._followed[name]
            await self._send(ending(name, end))

    async def _is_welcome(self) -> bool:
        """Whether whoever this page belongs to is still let in; else it is told so."""
        for admitted in self._admitted.values():
            if not await admitted.still():
                for name in self._followed:
                    await self._send(ending(name, "ticket"))
                await self._socket.close(_FOREIGN, "blocked")
                return False
        return True

    async def _send(self, text: str) -> None:
        """Wait until a slow reader has room: what is new adds up meanwhile."""
        await self._socket.send_text(text)
