"""Makes the calls of one run: emits their events and bills every attempt."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import assert_never

from moa_core.engine.budget import Budget, BudgetedProvider, raise_if_withheld
from moa_core.engine.ranker import RankingProvider
from moa_core.engine.seat_request import SeatRequest
from moa_core.errors import (
    BrokenStreamError,
    ProviderError,
    StoppedError,
    UnknownEndpointError,
)
from moa_core.mixture import prompt_sha256
from moa_core.pricing import PriceBook, call_cost
from moa_core.run import (
    Begin,
    Call,
    CallDelta,
    CallFailed,
    CallFinished,
    CallNoted,
    CallOutcome,
    CallReclassified,
    CallRestarted,
    CallStarted,
    Delta,
    Finish,
    Note,
    Provider,
    Queued,
    Reclassify,
    Report,
    Restart,
    RunEvent,
    SeatControl,
)
from moa_core.tokens import estimate_usage
from moa_core.usage import FREE, Cost, Usage

_log = logging.getLogger(__name__)


class SeatCaller:
    """Makes calls on one run's clock and keeps them all for its bill.

    Args:
        providers: By endpoint name, with their policies around them.
        prices: Where costs come from.
        emit: Takes every event.
        budget: What the run may spend, if that is limited.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider],
        prices: PriceBook,
        emit: Callable[[RunEvent], None],
        budget: Budget | None = None,
    ) -> None:
        self.prices = prices
        self.emit = emit
        self.calls: list[Call] = []
        self._providers = providers
        self._budget = budget
        self._clock = asyncio.get_running_loop().time
        self._zero = self._clock()

    @property
    def now_s(self) -> float:
        """Seconds since the run began."""
        return self._clock() - self._zero

    @property
    def usage(self) -> Usage:
        """Tokens of all ended calls."""
        return sum((call.usage for call in self.calls), Usage())

    @property
    def cost(self) -> Cost:
        """Money for all ended calls."""
        return sum((call.cost for call in self.calls), FREE)

    def check_budget(self) -> None:
        """Raise a CapReachedError if no further call may be made."""
        if self._budget:
            self._budget.check(self.cost)

    async def complete(self, request: SeatRequest, control: SeatControl) -> Call:
        """Ask one agent until it answers or fails for good, and return its last call.

        A provider's failure is billed and returned, never raised; so is a call that
        ``control`` stopped. When the task is cancelled, what had arrived is billed
        before it unwinds. Every start, piece and end is emitted as an event.
        """
        seat_call = _SeatCall(self, request)
        try:
            provider = self._provider(request)
            while True:
                finish = await control.run_interruptibly(
                    lambda: seat_call.listen(provider)
                )
                if finish is not None:
                    return seat_call.end(finish, finish.error)
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

    def _provider(self, request: SeatRequest) -> Provider:
        name = request.completion.agent.endpoint
        try:
            provider = self._providers[name]
        except KeyError:
            unknown = f"No endpoint is called {name!r}."
            raise request.completion.error(UnknownEndpointError, unknown) from None
        if request.choices:
            provider = RankingProvider(provider, request.choices)
        if self._budget:
            provider = BudgetedProvider(provider, self.check_budget)
        return provider


@dataclass(slots=True)
class _Attempt:
    """One request: when it began, what has arrived of its answer and was said of it."""

    number: int
    began_s: float | None = None  # in run time; None while it waits to be made
    first_s: float | None = None  # run time of its first content
    parts: list[str] = field(default_factory=list)
    reasoning_parts: list[str] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    notes: tuple[str, ...] = ()


