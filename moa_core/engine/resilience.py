"""Wraps providers in retries, timeouts and a limit of concurrent calls.

``Resilient`` fixes the order: ``Retrying(ConcurrencyLimited(WithTimeouts(adapter)))``.
Every attempt waits for a free place at its endpoint, and only then does its time run.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import NamedTuple

from moa_core.errors import DeadlineError, ProviderError, RateLimitedError
from moa_core.run import (
    Begin,
    CompletionRequest,
    Delta,
    Provider,
    Queued,
    Restart,
    StreamItem,
)
from moa_core.settings import Deadlines


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When to try again, and how long to wait before.

    Attributes:
        attempts: Most requests for one answer.
        silent_attempts: The same after a deadline: a silent model seldom recovers,
            and the layer waits for it.
        first_wait_s: Wait before the second request; doubles from there.
        longest_wait_s: Never wait longer; a longer Retry-After ends the call.
        within_s: No new request after this many seconds.
    """

    attempts: int = 3
    silent_attempts: int = 2
    first_wait_s: float = 0.5
    longest_wait_s: float = 60.0
    within_s: float = 120.0

    def allows(self, error: ProviderError, attempt: int, at_s: float) -> bool:
        """Whether a request may follow the failed ``attempt`` at ``at_s`` seconds."""
        silent = isinstance(error, DeadlineError)
        most = self.silent_attempts if silent else self.attempts
        return error.retryable and attempt < most and at_s <= self.within_s

    def wait_s(self, error: ProviderError, attempt: int) -> float:
        """Seconds to wait after the failed ``attempt``: jittered, and never early."""
        if isinstance(error, RateLimitedError) and error.retry_after_s is not None:
            return error.retry_after_s + random.uniform(0, 0.1)  # noqa: S311
        doubled = self.first_wait_s * 2.0 ** (attempt - 1)
        return doubled * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


@dataclass(frozen=True, slots=True)
class Retrying:
    """Begins an answer again when a new request can help."""

    provider: Provider
    policy: RetryPolicy = RetryPolicy()

    async def stream(
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer of the first attempt that succeeds."""
        clock = asyncio.get_running_loop().time
        started = clock()
        attempt = 1
        while True:
            try:
                async with aclosing(self.provider.stream(request)) as items:
                    async for item in items:
                        yield item
                return
            except ProviderError as error:
                wait_s = self.policy.wait_s(error, attempt)
                ends_s = clock() - started + wait_s
                if (
                    not self.policy.allows(error, attempt, ends_s)
                    or wait_s > self.policy.longest_wait_s
                ):
                    raise
                failure = error
            yield Restart(failure, wait_s)
            await asyncio.sleep(wait_s)
            attempt += 1
            yield Begin()


@dataclass(frozen=True, slots=True)
class ConcurrencyLimited:
    """Keeps the calls to one endpoint below its limit; further ones queue."""

    provider: Provider
    places: asyncio.Semaphore

    async def stream(
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer once a place is free; a call that queued begins then."""
        if queued := self.places.locked():
            yield Queued()
        async with self.places, aclosing(self.provider.stream(request)) as items:
            if queued:
                yield Begin()
            async for item in items:
                yield item


@dataclass(frozen=True, slots=True)
class WithTimeouts:
    """Ends a call that stays silent too long; only content counts, not bytes."""

    provider: Provider
    deadlines: Deadlines

    async def stream(
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer.

        Raises:
            DeadlineError: No first content, no further content or no end in time.
        """
        limits = self.deadlines
        whole = _limit(limits.call_s, "did not finish within")
        patience = _limit(limits.first_token_s, "answered nothing within")
        async with aclosing(self.provider.stream(request)) as items:
            while item := await _next(items, request, min(whole, patience)):
                yield item
                if isinstance(item, Delta):
                    patience = _limit(limits.idle_s, "fell silent for")


class _Limit(NamedTuple):
    """A moment on the loop's clock, and what to say once it has passed."""

    ends: float
    seconds: float
    what: str


def _limit(seconds: float, what: str) -> _Limit:
    return _Limit(asyncio.get_running_loop().time() + seconds, seconds, what)


async def _next(
    items: AsyncGenerator[StreamItem, None], request: CompletionRequest, limit: _Limit
) -> StreamItem | None:
    """The next item, or ``None`` at the end.

    Raises:
        DeadlineError: ``limit`` has passed.
    """
    patience = asyncio.timeout_at(limit.ends)
    try:
        async with patience:
            return await anext(items, None)
    except TimeoutError as error:
        if not patience.expired():
            raise
        message = f"{request.agent.model} {limit.what} {limit.seconds:g} seconds."
        raise request.error(DeadlineError, message) from error


class Resilient(Mapping[str, Provider]):
    """The providers of a mapping, each with all three policies around it.

    Args:
        providers: Plain adapters by endpoint name.
        deadlines: How long a call may take.
        concurrent_calls: Most calls at once to one endpoint.
        places: Places already given out, where another view shares the endpoints.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider],
        deadlines: Deadlines,
        concurrent_calls: int,
        places: dict[str, asyncio.Semaphore] | None = None,
    ) -> None:
        self._providers = providers
        self._deadlines = deadlines
        self._concurrent_calls = concurrent_calls
        self._places = {} if places is None else places

    def __getitem__(self, name: str) -> Provider:
        adapter = self._providers[name]
        places = self._places.setdefault(
            name, asyncio.Semaphore(self._concurrent_calls)
        )
        patient = WithTimeouts(adapter, self._deadlines)
        policy = RetryPolicy(within_s=self._deadlines.call_s)
        return Retrying(ConcurrencyLimited(patient, places), policy)

    def __iter__(self) -> Iterator[str]:
        return iter(self._providers)

    def __len__(self) -> int:
        return len(self._providers)

    def around(self, providers: Mapping[str, Provider]) -> "Resilient":
        """The same policies, limits included, around other adapters."""
        return Resilient(
            providers, self._deadlines, self._concurrent_calls, self._places
        )
