"""Holds the calls of a run that may outlast their layer."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

T = TypeVar("T")


class OpenCalls:
    """Calls that go on by themselves until the run has its answer; a context manager.

    At its end those that are still open are closed: what had arrived of them is kept
    and billed (docs/adr/0051-quorum-and-hedging.md).
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def begin(self, call: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Let a call run until it ends, or the run does."""
        task = asyncio.create_task(call)
        self._tasks.add(task)
        return task

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