class _SeatCall:
    """The attempts of one seat: turns a stream of pieces into events and calls."""

    def __init__(self, caller: SeatCaller, request: SeatRequest) -> None:
        self._request = request
        self._caller = caller
        self._attempt = _Attempt(1)
        self._begin()

    async def listen(  # noqa: C901 - one case an item
        self, provider: Provider
    ) -> Finish:
        """Emit every piece until the answer is finished."""
        request = self._request.completion
        async with aclosing(provider.stream(request)) as items:
            async for item in items:
                match item:
                    case Delta():
                        self._write(item)
                    case Note(text):
                        self._note(text)
                    case Restart(error, wait_s):
                        self._end_attempt(error, wait_s)
                    case Queued():
                        self._attempt.began_s = None  # nothing is sent, nothing costs
                    case Begin():
                        self._begin()
                    case Reclassify():
                        self._reclassify()
                    case Finish():
                        return item
                    case Report():
                        self._attempt.report = item
                    case _:
                        assert_never(item)
        raise request.error(BrokenStreamError, "The answer ended without a finish.")

    def end(
        self, finish: Finish | None = None, error: ProviderError | None = None
    ) -> Call:
        """Emit how the seat's last attempt ended, and return that attempt."""
        call = self._call(finish, error)
        event = CallFailed if error else CallFinished
        self._caller.emit(event(self._caller.now_s, call))
        return call

    def _begin(self) -> None:
        request, agent = self._request, self._request.completion.agent
        self._attempt.began_s = now_s = self._caller.now_s
        number = self._attempt.number
        self._caller.emit(CallStarted(now_s, request.role, request.seat, agent, number))

    def _write(self, delta: Delta) -> None:
        attempt, now_s = self._attempt, self._caller.now_s
        parts = attempt.parts if delta.kind == "answer" else attempt.reasoning_parts
        parts.append(delta.text)
        attempt.first_s = now_s if attempt.first_s is None else attempt.first_s
        role, seat = self._request.role, self._request.seat
        self._caller.emit(CallDelta(now_s, role, seat, delta.text, delta.kind))

    def _reclassify(self) -> None:
        attempt = self._attempt
        attempt.reasoning_parts += attempt.parts
        attempt.parts = []
        role, seat = self._request.role, self._request.seat
        self._caller.emit(CallReclassified(self._caller.now_s, role, seat))

    def _note(self, text: str) -> None:
        if text not in self._attempt.notes:
            self._attempt.notes += (text,)
            request, now_s = self._request, self._caller.now_s
            agent = request.completion.agent
            note = CallNoted(now_s, request.role, request.seat, agent, text)
            self._caller.emit(note)

    def restart(self) -> None:
        """The user wants another attempt, now; one that only waited just begins.

        Raises:
            WithheldError: The run has spent what it may.
        """
        if self._attempt.began_s is not None:
            self._end_attempt(self._request.stopped, 0.0)
        raise_if_withheld(self._caller.check_budget, self._request.completion)
        self._begin()

    def _end_attempt(self, error: ProviderError, wait_s: float) -> None:
        call = self._call(None, error)
        self._caller.emit(CallRestarted(self._caller.now_s, call, wait_s))
        self._attempt = _Attempt(self._attempt.number + 1)

    def _call(self, finish: Finish | None, error: ProviderError | None) -> Call:
        """Bill the current attempt, which ended with ``error`` or none."""
        outcome: CallOutcome = "failed" if error else "succeeded"
        if isinstance(error, StoppedError):
            outcome = "stopped"
        attempt, request, now_s = self._attempt, self._request, self._caller.now_s
        text, reasoning = "".join(attempt.parts), "".join(attempt.reasoning_parts)
        refused = error is not None and not error.billable and attempt.first_s is None
        report = finish or attempt.report
        if report.usage:
            usage = report.usage
        elif refused or attempt.began_s is None:  # no model took the request up
            usage = Usage()
        else:
            usage = estimate_usage(request.completion.messages, text, reasoning)
        agent = request.completion.agent
        price = self._caller.prices.price_of(
            agent.endpoint, agent.model, usage.input_tokens
        )
        began_s = now_s if attempt.began_s is None else attempt.began_s
        call = Call(
            role=request.role,
            seat=request.seat,
            attempt=attempt.number,
            agent=agent,
            outcome=outcome,
            text=text,
            reasoning=reasoning,
            finish_reason=report.reason,
            usage=usage,
            price=price,
            cost=call_cost(usage, price),
            started_at_s=began_s,
            ttft_s=None if attempt.first_s is None else attempt.first_s - began_s,
            latency_s=now_s - began_s,
            model_answered=report.model,
            response_id=report.response_id,
            error=error,
            prompt_sha256=prompt_sha256(request.completion.messages),
            notes=attempt.notes,
        )
        self._caller.calls.append(call)
        return call
