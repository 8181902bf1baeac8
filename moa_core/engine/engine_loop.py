"""Owns the thread and the event loop that all runs of a process share."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class EngineLoop:
    """An event loop on a thread of its own, from the moment it is built."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._closed = asyncio.Event()
        self._thread = threading.Thread(
            target=self._run, name="polyphony-engine", daemon=True
        )
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Begin work on the loop, from any thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def close(self, patience_s: float = 5.0) -> None:
        """End the loop and its thread; what is on it is cancelled."""
        self.loop.call_soon_threadsafe(self._closed.set)
        self._thread.join(patience_s)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(self._closed.wait())
