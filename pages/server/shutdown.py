"""Stops all runs as soon as the program is told to end.

The server waits for open responses before it ends, and a streamed answer ends with its
run: so runs are stopped first, not last.
"""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from pages.server.api import refuse_requests
from services import begin_closing

_SIGNALS: Final = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGBREAK")  # the last one is of Windows
    if hasattr(signal, name)
)


@contextmanager
def runs_stopped_on_signals() -> Iterator[None]:
    """Stop all runs on a signal to end, then do what was done on it before.

    Signals arrive in the main thread only; in another one nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def end(number: int, frame: FrameType | None) -> None:
        refuse_requests()
        loop.call_soon_threadsafe(begin_closing)
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number, handler in before.items():
        if callable(handler):
            signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            if callable(handler):
                signal.signal(number, handler)
