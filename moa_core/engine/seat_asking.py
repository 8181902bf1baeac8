"""Asks the agents of one run: makes their prompts, and calls them."""

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from moa_core.engine.caller import SeatCaller
from moa_core.engine.pacing import Hedge, OpenCalls, UsualTimes
from moa_core.engine.seat_request import SeatRequest
from moa_core.engine.sight import received
from moa_core.engine.windows import Window
from moa_core.errors import CapReachedError, ProviderError, WithheldError
from moa_core.messages import Message, has_images
from moa_core.mixture import (
    AgentSpec,
    FittedPrompt,
    MoAConfig,
    Seat,
    SharedPrefix,
    fitted_prompt,
    shared_prefix,
)
from moa_core.run import (
    NO_REQUEST,
    Call,
    CallHedged,
    CompletionRequest,
    Controls,
    RunDecided,
    SeatRole,
    WriterRequest,
)


@dataclass(frozen=True, slots=True)
class SeatAsker:
    """Asks agents of one run at their seats.

    Attributes:
        config: The mixture.
        messages: The conversation, ending with the user's question.
        caller: Makes the calls.
        controls: How a user can stop a seat.
        open_calls: Holds the calls that may outlast their layer.
        usual: What is known of models from earlier runs.
        writer: What another program asks of whoever writes the answer.
    """

    config: MoAConfig
    messages: tuple[Message, ...]
    caller: SeatCaller
    controls: Controls
    open_calls: OpenCalls = field(default_factory=OpenCalls)
    usual: UsualTimes = field(default_factory=UsualTimes)
    writer: WriterRequest = NO_REQUEST

    @property
    def question(self) -> str:
        """What the user asks now."""
        asked = (each.typed for each in reversed(self.messages) if each.role == "user")
        return next(asked, "")

    def shown_to(self, agent: AgentSpec) -> tuple[Message, ...]:
        """The conversation as the agent's model can take it."""
        return self.caller.sight.shown_to(agent, self.messages)

    def ask(
        self,
        role: SeatRole,
        seat: Seat,
        agent: AgentSpec,
        references: Sequence[Call],
        change: Callable[[SeatRequest], SeatRequest] = lambda request: request,
    ) -> Coroutine[Any, Any, Call]:
        """Call one agent, which can be stopped from now on, even before it starts.

        Args:
            role: What it is called for.
            seat: Where.
            agent: Whom.
            references: What it reads.
            change: Makes another request of the usual one.
        """
        control = self.controls.of_seat(seat)
        request = change(self.request(role, seat, agent, references))

        async def complete() -> Call:
            call = await self.caller.complete(request, control)
            if succeeded(call) and role == "proposer":
                self.controls.allow_ending_layer(seat.layer_index)
            return call

        return complete()

    def raise_if_withheld(self, calls: Iterable[Call]) -> None:
        """If a call was withheld, nobody answered because of the cap.

        Raises:
            CapReachedError: That is so.
        """
        if any(isinstance(call.error, WithheldError) for call in calls):
            self.caller.check_budget()

    def request(
        self, role: SeatRole, seat: Seat, agent: AgentSpec, references: Sequence[Call]
    ) -> SeatRequest:
        """What a seat is asked, its references fitted to the window of its model."""
        window = self.caller.windows.of(agent)
        asked = self.writer if role in ("aggregator", "provisional") else NO_REQUEST
        given = asked.messages or self.messages
        prompt = fitted_prompt(
            agent,
            role,
            asked.prompting(self.config),
            self.caller.sight.shown_to(agent, given),
            [call.text for call in references],
            window.estimated_tokens - asked.parameter_tokens if window else None,
        )
        ranks = role == "aggregator" and self.config.method == "rank"
        last = role == "proposer" or seat.position == len(self.config.aggregators) - 1
        cut_to = window if prompt.cut or prompt.cut_documents else None
        can_be_cut = bool(references) or any(each.documents for each in given)
        control = self.controls.of_seat(seat)
        completion = CompletionRequest(
            agent,
            prompt.messages,
            control.more_time,
            control.claim,
            can_be_shortened=can_be_cut,
            shared=self._shared(role, agent, prompt, reads=bool(references)),
            extra=asked.extra,
        )
        again = partial(self.request, role, seat, agent, references)
        return SeatRequest(
            role,
            seat,
            completion,
            choices=tuple(references) if ranks else (),
            takes_cut=last and not ranks,  # what might come after it may answer whole
            notes=self._notes(agent, given, prompt, window, len(references)),
            window_tokens=cut_to.estimated_tokens if cut_to else None,
            hedge=self._hedge(role, seat, agent, last=last),
            shortened=partial(self._shortened, again) if can_be_cut else lambda: None,
            in_words=partial(_in_words, again)
            if has_images(prompt.messages)
            else lambda: None,
        )

    def _shared(
        self, role: SeatRole, agent: AgentSpec, prompt: FittedPrompt, *, reads: bool
    ) -> SharedPrefix | None:
        """How a prompt begins like others of the run, for who caches that."""
        if role == "judge":
            return None  # it is asked of each pair once
        return shared_prefix(agent, self.config, prompt.messages, reads=reads)

    def _notes(
        self,
        agent: AgentSpec,
        given: Sequence[Message],
        prompt: FittedPrompt,
        window: Window | None,
        drafts: int,
    ) -> tuple[str, ...]:
        """What the seat gets of files, and of drafts that were shortened."""
        sees = self.caller.sight.sees(agent)
        tokens = window.tokens if window else None
        of_files = received(given, sees, prompt.cut_documents, tokens)
        if not (window and prompt.cut):
            return of_files
        return (*of_files, window.note(prompt.cut, drafts))

    def _shortened(self, again: Callable[[], SeatRequest]) -> SeatRequest | None:
        """Once: what is refused again is too long whatever is cut."""
        asked = again()
        completion = asked.completion
        if not self.caller.windows.holds(completion.agent, completion.messages):
            return None
        completion = replace(completion, can_be_shortened=False)
        return replace(asked, completion=completion, shortened=lambda: None)

    def hedge_after_s(self, role: SeatRole, agent: AgentSpec) -> float | None:
        """After how many seconds of silence an agent is hedged, if at all."""
        hedging = self.config.pace.hedging
        if hedging is None:
            return None
        return self.usual.hedge_after_s(hedging, role, agent, self.caller.calls)

    def _hedge(
        self, role: SeatRole, seat: Seat, agent: AgentSpec, *, last: bool
    ) -> Hedge | None:
        """A second request of the same model: there is no other one for this seat."""
        hedging, proposes = self.config.pace.hedging, role == "proposer"
        if not hedging or role == "judge" or not last:
            return None
        if proposes and not hedging.proposers:
            return None
        after_s = self.usual.hedge_after_s(hedging, role, agent, self.caller.calls)

        def begins() -> bool:
            if proposes and not self.usual.allowance.take():
                return False
            return self.may_hedge(seat, agent, after_s)

        if proposes:
            self.usual.allowance.count_call()
        return Hedge(after_s, begins)

    def may_hedge(self, seat: Seat, other: AgentSpec, after_s: float) -> bool:
        """Whether a second request may be made now, which is told if it is."""
        try:
            self.caller.check_budget()
        except CapReachedError:
            return False
        hedged = CallHedged(seat=seat, model=other.ref, after_s=after_s)
        self.caller.emit(RunDecided(self.caller.now_s, hedged))
        return True


def _in_words(again: Callable[[], SeatRequest]) -> SeatRequest | None:
    """The same with words for images, once that is known to be needed."""
    asked = again()
    return None if has_images(asked.completion.messages) else asked


def succeeded(call: Call) -> bool:
    """Whether a call has an answer to its end."""
    return call.outcome == "succeeded"


def errors_of(calls: Mapping[Seat, Call]) -> tuple[ProviderError, ...]:
    """What went wrong, in the order of the seats."""
    errors = (calls[seat].error for seat in sorted(calls))
    return tuple(error for error in errors if error)
