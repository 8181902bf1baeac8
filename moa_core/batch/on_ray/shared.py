"""Keeps the calls of a worker within what all workers share: rates, pauses, money."""

import asyncio
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from moa_core.batch.on_ray.coordinator import Coordinator
from moa_core.engine import Budget, LocalCallRates
from moa_core.errors import CapReachedError
from moa_core.usage import Cost


class SharedRates:
    """The rates of all workers: turns come from the coordinator.

    One request waits for all calls of an endpoint, and nobody takes a turn ahead: none
    is lost when a worker ends or an endpoint pauses.

    Args:
        coordinator: Gives out the turns.
        limited: The endpoints with a rate; others are only told to pause.
    """

    def __init__(self, coordinator: Coordinator, limited: Collection[str]) -> None:
        self._coordinator = coordinator
        self._pauses = LocalCallRates({})
        self._waiting = {name: deque[asyncio.Future[None]]() for name in limited}
        self._asking: dict[str, asyncio.Task[None]] = {}

    def at_once(self, endpoint: str) -> bool:
        """Whether a call may begin now, as far as this worker knows."""
        return endpoint not in self._waiting and self._pauses.at_once(endpoint)

    async def turn(self, endpoint: str) -> None:
        """Wait until a call to an endpoint may begin, which it then does."""
        if endpoint not in self._waiting:
            await self._pauses.turn(endpoint)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[endpoint].append(turn)
        if endpoint not in self._asking:
            self._asking[endpoint] = asyncio.create_task(self._ask(endpoint))
        await turn

    async def refused(self, endpoint: str, retry_after_s: float | None) -> float:
        """The endpoint refuses calls now; no worker calls it for so many seconds."""
        pause_s = await self._coordinator.refused(endpoint, retry_after_s)
        await self.pause(endpoint, pause_s)
        return pause_s

    async def pause(self, endpoint: str, seconds: float) -> None:
        """Call an endpoint no sooner than in so many seconds."""
        await self._pauses.refused(endpoint, seconds)

    async def _ask(self, endpoint: str) -> None:
        """Take turns for whoever waits, until nobody does."""
        waiting = self._waiting[endpoint]
        try:
            while waiting:
                turns = await self._coordinator.turns(endpoint, len(waiting))
                while turns and waiting:
                    if not (call := waiting.popleft()).done():  # nor cancelled
                        call.set_result(None)
                        turns -= 1
        except Exception as error:  # noqa: BLE001 - each of those who wait raises it
            while waiting:
                if not (call := waiting.popleft()).done():
                    call.set_exception(error)
        finally:
            del self._asking[endpoint]


@dataclass(slots=True)
class FreeMoney:
    """What nobody holds back, as far as this worker was told; ``None``: no cap."""

    usd: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedBudget(Budget):
    """What a row held back; it may spend more as long as nobody else needs that.

    Attributes:
        free: Of all workers.
    """

    free: FreeMoney

    def check(self, spent: Cost) -> None:
        """Look before a call.

        Raises:
            CapReachedError: The row has spent what it held, and nothing is free.
        """
        free_usd = self.free.usd
        if spent.usd and spent.usd >= self.limit_usd and (free_usd or 0) <= 0:
            raise CapReachedError(f"Stopped after {spent}: the cap leaves no more.")
