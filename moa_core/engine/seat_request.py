"""Describes what one seat is asked for, and what became of each request."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self

from moa_core.engine.deadlines import DEADLINE
from moa_core.engine.pacing import Hedge
from moa_core.errors import DeadlineError, ProviderError, StoppedError
from moa_core.messages import Message
from moa_core.mixture import Seat, prompt_sha256
from moa_core.pricing import PriceBook, call_cost
from moa_core.run import (
    PROBE,
    Call,
    CallOutcome,
    CallRole,
    CompletionRequest,
    Finish,
    Provider,
    Report,
    ToolCallPiece,
    whole_tool_calls,
)
from moa_core.tokens import estimate_parameter_tokens, estimate_usage
from moa_core.usage import Usage


@dataclass(frozen=True, slots=True)
class SeatRequest:
    """A completion for one seat.

    Attributes:
        choices: Proposals to choose one of, instead of writing an answer.
        takes_cut: Whether an answer that a deadline cut is better than none here.
        notes: Sentences on how its prompt was made.
        window_tokens: What its prompt was shortened to fit (``Call.window_tokens``).
        hedge: When the model is asked a second time, if it says nothing.
        around: Put around the provider, for an answer that is more than one request.
        shortened: Gives the same request, fitted to a window that was learnt since;
            ``None`` where a shorter prompt cannot be had.
        in_words: Gives the same request with its images told in words; ``None`` where
            there are none in it.
    """

    role: CallRole
    seat: Seat
    completion: CompletionRequest
    choices: tuple[Call, ...] = ()
    takes_cut: bool = True
    notes: tuple[str, ...] = ()
    window_tokens: int | None = None
    hedge: Hedge | None = None
    around: Callable[[Provider], Provider] = lambda provider: provider
    shortened: Callable[[], Self | None] = lambda: None
    in_words: Callable[[], Self | None] = lambda: None

    def failure_of(self, finish: Finish) -> ProviderError | None:
        """Why an answer that ended so is of no use; ``None`` if it is."""
        cut = isinstance(finish.error, DeadlineError)
        return None if cut and self.takes_cut else finish.error

    @property
    def stopped(self) -> StoppedError:
        """The error of a call that was stopped."""
        message = "This call was stopped."
        if self.completion.claim.late:
            message = "This call came too late, and was closed."
        return self.completion.error(StoppedError, message)


@dataclass(slots=True)
class AttemptMade:
    """One request: when it began, what has arrived of its answer and was said of it.

    Attributes:
        messages: What it sends.
        before: What the requests wrote that it continues.
    """

    number: int
    messages: tuple[Message, ...]
    before: str = ""
    began_s: float | None = None  # in run time; None while it waits to be made
    first_s: float | None = None  # run time of its first content
    parts: list[str] = field(default_factory=list)
    reasoning_parts: list[str] = field(default_factory=list)
    tool_pieces: list[ToolCallPiece] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    notes: tuple[str, ...] = ()

    def as_call(
        self, request: SeatRequest, ending: "Ending", prices: PriceBook
    ) -> Call:
        """It as a call, with its bill."""
        error, began_s = ending.error, self.began_s
        outcome: CallOutcome = "failed" if error else "succeeded"
        if isinstance(error, StoppedError):
            outcome = "stopped"
        report = ending.report or self.report
        agent, usage = request.completion.agent, self._usage(request, ending)
        began_s = ending.at_s if began_s is None else began_s
        price = prices.price_of(agent.endpoint, agent.model, usage.input_tokens)
        given_up = isinstance(error, DeadlineError) and report.reason != PROBE
        return Call(
            role=request.role,
            seat=request.seat,
            attempt=self.number,
            agent=agent,
            outcome=outcome,
            text=ending.before + "".join(self.parts),
            reasoning="".join(self.reasoning_parts),
            finish_reason=DEADLINE if given_up else report.reason,
            usage=usage,
            price=price,
            cost=call_cost(usage, price),
            started_at_s=began_s,
            ttft_s=None if self.first_s is None else self.first_s - began_s,
            latency_s=ending.at_s - began_s,
            model_answered=report.model,
            response_id=report.response_id,
            error=error,
            prompt_sha256=prompt_sha256(self.messages),
            notes=self.notes,
            window_tokens=request.window_tokens,
            late=ending.late,
            tool_calls=whole_tool_calls(self.tool_pieces),
        )

    def _usage(self, request: SeatRequest, ending: "Ending") -> Usage:
        """As it was reported, or estimated where a model took the request up."""
        error, report = ending.error, ending.report or self.report
        if reported := report.usage or self.report.usage:
            return reported
        refused = error is not None and not error.billable and self.first_s is None
        if refused or self.began_s is None:
            return Usage()
        text, reasoning = "".join(self.parts), "".join(self.reasoning_parts)
        called = "".join(call.text for call in whole_tool_calls(self.tool_pieces))
        sent = estimate_parameter_tokens(request.completion.extra)
        usage = estimate_usage(self.messages, text + called, reasoning)
        return replace(usage, input_tokens=usage.input_tokens + sent)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a request ended.

    Attributes:
        at_s: When, in run time.
        report: What the provider said at its end.
        error: Why it failed.
        before: What it continued, where that belongs to its text.
        late: Whether the run went on without it.
    """

    at_s: float
    report: Report | None
    error: ProviderError | None
    before: str
    late: bool
