"""Carries the events of a run from the engine's thread to the loop of the server.

The loop is woken once, and then reads all that came meanwhile: a busy server sends
more at once, and less often. What no client is told stays behind.
"""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Final

from moa_core.run import (
    CallAlive,
    CallDelta,
    CallExtended,
    CallNoted,
    CallTimed,
    RunAborted,
    RunEvent,
    RunFinished,
)

_UNTOLD: Final = (CallAlive, CallExtended, CallNoted, CallTimed)


def _is_untold(event: RunEvent | None) -> bool:
    if isinstance(event, CallDelta):
        return event.role == "proposer"
    return isinstance(event, _UNTOLD)


class EventFeed:
    """The events of one run, for a reader on the loop that made it.

    Args:
        end_only: Whether the reader waits for the end, and for nothing before it.

    Attributes:
        left: Whether the reader's client has gone away.
    """

    def __init__(self, *, end_only: bool = False) -> None:
        self._end_only = end_only
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._came: deque[RunEvent | None] = deque()
        self._woken = False
        self.left = False

    def tell(self, event: RunEvent | None) -> None:
        """Take an event, or the end, on the thread of the engine."""
        is_end = event is None or isinstance(event, RunFinished | RunAborted)
        if not is_end and (self._end_only or _is_untold(event)):
            return
        self._came.append(event)
        if not self._woken:
            self._woken = True
            with suppress(RuntimeError):  # the server has ended
                self._loop.call_soon_threadsafe(self._news.set)

    def leave(self) -> None:
        """The client has gone away: whoever waits for news hears of it at once."""
        self.left = True
        self._news.set()

    async def next(self, patience_s: float) -> list[RunEvent | None]:
        """What came since, the end as ``None``; nothing if nothing came for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self._news.wait()
        self._news.clear()
        self._woken = False  # from here on, what comes wakes the loop again
        came = []
        while self._came:
            came.append(self._came.popleft())
        return came
