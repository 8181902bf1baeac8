"""Asks the agents of one run: makes their prompts, and calls them."""

from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from moa_core.engine.caller import SeatCaller
from moa_core.engine.seat_request import SeatRequest
from moa_core.errors import ProviderError, WithheldError
from moa_core.messages import Message
from moa_core.mixture import AgentSpec, MoAConfig, Seat, fitted_prompt
from moa_core.run import Call, CompletionRequest, Controls, SeatRole


@dataclass(frozen=True, slots=True)
class SeatAsker:
    """Asks agents of one run at their seats.

    Attributes:
        config: The mixture.
        messages: The conversation, ending with the user's question.
        caller: Makes the calls.
        controls: How a user can stop a seat.
    """

    config: MoAConfig
    messages: tuple[Message, ...]
    caller: SeatCaller
    controls: Controls

    def ask(
        self, role: SeatRole, seat: Seat, agent: AgentSpec, references: Sequence[Call]
    ) -> Coroutine[Any, Any, Call]:
        """Call one agent, which can be stopped from now on, even before it starts."""
        control = self.controls.of_seat(seat)
        request = self._request(role, seat, agent, references)

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

    def _request(
        self, role: SeatRole, seat: Seat, agent: AgentSpec, references: Sequence[Call]
    ) -> SeatRequest:
        """What a seat is asked, its references fitted to the window of its model."""
        window = self.caller.windows.of(agent)
        prompt = fitted_prompt(
            agent,
            role,
            self.config,
            self.messages,
            [call.text for call in references],
            window.estimated_tokens if window else None,
        )
        ranks = role == "aggregator" and self.config.method == "rank"
        last = role == "proposer" or seat.position == len(self.config.aggregators) - 1
        cut_to = window if prompt.cut else None

        def shortened() -> SeatRequest | None:
            """Once: what is refused again is too long whatever is cut."""
            again = self._request(role, seat, agent, references)
            if not self.caller.windows.holds(agent, again.completion.messages):
                return None
            completion = replace(again.completion, can_be_shortened=False)
            return replace(again, completion=completion, shortened=lambda: None)

        return SeatRequest(
            role,
            seat,
            CompletionRequest(
                agent,
                prompt.messages,
                self.controls.of_seat(seat).more_time,
                can_be_shortened=bool(references),
            ),
            choices=tuple(references) if ranks else (),
            takes_cut=last and not ranks,  # what might come after it may answer whole
            notes=(cut_to.note(prompt.cut, len(references)),) if cut_to else (),
            window_tokens=cut_to.estimated_tokens if cut_to else None,
            shortened=shortened if references else lambda: None,
        )


def succeeded(call: Call) -> bool:
    """Whether a call has an answer to its end."""
    return call.outcome == "succeeded"


def errors_of(calls: Mapping[Seat, Call]) -> tuple[ProviderError, ...]:
    """What went wrong, in the order of the seats."""
    errors = (calls[seat].error for seat in sorted(calls))
    return tuple(error for error in errors if error)
