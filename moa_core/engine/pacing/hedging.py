"""Asks a second time for an answer of which nothing has come; the first content stays.

After the idea of hedged requests in Dean and Barroso 2013, "The Tail at Scale".
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

from moa_core.errors import ProviderError, StoppedError
from moa_core.run import (
    Begin,
    CompletionRequest,
    Delta,
    Finish,
    Overtaken,
    Provider,
    Queued,
    Report,
    Restart,
    StreamItem,
    ToolCallDelta,
)

ONE_IN: Final = 10
"""Of so many calls of proposers at most one is made twice."""


class HedgeAllowance:
    """How many calls of proposers may be made twice: one in ten, ever."""

    def __init__(self) -> None:
        self._calls = 0
        self._hedges = 0

    def count_call(self) -> None:
        """A call is made that could be hedged."""
        self._calls += 1

    def take(self) -> bool:
        """Whether a second request may be made now; it is counted then."""
        if (self._hedges + 1) * ONE_IN > self._calls:
            return False
        self._hedges += 1
        return True


@dataclass(frozen=True, slots=True)
class Hedge:
    """When a second request is made.

    Attributes:
        after_s: Seconds without content, from the request.
        begins: Told when that is over; whether a second request may be made.
    """

    after_s: float
    begins: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class HedgedProvider:
    """Makes a second request of the same model when no content comes.

    Attributes:
        provider: Asks the model, with its policies around it.
        hedge: When a second request is made.
    """

    provider: Provider
    hedge: Hedge

    async def stream(
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer of the request whose content comes first.

        Yields:
            What the first request yields; where a second one was made, an
            ``Overtaken`` for the one that was closed or has failed.
        """
        race = _Race(self.provider, request, self.hedge)
        try:
            async with aclosing(race.items()) as items:
                async for item in items:
                    yield item
            async for item in race.winner.items:
                yield item
        finally:
            await race.close()


@dataclass(slots=True, eq=False)
class _Racer:
    """One of the requests.

    Attributes:
        began_s: When it was made, on the loop's clock; ``None`` while it queues.
        held: What it yielded while nobody knew whether it stays.
    """

    items: AsyncGenerator[StreamItem, None]
    began_s: float | None
    held: list[StreamItem] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    coming: asyncio.Task[StreamItem] | None = None

    def next_item(self) -> asyncio.Task[StreamItem]:
        """The task that reads its next item."""
        if self.coming is None:
            self.coming = asyncio.ensure_future(anext(self.items))
        return self.coming

    def take(self) -> StreamItem:
        """The item that was read.

        Raises:
            ProviderError: The request failed.
        """
        read, self.coming = self.next_item(), None
        item = read.result()
        if isinstance(item, Report):
            self.report = item
        return item

    async def close(self) -> None:
        """Close its connection."""
        if self.coming:
            self.coming.cancel()
            await asyncio.gather(self.coming, return_exceptions=True)
        await self.items.aclose()


class _Race:
    """One answer, asked for once, or twice until the first content."""

    def __init__(
        self, provider: Provider, request: CompletionRequest, hedge: Hedge
    ) -> None:
        self._provider, self._request = provider, request
        self._hedge: Hedge | None = hedge
        self._now_s = asyncio.get_running_loop().time
        self._first = self._racer()
        self._racers = [self._first]

    @property
    def winner(self) -> _Racer:
        """The request that stays, once there is only one."""
        return self._racers[0]

    async def items(self) -> AsyncGenerator[StreamItem, None]:
        """All there is up to the first content, or up to the end without any."""
        while True:
            if not await self._wait():
                self._begin_second()
            for racer in [each for each in self._racers if each.next_item().done()]:
                item = await self._next(racer)
                if isinstance(item, Delta | ToolCallDelta | Finish):
                    for other in [each for each in self._racers if each is not racer]:
                        yield await self._closed(other, self._overtaken())
                    for earlier in (*racer.held, item):
                        yield earlier
                    return
                if racer is self._first or isinstance(item, Overtaken):
                    yield item
                else:
                    racer.held.append(item)

    async def _next(self, racer: _Racer) -> StreamItem:
        """What a request has yielded; one of two that has failed is closed.

        Raises:
            ProviderError: The only one failed.
        """
        try:
            item = racer.take()
        except ProviderError as error:
            if len(self._racers) == 1:
                raise
            return await self._closed(racer, error)
        if isinstance(item, Restart) and len(self._racers) > 1:
            return await self._closed(racer, item.error)
        if isinstance(item, Queued):  # no clock runs meanwhile
            racer.began_s = None
        elif isinstance(item, Begin) and racer.began_s is None:
            racer.began_s = self._now_s()
        return item

    async def _wait(self) -> bool:
        """Wait for an item; ``False`` if a second request is due before."""
        timeout = None
        began_s = self._racers[0].began_s
        if self._hedge and began_s is not None:
            timeout = max(0.0, began_s + self._hedge.after_s - self._now_s())
        reading = [racer.next_item() for racer in self._racers]
        done, _ = await asyncio.wait(
            reading, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
        )
        return bool(done)

    def _begin_second(self) -> None:
        """Once: what is due is not due again."""
        hedge, self._hedge = self._hedge, None
        if hedge and hedge.begins():
            self._racers.append(self._racer())

    def _racer(self) -> _Racer:
        return _Racer(self._provider.stream(self._request), self._now_s())

    def _overtaken(self) -> ProviderError:
        message = "Closed: another request for this answer was faster."
        return self._request.error(StoppedError, message)

    async def _closed(self, racer: _Racer, error: ProviderError) -> Overtaken:
        """Close one of two, and say what is to be billed for it."""
        self._racers.remove(racer)
        await racer.close()
        return Overtaken(
            error=error,
            report=racer.report,
            began_s=racer.began_s,
            stays_from_s=self.winner.began_s,
            first_stays=self.winner is self._first,
        )

    async def close(self) -> None:
        """Close every connection."""
        for racer in self._racers:
            await racer.close()
