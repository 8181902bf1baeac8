"""Makes the calls of one run: emits their events and bills every attempt."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from moa_core.engine.budget import Budget, BudgetedProvider
from moa_core.engine.pacing import HedgedProvider
from moa_core.engine.ranker import RankingProvider
from moa_core.engine.seat_call import SeatCall
from moa_core.engine.seat_request import SeatRequest
from moa_core.engine.sight import Sight
from moa_core.engine.windows import Windows
from moa_core.errors import (
    BrokenStreamError,
    LocalServerMissingError,
    ProviderError,
    UnknownEndpointError,
)
from moa_core.pricing import PriceBook
from moa_core.run import Call, CompletionRequest, Provider, RunEvent, SeatControl
from moa_core.settings import LOCAL_SERVERS, TINY
from moa_core.usage import FREE, Cost, Usage

_log = logging.getLogger(__name__)


class EventWatch(Protocol):
    """Follows the events of a run from within."""

    def take(self, event: RunEvent) -> None:
        """Take note of an event."""


class SeatCaller:
    """Makes calls on one run's clock and keeps them all for its bill.

    Args:
        providers: By endpoint name, with their policies around them.
        prices: Where costs come from.
        emit: Takes every event.
        budget: What the run may spend, if that is limited.
        windows: How much each model holds.
        sight: Which models see images.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider],
        prices: PriceBook,
        emit: Callable[[RunEvent], None],
        budget: Budget | None = None,
        windows: Windows | None = None,
        sight: Sight | None = None,
    ) -> None:
        self.prices = prices
        self.windows = windows or Windows()
        self.sight = sight or Sight()
        self.calls: list[Call] = []
        self._emit = emit
        self._watches: list[EventWatch] = []
        self._open: set[SeatCall] = set()
        self._providers = providers
        self._budget = budget
        self._clock = asyncio.get_running_loop().time
        self._zero = self._clock()

    @property
    def now_s(self) -> float:
        """Seconds since the run began."""
        return self._clock() - self._zero

    def run_time_s(self, at_s: float | None) -> float | None:
        """Seconds of the run at a moment on the loop's clock."""
        return None if at_s is None else at_s - self._zero

    def emit(self, event: RunEvent) -> None:
        """Tell everybody of ``event``."""
        self._emit(event)
        for watch in self._watches:
            watch.take(event)

    @contextmanager
    def watching(self, watch: EventWatch) -> Iterator[None]:
        """Let ``watch`` see every event meanwhile."""
        self._watches.append(watch)
        try:
            yield
        finally:
            self._watches.remove(watch)

    @property
    def usage(self) -> Usage:
        """Tokens of all ended calls."""
        return sum((call.usage for call in self.calls), Usage())

    @property
    def cost(self) -> Cost:
        """Money for all ended calls."""
        return sum((call.cost for call in self.calls), FREE)

    def check_budget(self) -> None:
        """Raise a CapReachedError if no further call may be made.

        Late calls count with what they have cost so far.
        """
        if self._budget:
            late = (each.cost_so_far for each in self._open if each.late)
            self._budget.check(sum(late, self.cost))

    async def complete(self, request: SeatRequest, control: SeatControl) -> Call:
        """Ask one agent until it answers or fails for good, and return its last call.

        A provider's failure is billed and returned, never raised; so is a call that
        ``control`` stopped. When the task is cancelled, what had arrived is billed
        before it unwinds. Every start, piece and end is emitted as an event.
        """
        seat_call = SeatCall(self, request)
        control.on_more_time = seat_call.extend
        self._open.add(seat_call)
        try:
            provider = self._provider(request)
            while True:
                finish = await control.run_interruptibly(
                    lambda: seat_call.listen(provider)
                )
                if finish is not None:
                    seat_call.compare_prompt(finish)
                    failure = request.failure_of(finish)
                    if finish.error and failure is None:
                        seat_call.note(f"{finish.error} What arrived is used.")
                    return seat_call.end(finish, failure)
                if control.pending == "stop":
                    return seat_call.end(error=request.stopped)
                seat_call.restart()
                control.pending = None
        except ProviderError as error:
            return seat_call.end(error=error)
        except asyncio.CancelledError:
            seat_call.end(error=request.stopped)
            raise
        except Exception:  # noqa: BLE001 - a bug in one adapter costs one seat, no run
            _log.exception("an adapter raised something that is no ProviderError")
            message = "The answer could not be read."
            broken = request.completion.error(BrokenStreamError, message)
            return seat_call.end(error=broken)
        finally:
            control.on_more_time = None
            self._open.discard(seat_call)

    def _provider(self, request: SeatRequest) -> Provider:
        name = request.completion.agent.endpoint
        try:
            provider = self._providers[name]
        except KeyError:
            raise self._unknown_endpoint(request.completion) from None
        if request.choices:
            provider = RankingProvider(provider, request.choices)
        provider = request.around(provider)
        if self._budget:
            provider = BudgetedProvider(provider, self.check_budget)
        if request.hedge:
            provider = HedgedProvider(provider, request.hedge)
        return provider

    def _unknown_endpoint(self, request: CompletionRequest) -> ProviderError:
        name = request.agent.endpoint
        if name not in LOCAL_SERVERS:
            there_are = ", ".join(self._providers)
            unknown = f"There is no endpoint {name!r}. Known: {there_are}."
            return request.error(UnknownEndpointError, unknown)
        missing = f"The local server {name} was not found on this machine."
        if name == TINY:
            missing = (
                "The tiny models are not running. A button on the page of a new chat "
                "starts them, or in a terminal: polyphony demo-models."
            )
        return request.error(LocalServerMissingError, missing)
