"""Runs a mixture: layer by layer, then the synthesis.

One task puts the events of a run into a queue, and ``Engine.run`` yields them. Nothing
yields inside the task, so layers are plain task groups, and a cancelled call can still
report what had arrived.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from moa_core.engine.budget import Budget
from moa_core.engine.caller import SeatCaller
from moa_core.engine.seat_request import SeatRequest
from moa_core.engine.windows import Windows
from moa_core.errors import (
    NoProposalsError,
    NoSynthesisError,
    ProviderError,
    RunError,
    RunStoppedError,
    WithheldError,
)
from moa_core.messages import Message
from moa_core.mixture import AgentSpec, MoAConfig, Seat, fitted_prompt
from moa_core.pricing import PriceBook
from moa_core.run import (
    FULL_RUN,
    Call,
    CompletionRequest,
    Controls,
    LayerFinished,
    LayerStarted,
    Provider,
    Rework,
    RunAborted,
    RunEvent,
    RunFinished,
    RunStarted,
    SeatRole,
)

_log = logging.getLogger(__name__)


class Engine:
    """Runs any mixture against the providers it was given.

    Args:
        providers: By endpoint name, with their policies around them.
        prices: Where costs come from.
        windows: How much each model holds, as far as that is known.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider],
        prices: PriceBook,
        windows: Windows | None = None,
    ) -> None:
        self._providers = providers
        self._prices = prices
        self._windows = windows or Windows()

    async def run(
        self,
        config: MoAConfig,
        messages: Sequence[Message],
        controls: Controls | None = None,
        budget: Budget | None = None,
        rework: Rework = FULL_RUN,
        writer: SeatRole = "aggregator",
    ) -> AsyncGenerator[RunEvent, None]:
        """Answer ``messages`` with ``config``, yielding its events as they happen.

        Args:
            config: The mixture.
            messages: The conversation, ending with the user's question.
            controls: How the run, or a seat of it, can be stopped while it is under
                way. What had arrived of a call is reported and billed all the same.
            budget: What the run may spend; once that is reached, no further call is
                made and a RunAborted with a CapReachedError follows.
            rework: What it takes over from an earlier run; ``FULL_RUN`` asks everybody.
            writer: The role of the last call: ``judge`` where it judges answers.

        Yields:
            RunStarted first, one RunFinished or RunAborted last. Closing the generator
            cancels the run and closes its connections.
        """
        events: asyncio.Queue[RunEvent] = asyncio.Queue()
        caller = SeatCaller(
            self._providers, self._prices, events.put_nowait, budget, self._windows
        )
        controls = controls or Controls()
        execution = _RunExecution(
            config, tuple(messages), caller, controls, rework, writer
        )
        task = asyncio.create_task(execution.execute())
        stopping = asyncio.create_task(_cancel_when_stopped(controls, task))
        try:
            while True:
                event = await events.get()
                yield event
                if isinstance(event, RunFinished | RunAborted):
                    return
        finally:
            task.cancel()
            stopping.cancel()
            await asyncio.gather(task, stopping, return_exceptions=True)


async def _cancel_when_stopped(controls: Controls, task: asyncio.Task[None]) -> None:
    await controls.stopped()
    task.cancel()


