"""Waits for what other threads and processes do, as long as a busy machine takes."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")
PATIENCE_S = 30.0
_LOOK_S = 0.01


def eventually(look: Callable[[], Seen]) -> Seen:
    """Look until there is something, and give it.

    Raises:
        AssertionError: There was nothing for half a minute.
    """
    ends = time.monotonic() + PATIENCE_S
    while not (seen := look()):
        assert time.monotonic() < ends, "it never happened"
        time.sleep(_LOOK_S)
    return seen


async def eventually_async(look: Callable[[], Seen]) -> Seen:
    """The same, while the test's loop goes on."""
    ends = time.monotonic() + PATIENCE_S
    while not (seen := look()):
        assert time.monotonic() < ends, "it never happened"
        await asyncio.sleep(_LOOK_S)
    return seen
