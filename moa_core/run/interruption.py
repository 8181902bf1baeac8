"""Ends what a task waits for, without ending the task."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


class Interruption:
    """What one task waits for, and somebody else may end.

    Works as ``asyncio.timeout`` does: the task is cancelled, and ``wait`` absorbs that
    cancellation.

    Args:
        requested: Whether what is waited for is to end.
    """

    def __init__(self, requested: Callable[[], bool]) -> None:
        self._requested = requested
        self._task: asyncio.Task[object] | None = None

    @property
    def waits(self) -> bool:
        """Whether the task waits now."""
        return self._task is not None

    def interrupt(self) -> None:
        """Cancel the task, once after ``requested`` has become true, if it waits."""
        if self._task:
            self._task.cancel()

    async def wait(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """Await ``work()`` and return its result, or ``None`` if a request ended it.

        Raises:
            CancelledError: The task itself was cancelled, with or without a request.
        """
        requested = self._requested
        if requested():
            return None
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - coroutines run in tasks
        cancelled_before = task.cancelling()
        self._task = task
        try:
            return await work()
        except (Exception, asyncio.CancelledError):
            # A request always arrives as an exception: whatever it has become on its
            # way out of an adapter, it was the request that ended the work.
            if requested() and task.cancelling() == cancelled_before + 1:
                return None
            raise
        finally:
            self._task = None
            if requested():
                task.uncancel()
