"""Turns what is streamed for one seat into events, and its attempts into calls."""

from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from moa_core.engine.budget import raise_if_withheld
from moa_core.engine.deadlines import DEADLINE
from moa_core.engine.seat_request import SeatRequest
from moa_core.errors import (
    BrokenStreamError,
    ContextLengthError,
    DeadlineError,
    ProviderError,
    StoppedError,
)
from moa_core.mixture import Seat, prompt_sha256
from moa_core.pricing import call_cost
from moa_core.run import (
    Begin,
    Call,
    CallAlive,
    CallDelta,
    CallExtended,
    CallFailed,
    CallFinished,
    CallNoted,
    CallOutcome,
    CallQueued,
    CallReclassified,
    CallRestarted,
    CallRole,
    CallStarted,
    CallTimed,
    Delta,
    Finish,
    Note,
    Overtaken,
    Provider,
    Queued,
    Reclassify,
    Report,
    Restart,
    RunEvent,
    SignOfLife,
    Timed,
)
from moa_core.tokens import estimate_usage
from moa_core.usage import Cost, Usage

if TYPE_CHECKING:
    from moa_core.engine.caller import SeatCaller


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


class SeatCall:
    """The attempts of one seat: turns a stream of items into events and calls."""

    def __init__(self, caller: "SeatCaller", request: SeatRequest) -> None:
        self._request = request
        self._caller = caller
        self._attempt = _Attempt(1)
        self._begin()

    async def listen(self, provider: Provider) -> Finish:
        """Emit every piece until the answer is finished.

        A prompt that is refused for its length is sent once more, with shorter drafts,
        if the refusal says how much the model holds.

        Raises:
            ProviderError: The call failed.
        """
        try:
            return await self._listen(provider)
        except ContextLengthError as error:
            if not self._shorten(error):
                raise
        return await self._listen(provider)

    async def _listen(  # noqa: C901 - one case an item
        self, provider: Provider
    ) -> Finish:
        request = self._request.completion
        async with aclosing(provider.stream(request)) as items:
            async for item in items:
                match item:
                    case Delta():
                        self._write(item)
                    case Note(text):
                        self.note(text)
                    case Restart(error, wait_s):
                        self._end_attempt(error, wait_s)
                    case Overtaken():
                        self._overtake(item)
                    case SignOfLife() | Timed() | Queued():
                        self._tell_wait(item)
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

    def extend(self, seconds: float) -> None:
        """The user gave it more time."""
        self._caller.emit(CallExtended(self._caller.now_s, *self._where, seconds))

    def end(
        self, finish: Finish | None = None, error: ProviderError | None = None
    ) -> Call:
        """Emit how the seat's last attempt ended, and return that attempt."""
        call = self._billed(finish, error)
        event = CallFailed if error else CallFinished
        self._caller.emit(event(self._caller.now_s, call))
        return call

    @property
    def _where(self) -> tuple[CallRole, Seat]:
        return self._request.role, self._request.seat

    def _begin(self) -> None:
        request, agent = self._request, self._request.completion.agent
        self._attempt.began_s = now_s = self._caller.now_s
        number = self._attempt.number
        self._caller.emit(CallStarted(now_s, request.role, request.seat, agent, number))
        for text in request.notes:
            self.note(text)

    def _tell_wait(self, item: SignOfLife | Timed | Queued) -> None:
        """Tell what the call waits for."""
        now_s, agent = self._caller.now_s, self._request.completion.agent
        event: RunEvent = CallAlive(now_s, *self._where)
        if isinstance(item, Timed):
            event = CallTimed(now_s, *self._where, item)
        elif isinstance(item, Queued):
            self._attempt.began_s = None  # nothing is sent, nothing costs
            event = CallQueued(now_s, *self._where, agent, item.reason)
        self._caller.emit(event)

    def _write(self, delta: Delta) -> None:
        attempt, now_s = self._attempt, self._caller.now_s
        parts = attempt.parts if delta.kind == "answer" else attempt.reasoning_parts
        parts.append(delta.text)
        attempt.first_s = now_s if attempt.first_s is None else attempt.first_s
        role, seat = self._request.role, self._request.seat
        self._caller.emit(CallDelta(now_s, role, seat, delta.text, delta.kind))

    def _overtake(self, item: Overtaken) -> None:
        """Bill the request that was closed, and go on with the one that stays."""
        attempt = self._attempt
        notes = attempt.notes
        attempt.began_s = self._caller.run_time_s(item.began_s)
        attempt.report = item.report
        if item.first_stays:  # they are about that one
            attempt.notes = ()
        self._end_attempt(item.error, 0.0)
        self._begin()
        self._attempt.began_s = self._caller.run_time_s(item.stays_from_s)
        for text in notes if item.first_stays else ():
            self.note(text)

    def _reclassify(self) -> None:
        attempt = self._attempt
        attempt.reasoning_parts += attempt.parts
        attempt.parts = []
        role, seat = self._request.role, self._request.seat
        self._caller.emit(CallReclassified(self._caller.now_s, role, seat))

    def compare_prompt(self, finish: Finish) -> None:
        """Say so if the server has read far less than it was sent."""
        completion, windows = self._request.completion, self._caller.windows
        if finish.usage:
            sent = completion.messages
            said = windows.read(completion.agent, sent, finish.usage)
            if said:
                self.note(said)

    def note(self, text: str) -> None:
        """Keep a sentence on how the call is made."""
        if text and text not in self._attempt.notes:
            self._attempt.notes += (text,)
            request, now_s = self._request, self._caller.now_s
            agent = request.completion.agent
            note = CallNoted(now_s, request.role, request.seat, agent, text)
            self._caller.emit(note)

    def _shorten(self, error: ContextLengthError) -> bool:
        """Begin again with a prompt that fits, if that can be had.

        Raises:
            WithheldError: The run has spent what it may.
        """
        completion = self._request.completion
        self._caller.windows.refused(completion.agent, completion.messages, error)
        shortened = error.window_tokens and self._request.shortened()
        if not shortened:
            return False
        self._end_attempt(error, 0.0)
        self._request = shortened
        self._begin_anew()
        return True

    def restart(self) -> None:
        """The user wants another attempt, now; one that only waited just begins.

        Raises:
            WithheldError: The run has spent what it may.
        """
        if self._attempt.began_s is not None:
            self._end_attempt(self._request.stopped, 0.0)
        self._begin_anew()

    def _begin_anew(self) -> None:
        raise_if_withheld(self._caller.check_budget, self._request.completion)
        self._begin()

    @property
    def late(self) -> bool:
        """Whether the run went on without it."""
        return self._request.completion.claim.late

    @property
    def cost_so_far(self) -> Cost:
        """What the attempt under way has cost, estimated if nothing was reported."""
        return self._call(None, self._request.stopped).cost

    def _billed(self, finish: Finish | None, error: ProviderError | None) -> Call:
        """Bill the current attempt, which ended with ``error`` or none."""
        call = self._call(finish, error)
        self._caller.calls.append(call)
        return call

    def _end_attempt(self, error: ProviderError, wait_s: float) -> None:
        call = self._billed(None, error)
        self._caller.emit(CallRestarted(self._caller.now_s, call, wait_s))
        self._attempt = _Attempt(self._attempt.number + 1)

    def _call(self, finish: Finish | None, error: ProviderError | None) -> Call:
        """The current attempt as a call that ended now."""
        outcome: CallOutcome = "failed" if error else "succeeded"
        if isinstance(error, StoppedError):
            outcome = "stopped"
        attempt, request, now_s = self._attempt, self._request, self._caller.now_s
        text, reasoning = "".join(attempt.parts), "".join(attempt.reasoning_parts)
        refused = error is not None and not error.billable and attempt.first_s is None
        report = finish or attempt.report
        if reported := report.usage or attempt.report.usage:
            usage = reported
        elif refused or attempt.began_s is None:  # no model took the request up
            usage = Usage()
        else:
            usage = estimate_usage(request.completion.messages, text, reasoning)
        agent = request.completion.agent
        price = self._caller.prices.price_of(
            agent.endpoint, agent.model, usage.input_tokens
        )
        began_s = now_s if attempt.began_s is None else attempt.began_s
        return Call(
            role=request.role,
            seat=request.seat,
            attempt=attempt.number,
            agent=agent,
            outcome=outcome,
            text=text,
            reasoning=reasoning,
            finish_reason=DEADLINE
            if isinstance(error, DeadlineError)
            else report.reason,
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
            window_tokens=request.window_tokens,
            late=self.late,
        )
