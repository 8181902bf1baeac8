"""Limits the calls that are made at once to one endpoint, or to one local server."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from moa_core.run import (
    Begin,
    Claim,
    CompletionRequest,
    Provider,
    Queued,
    SlottedServer,
    StreamItem,
    is_preset,
)


@dataclass(slots=True, eq=False)
class _Holder:
    """Who has a place; of a call that is hedged there are two.

    Attributes:
        told: Whether it was told to leave.
    """

    claim: Claim
    told: bool = False


class Places:
    """Places for calls, given out in the order they were asked for.

    A late call leaves its place as soon as another one waits for it.

    Args:
        count: How many there are; may change while they are in use.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._used = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._holders: list[_Holder] = []

    def resize(self, count: int) -> None:
        """Have ``count`` places; those beyond it close as they become free."""
        self._count = count
        self._give()

    def full(self) -> bool:
        """Whether whoever asks now has to wait."""
        return self._used >= self._count

    @property
    def waiting(self) -> int:
        """How many calls wait for a place."""
        return sum(not turn.done() for turn in self._queue)

    @asynccontextmanager
    async def taken(self, claim: Claim) -> AsyncGenerator[None, None]:
        """Hold a place, once there is one."""
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        self._give()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had just been given a place
                self._leave()
            raise
        holder, tell = _Holder(claim), self._make_room
        claim.on_late.append(tell)
        self._holders.append(holder)
        try:
            yield
        finally:
            claim.on_late.remove(tell)
            self._holders.remove(holder)
            self._leave()

    def _leave(self) -> None:
        self._used -= 1
        self._give()

    def _give(self) -> None:
        while self._used < self._count and self._queue:
            turn = self._queue.popleft()
            if not turn.cancelled():
                self._used += 1
                turn.set_result(None)
        self._make_room()

    def _make_room(self) -> None:
        """Have as many late calls leave as others wait."""
        wanted = self.waiting - sum(holder.told for holder in self._holders)
        for late in [holder for holder in self._holders if holder.claim.late]:
            if wanted <= 0 or late.told:
                continue
            for holder in self._holders:  # it gives up all that it has
                if holder.claim is late.claim:
                    holder.told, wanted = True, wanted - 1
            late.claim.leave()


@dataclass(frozen=True, slots=True)
class ConcurrencyLimited:
    """Keeps the calls to one endpoint below its limit; further ones queue.

    Attributes:
        provider: Asks the model.
        places: Shared by all calls to the endpoint, or to its server.
        server: A local server, which is asked how many places it has.
        most: Never more places than this, whatever the server says.
    """

    provider: Provider
    places: Places
    server: SlottedServer | None = None
    most: int = 1

    async def stream(
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer once a place is free; a call that queued begins then.

        A preset of an API needs none: it may ask the same endpoint itself, and would
        wait for the place that it holds.
        """
        if is_preset(request.agent.model):
            async with aclosing(self.provider.stream(request)) as items:
                async for item in items:
                    yield item
            return
        if self.server:
            slots = await self.server.slots()
            self.places.resize(self.most if slots is None else min(slots, self.most))
        if queued := self.places.full():
            yield Queued()
        async with (
            self.places.taken(request.claim),
            aclosing(self.provider.stream(request)) as items,
        ):
            if queued:
                yield Begin()
            async for item in items:
                yield item
