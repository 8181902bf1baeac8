"""Awaits several things at once, each of them to its end."""

import asyncio
from collections.abc import Awaitable


async def together(*work: Awaitable[None]) -> None:
    """Await all, to their ends, and only then raise what ended one of them."""
    results = await asyncio.gather(*work, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