@dataclass(frozen=True, slots=True)
class _RunExecution:
    """One run, from RunStarted to its end."""

    config: MoAConfig
    messages: tuple[Message, ...]
    caller: SeatCaller
    controls: Controls
    rework: Rework
    writer: SeatRole

    async def execute(self) -> None:
        """Run the mixture; every way out emits exactly one last event."""
        self.caller.emit(RunStarted(0.0, self.config))
        try:
            references: list[Call] = []
            for index in range(len(self.config.layers)):
                references = await self._run_layer(index, references)
            synthesises = self.rework.synthesise
            self._finish(await self._synthesise(references) if synthesises else None)
        except asyncio.CancelledError:
            self._abort(RunStoppedError())
        except RunError as error:
            self._abort(error)
        except Exception:  # noqa: BLE001 - there is always a last event
            _log.exception("a run failed for a reason of our own")
            self._abort(RunError("Something went wrong in Polyphony; see its log."))

    async def _run_layer(self, index: int, references: Sequence[Call]) -> list[Call]:
        """Complete a layer and return what the next one reads, in proposer order."""
        rework = self.rework
        reused = {s: r for s, r in rework.reused.items() if s.layer_index == index}
        calls = {seat: each.call for seat, each in reused.items()}
        read = {seat: each.call for seat, each in reused.items() if each.read}
        if agents := rework.asked_of(self.config, index):
            if read:
                self.controls.allow_ending_layer(index)
            self.caller.check_budget()
            self.caller.emit(LayerStarted(self.caller.now_s, index))
            async with asyncio.TaskGroup() as group:
                tasks = {
                    seat: group.create_task(
                        self._call_agent("proposer", seat, agent, references)
                    )
                    for seat, agent in agents.items()
                }
            answers = {seat: task.result() for seat, task in tasks.items()}
            calls |= answers
            read |= {s: call for s, call in answers.items() if _succeeded(call)}
            answered = sum(map(_succeeded, calls.values()))
            seats = len(self.config.layers[index].proposers)
            now_s = self.caller.now_s
            self.caller.emit(LayerFinished(now_s, index, answered, seats))
        if not read:
            self._raise_if_withheld(calls.values())
            if rework.reads_on(self.config, index):
                raise NoProposalsError(index, _errors(calls))
        return [read[seat] for seat in sorted(read)]

    async def _synthesise(self, references: Sequence[Call]) -> Call:
        """Call the aggregator, then its fallbacks, until one of them answers."""
        calls: dict[Seat, Call] = {}
        for position, agent in enumerate(self.config.aggregators):
            self.caller.check_budget()
            seat = Seat(len(self.config.layers), position)
            calls[seat] = await self._call_agent(self.writer, seat, agent, references)
            if _succeeded(calls[seat]):
                return calls[seat]
        self._raise_if_withheld(calls.values())
        raise NoSynthesisError(_errors(calls))

    def _raise_if_withheld(self, calls: Iterable[Call]) -> None:
        """If a call was withheld, nobody answered because of the cap."""
        if any(isinstance(call.error, WithheldError) for call in calls):
            self.caller.check_budget()

    def _call_agent(
        self, role: SeatRole, seat: Seat, agent: AgentSpec, references: Sequence[Call]
    ) -> Coroutine[Any, Any, Call]:
        """Call one agent, which can be stopped from now on, even before it starts."""
        control = self.controls.of_seat(seat)
        request = self._request(role, seat, agent, references)

        async def complete() -> Call:
            call = await self.caller.complete(request, control)
            if _succeeded(call) and role == "proposer":
                self.controls.allow_ending_layer(seat.layer_index)
            return call

        return complete()

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

    def _finish(self, synthesis: Call | None) -> None:
        now_s = self.caller.now_s
        ttft_s = synthesis.ttft_s if synthesis else None
        began_s = synthesis.started_at_s if synthesis else 0.0
        self.caller.emit(
            RunFinished(
                at_s=now_s,
                text=synthesis.text if synthesis else "",
                finish_reason=synthesis.finish_reason if synthesis else None,
                usage=self.caller.usage,
                cost=self.caller.cost,
                ttft_s=None if ttft_s is None else began_s + ttft_s,
                latency_s=now_s,
            )
        )

    def _abort(self, error: RunError) -> None:
        now_s = self.caller.now_s
        written = [call.text for call in self.caller.calls if call.role != "proposer"]
        self.caller.emit(
            RunAborted(
                at_s=now_s,
                error=error,
                text=written[-1] if written else "",
                usage=self.caller.usage,
                cost=self.caller.cost,
                latency_s=now_s,
            )
        )


def _succeeded(call: Call) -> bool:
    return call.outcome == "succeeded"


def _errors(calls: Mapping[Seat, Call]) -> tuple[ProviderError, ...]:
    """What went wrong, in the order of the seats."""
    errors = (calls[seat].error for seat in sorted(calls))
    return tuple(error for error in errors if error)
