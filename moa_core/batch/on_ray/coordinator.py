"""Decides for all workers of a batch: which rows begin, and when calls do.

It is an actor on Ray, and a plain object elsewhere. All that it knows can be lost: what
is done and spent is in the files.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from moa_core.batch.cap import LocalCap
from moa_core.batch.progress import EndReason
from moa_core.batch.row_runner import Outcome
from moa_core.engine import Budget, LimitWait, LocalCallRates
from moa_core.usage import FREE, Cost

FOREVER_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class RowEnd:
    """How a row has ended on a worker.

    Attributes:
        cost: Of all attempts, those of earlier runs of the batch included.
        line: For the errors.
        taken_over: Calls that were not made again.
    """

    custom_id: str
    outcome: Outcome
    cost: Cost
    line: dict[str, Any] | None = None
    taken_over: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """That a row may begin.

    Attributes:
        usd: What it holds back.
        free_usd: What nobody holds back; ``None`` without a cap.
    """

    usd: Decimal
    free_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Orders:
    """What workers are told.

    Attributes:
        number: Names the order; they count up.
        stop: Whether rows under way are to stop.
        pauses: Endpoints that nobody calls for so many seconds.
    """

    number: int = 0
    stop: bool = False
    pauses: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What the driver is told.

    Attributes:
        ended: Rows that have ended since; ``cost`` is of this run of the batch.
        ending: Why no further row begins, if so.
        refusal: Why a worker cannot work, in a sentence; ``""``: all can.
        waits: Endpoints whose limits calls wait for now.
    """

    ended: Sequence[RowEnd]
    ending: EndReason | None
    refusal: str
    waits: tuple[LimitWait, ...]


@dataclass(slots=True)
class _Open:
    """A row under way."""

    worker: str
    budget: Budget | None
    left: bool = False


class Coordinator:
    """What the workers of one batch share. A worker's name survives its restarts.

    Args:
        per_minute: How many calls an endpoint takes, where that is limited.
        limit_usd: The cap; ``None`` for as much as it takes.
        spent_usd: By earlier runs of the batch.
    """

    def __init__(
        self,
        per_minute: Mapping[str, float],
        limit_usd: Decimal | None,
        spent_usd: Decimal,
    ) -> None:
        self._rates = LocalCallRates(per_minute)
        self._cap = None if limit_usd is None else LocalCap(limit_usd, spent_usd)
        self._open: dict[str, _Open] = {}
        self._starts = Counter[str]()
        self._first: dict[str, Cost] = {}
        self._counted: dict[str, Cost] = {}  # where it is more than at first
        self._over: set[str] = set()
        self._news: list[RowEnd] = []
        self._ending: EndReason | None = None
        self._refusal = ""
        self._orders = Orders()
        self._changed = asyncio.Event()

    async def joined(self, worker: str) -> None:
        """A worker has begun, or begun again: what it had under way is left."""
        self._starts[worker] += 1
        for row in self._open.values():
            row.left = row.left or row.worker == worker
        self._tell()

    async def wanted(
        self, worker: str, costs: Mapping[str, Cost | None]
    ) -> Sequence[str]:
        """Which rows of a task are to be answered.

        Args:
            worker: Who has the task.
            costs: What each of its rows has cost so far, by its id; ``None`` where it
                has its answer already.
        """
        wanted = []
        for name, cost in costs.items():
            row = self._open.get(name)
            left = row is not None and row.left and row.worker == worker
            if cost is not None:
                self._first.setdefault(name, cost)
                if left:
                    await self._close(name, cost)
            if name not in self._over and (left or name not in self._open):
                wanted.append(name)
        self._tell()
        return () if self._ending else wanted

    async def may_begin(self, worker: str, name: str, usd: Decimal) -> Place | None:
        """Hold back what a row may cost, once that much is free.

        Returns:
            ``None`` where no further row begins, or whoever asked was killed.
        """
        start = self._starts[worker]
        while not self._ending and self._starts[worker] == start:
            if not self._cap:
                self._open[name] = _Open(worker, None)
                return Place(usd, None)
            if budget := await self._cap.hold(usd):
                self._open[name] = _Open(worker, budget)
                return Place(usd, self._cap.free_usd)
            if any(not row.left for row in self._open.values()):
                await self._change(FOREVER_S)
            elif left := [*self._open]:
                for each in left:
                    await self._close(each, self._counted_of(each))
            else:
                await self.end("capped")
        return None

    async def ended(self, row: RowEnd) -> Decimal | None:
        """A row has ended; what is free now, ``None`` without a cap."""
        if row.custom_id not in self._over:
            await self._close(row.custom_id, row.cost)
            spent = beyond(row.cost, self._first.get(row.custom_id, FREE))
            if row.outcome in ("answered", "failed"):
                self._over.add(row.custom_id)
            self._news.append(replace(row, cost=spent))
            self._tell()
        return self._cap.free_usd if self._cap else None

    async def end(self, reason: EndReason) -> None:
        """Begin no further row."""
        self._ending = self._ending or reason
        self._tell()

    async def stop(self) -> None:
        """Stop the rows under way."""
        self._order(replace(self._orders, stop=True))

    async def refuse(self, sentence: str) -> None:
        """A worker cannot work: no further row begins."""
        self._refusal = self._refusal or sentence
        await self.end("incomplete")

    async def news(self, within_s: float) -> News:
        """What has happened since the last time; waits for it, for so long."""
        if not self._news:
            await self._change(within_s)
        told, self._news = self._news, []
        return News(told, self._ending, self._refusal, self._rates.waits())

    async def orders(self, newer_than: int) -> Orders:
        """The newest orders, once there are some."""
        while self._orders.number <= newer_than:
            await self._change(FOREVER_S)
        return self._orders

    async def turns(self, endpoint: str, most: int) -> int:
        """Wait until a call to an endpoint may begin; how many of ``most`` may now."""
        await self._rates.turn(endpoint)
        count = 1
        while count < most and self._rates.at_once(endpoint):
            await self._rates.turn(endpoint)
            count += 1
        return count

    async def refused(self, endpoint: str, retry_after_s: float | None) -> float:
        """The endpoint refuses calls now: nobody calls it for so many seconds."""
        pause_s = await self._rates.refused(endpoint, retry_after_s)
        self._order(replace(self._orders, pauses={endpoint: pause_s}))
        return pause_s

    async def _close(self, name: str, cost: Cost) -> None:
        """A row is no longer under way: free what it held, and count its cost."""
        row = self._open.pop(name, None)
        spent = beyond(cost, self._counted_of(name))
        self._counted[name] = cost
        if self._cap and row and row.budget:
            await self._cap.settle(row.budget, spent)
        elif self._cap:
            self._cap.spent_usd += spent.usd

    def _counted_of(self, name: str) -> Cost:
        """How much of what a row has cost is in what was spent."""
        return self._counted.get(name, self._first.get(name, FREE))

    def _order(self, orders: Orders) -> None:
        self._orders = replace(orders, number=self._orders.number + 1)
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _change(self, within_s: float) -> None:
        """Until something changes; at most so long."""
        waiting = asyncio.ensure_future(self._changed.wait())
        await asyncio.wait({waiting}, timeout=within_s)
        waiting.cancel()


def beyond(cost: Cost, before: Cost) -> Cost:
    """What ``cost`` has more than ``before``."""
    return Cost(cost.usd - before.usd, cost.unknown_calls - before.unknown_calls)
