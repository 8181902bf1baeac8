"""Keeps the calls to an endpoint below a rate, and waits for one that refuses them.

For work that has time: a call that is refused for its rate is no failed attempt, it
queues again. Whoever makes calls in several processes shares one ``CallRates``.
"""

import asyncio
import math
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, Protocol

from moa_core.errors import RateLimitedError
from moa_core.run import (
    Begin,
    CompletionRequest,
    Delta,
    Provider,
    Queued,
    Report,
    StreamItem,
    ToolCallDelta,
)

BURST_S: Final = 1.0
"""How much lost time may be caught up at once: a loop may be late, a limit is kept."""

PATIENCE_S: Final = 900.0
"""How long one call waits for an endpoint that refuses it."""

LONGEST_PAUSE_S: Final = 60.0
_SAME_TROUBLE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class LimitWait:
    """That calls to an endpoint wait, for its own limit or for ours.

    Attributes:
        seconds: Until the next call may begin.
        refused: Whether the endpoint said so; else a rate that was asked for does.
    """

    endpoint: str
    seconds: float
    refused: bool


class CallRates(Protocol):
    """Gives out the moments at which calls may begin."""

    def at_once(self, endpoint: str) -> bool:
        """Whether a call may begin now, as far as that is known."""

    async def turn(self, endpoint: str) -> None:
        """Wait until a call to an endpoint may begin, which it then does."""

    async def refused(self, endpoint: str, retry_after_s: float | None) -> float:
        """The endpoint refuses calls now; nobody calls it for so many seconds."""


class LocalCallRates:
    """The rates of one process: so many calls a minute, evenly.

    In no 60 seconds are there more, for up to ``BURST_S`` is caught up and taken off.

    Args:
        per_minute: Calls by endpoint; others are not limited until they refuse one.
    """

    def __init__(self, per_minute: Mapping[str, float]) -> None:
        self._gap_s = {name: (60.0 + BURST_S) / n for name, n in per_minute.items()}
        self._next = defaultdict[str, float](lambda: -math.inf)
        self._paused_until = defaultdict[str, float](lambda: -math.inf)
        self._refusals = defaultdict[str, int](int)
        self._queues = defaultdict[str, asyncio.Lock](asyncio.Lock)

    def at_once(self, endpoint: str) -> bool:
        """Whether a call may begin now."""
        return self._wait_s(endpoint) <= 0 and not self._queues[endpoint].locked()

    async def turn(self, endpoint: str) -> None:
        """Wait for those who came before, and then until a call may begin.

        Only the first one watches the clock: turns that come late, as the loop was
        busy, still are no more than the rate allows.
        """
        async with self._queues[endpoint]:
            while (wait_s := self._wait_s(endpoint)) > 0:  # noqa: ASYNC110 - a clock
                await asyncio.sleep(wait_s)
            now, gap_s = asyncio.get_running_loop().time(), self._gap_s.get(endpoint)
            if gap_s:
                self._next[endpoint] = max(self._next[endpoint], now) + gap_s

    def waits(self) -> tuple[LimitWait, ...]:
        """The endpoints whose calls wait now."""
        now = asyncio.get_running_loop().time()
        refused = {name for name, until in self._paused_until.items() if until > now}
        queued = {name for name, queue in self._queues.items() if queue.locked()}
        waits = {name: self._wait_s(name) for name in sorted(refused | queued)}
        return tuple(
            LimitWait(name, wait_s, name in refused)
            for name, wait_s in waits.items()
            if wait_s > 0
        )

    def _wait_s(self, endpoint: str) -> float:
        due = max(self._next[endpoint] - BURST_S, self._paused_until[endpoint])
        return due - asyncio.get_running_loop().time()

    async def refused(self, endpoint: str, retry_after_s: float | None) -> float:
        """Pause for everybody; without a time, longer each time in a row."""
        now, ends = asyncio.get_running_loop().time(), self._paused_until[endpoint]
        if now >= ends:  # else it is one of several that were under way
            again = now < ends + _SAME_TROUBLE_S
            self._refusals[endpoint] = self._refusals[endpoint] + 1 if again else 0
        doubled = min(LONGEST_PAUSE_S, 2.0 ** min(self._refusals[endpoint], 10))
        pause_s = doubled if retry_after_s is None else retry_after_s
        self._paused_until[endpoint] = max(ends, now + pause_s)
        return self._paused_until[endpoint] - now


@dataclass(frozen=True, slots=True)
class AtRate:
    """Begins calls to one endpoint when it is their turn.

    Attributes:
        provider: Asks the model.
        endpoint: Whose turns are taken.
        rates: Shared by all calls.
    """

    provider: Provider
    endpoint: str
    rates: CallRates

    async def stream(
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer once it is the call's turn, again after a refusal.

        Raises:
            ProviderError: The call failed, or was refused for too long.
        """
        clock, first_refused = asyncio.get_running_loop().time, math.inf
        while True:
            if queued := not self.rates.at_once(self.endpoint):
                yield Queued()
            await self.rates.turn(self.endpoint)
            if queued:
                yield Begin()
            begun = False
            try:
                async with aclosing(self.provider.stream(request)) as items:
                    async for item in items:
                        begun = begun or isinstance(
                            item, Delta | ToolCallDelta | Report
                        )
                        yield item
                return
            except RateLimitedError as error:
                await self.rates.refused(self.endpoint, error.retry_after_s)
                first_refused = min(first_refused, clock())
                again_s = clock() + (error.retry_after_s or 0.0)
                if begun or again_s > first_refused + PATIENCE_S:
                    raise
