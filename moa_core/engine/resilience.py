"""Wraps providers in retries, deadlines and a limit of concurrent calls.

``Resilient`` fixes the order: ``Retrying(ConcurrencyLimited(WithDeadlines(adapter)))``,
with ``AtRate`` around the deadlines where calls are held to a rate. Every attempt waits
for a free place at its endpoint and for its turn, and only then does its time run.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from moa_core.engine.deadlines import LOCAL, WithDeadlines
from moa_core.engine.limits import AtRate, CallRates, ConcurrencyLimited, Places
from moa_core.engine.pacing import HedgeAllowance
from moa_core.engine.windows import Window
from moa_core.errors import DeadlineError, ModelLoadingError, ProviderError
from moa_core.run import (
    Begin,
    CompletionRequest,
    Provider,
    Queued,
    Restart,
    Situated,
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
        loading_s: Longest wait for a model that is being loaded, in seconds.
        loading_wait_s: Longest wait before it is asked for again.
    """

    attempts: int = 3
    silent_attempts: int = 2
    first_wait_s: float = 0.5
    longest_wait_s: float = 60.0
    within_s: float = 120.0
    loading_s: float = LOCAL.first_content_s
    loading_wait_s: float = 3.0

    def allows(self, error: ProviderError, attempt: int, at_s: float) -> bool:
        """Whether a request may follow the failed ``attempt`` at ``at_s`` seconds."""
        silent = isinstance(error, DeadlineError)
        most = self.silent_attempts if silent else self.attempts
        return error.retryable and attempt < most and at_s <= self.within_s

    def wait_s(self, error: ProviderError, attempt: int) -> float:
        """Seconds to wait after the failed ``attempt``: jittered, and never early."""
        if error.retry_after_s is not None:
            return error.retry_after_s + random.uniform(0, 0.1)  # noqa: S311
        doubled = self.first_wait_s * 2.0 ** (attempt - 1)
        return doubled * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


_POLICY = RetryPolicy()


@dataclass(frozen=True, slots=True)
class Retrying:
    """Begins an answer again when a new request can help."""

    provider: Provider
    policy: RetryPolicy = _POLICY

    async def stream(
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer of the first attempt that succeeds."""
        clock = asyncio.get_running_loop().time
        started = clock()
        attempt, loading = 1, _Loading(self.policy)
        while True:
            try:
                async with aclosing(self.provider.stream(request)) as items:
                    async for item in items:
                        yield item
                return
            except ProviderError as error:
                failure = error
            if isinstance(failure, ModelLoadingError):
                wait_s = loading.wait_s(failure, request)
                yield Queued("loading")
            else:
                wait_s = self.policy.wait_s(failure, attempt)
                ends_s = clock() - started + wait_s
                if (
                    not self.policy.allows(failure, attempt, ends_s)
                    or wait_s > self.policy.longest_wait_s
                ):
                    raise failure
                yield Restart(failure, wait_s)
                attempt += 1
            await asyncio.sleep(wait_s)
            yield Begin()


class _Loading:
    """The wait of one call for a model that its server is loading."""

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._began: float | None = None
        self._times = 0

    def wait_s(self, error: ModelLoadingError, request: CompletionRequest) -> float:
        """Seconds to wait before the model is asked for again.

        Raises:
            ModelLoadingError: It takes longer than anybody would wait.
        """
        policy, now = self._policy, asyncio.get_running_loop().time()
        self._began = now if self._began is None else self._began
        self._times += 1
        wait_s = min(policy.wait_s(error, self._times), policy.loading_wait_s)
        ends = max(self._began + policy.loading_s, request.more_time.until)
        if now + wait_s > ends:
            raise error
        return wait_s


class Resilient(Mapping[str, Provider]):
    """The providers of a mapping, each with all three policies around it.

    Args:
        providers: Plain adapters by endpoint name. One that is ``run.Situated`` may
            say that its server is near by.
        deadlines: How long a call may take, where the user has set it.
        concurrent_calls: Most calls at once to one endpoint.
        rates: How many calls a minute each endpoint takes, for work that has time.

    Attributes:
        learnt_windows: For ``Windows``: what servers were seen to hold; grows.
        hedge_allowance: For ``UsualTimes``: how many calls may be made twice.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider],
        deadlines: Deadlines,
        concurrent_calls: int,
        rates: CallRates | None = None,
    ) -> None:
        self._providers = providers
        self._rates = rates
        self._deadlines = deadlines
        self._concurrent_calls = concurrent_calls
        self._places: dict[str, Places] = {}
        self._seen_reasoning: set[str] = set()
        self.learnt_windows: dict[str, Window] = {}
        self.hedge_allowance = HedgeAllowance()

    def __getitem__(self, name: str) -> Provider:
        adapter, own = self._providers[name], self._deadlines
        server = adapter.local_server if isinstance(adapter, Situated) else None
        patient: Provider = WithDeadlines(
            adapter, own, server is not None, self._seen_reasoning
        )
        if self._rates:
            patient = AtRate(patient, name, self._rates)
        places = self._places.setdefault(
            server.address if server else name, Places(self._concurrent_calls)
        )
        limited = ConcurrencyLimited(patient, places, server, self._concurrent_calls)
        policy = RetryPolicy(
            within_s=own.call_s or _POLICY.within_s,
            loading_s=own.first_token_s or _POLICY.loading_s,
        )
        return Retrying(limited, policy)

    def __iter__(self) -> Iterator[str]:
        return iter(self._providers)

    def __len__(self) -> int:
        return len(self._providers)

    @property
    def waiting(self) -> int:
        """How many calls wait for a place at their endpoint."""
        return sum(places.waiting for places in list(self._places.values()))

    def around(self, providers: Mapping[str, Provider]) -> "Resilient":
        """The same policies, limits included, around other adapters."""
        view = Resilient(
            providers, self._deadlines, self._concurrent_calls, self._rates
        )
        view._places, view._seen_reasoning = self._places, self._seen_reasoning
        return view
