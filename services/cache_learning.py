"""Keeps what is expected of providers' caches close to what they have done lately."""

import asyncio
import logging
import time
from dataclasses import dataclass, field

from moa_core.pricing import PriceBook
from storage.errors import StorageError
from storage.spending import Spend

_log = logging.getLogger(__name__)
_FRESH_S = 60.0


@dataclass(slots=True)
class CacheLearning:
    """Learns from stored calls, at most once a minute.

    Attributes:
        spend: Where calls are stored.
        prices: What estimates reckon with; ``None``: nothing is learnt here, because
            others reckon with them too.
    """

    spend: Spend
    prices: PriceBook | None
    _learnt_at: float = field(default=float("-inf"))
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def run_ended(self) -> None:
        """Learn soon, if it was not done just now; for the loop's thread."""
        if time.monotonic() - self._learnt_at >= _FRESH_S:
            self._learnt_at = time.monotonic()
            task = asyncio.create_task(self.learn())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def learn(self) -> None:
        """Read what was cached, in a thread, and expect that from now on."""
        self._learnt_at = time.monotonic()
        if self.prices is None:
            return
        try:
            shares = await asyncio.to_thread(self.spend.cached_shares)
        except StorageError as error:
            _log.warning("What providers have cached could not be read: %s", error)
            return
        self.prices.use_cached_shares(shares)
