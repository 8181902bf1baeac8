"""Awaits several things at once, each of them to its end."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable


async def together(*work: Awaitable[None]) -> None:
    """Await all, to their ends, and only then raise what ended one of them."""
    results = await asyncio.gather(*work, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def a_few_at_once(
    most: int, work: Iterable[Callable[[], Awaitable[None]]]
) -> None:
    """Begin each in its order, never more than ``most`` side by side."""
    places = asyncio.Semaphore(most)

    async def in_its_place(begin: Callable[[], Awaitable[None]]) -> None:
        async with places:
            await begin()

    await together(*map(in_its_place, work))
