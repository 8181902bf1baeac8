"""Runs a mixture: layer by layer, then the synthesis.

One task tells the story of a run into a queue; ``Engine.run`` hands it on. Inside the
task nothing yields, so layers are plain task groups, and a cancelled call can still
say what had arrived.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine, Iterable, Mapping, Sequence
from typing import Any

from moa_core.engine.budget import Budget
from moa_core.engine.caller import SeatCaller, SeatRequest
from moa_core.errors import (
    NoProposalsError,
    NoSynthesisError,
    ProviderError,
    RunError,
    RunStoppedError,
    WithheldError,
)
from moa_core.messages import Message
from moa_core.mixture import AgentSpec, MoAConfig, Seat, prompt_for
from moa_core.pricing import PriceBook
from moa_core.run import (
    FULL_RUN,
    Call,
    CallRole,
    Controls,
    LayerFinished,
    LayerStarted,
    Provider,
    Rework,
    RunAborted,
    RunEvent,
    RunFinished,
    RunStarted,
    SeatControl,
)

_log = logging.getLogger(__name__)


class Engine:
    """Runs any mixture against the providers it was given.

    Args:
        providers: By endpoint name, with their policies around them.
        prices: Where costs come from.
    """

    def __init__(self, providers: Mapping[str, Provider], prices: PriceBook) -> None:
        self._providers = providers
        self._prices = prices

    async def run(
        self,
        config: MoAConfig,
        messages: Sequence[Message],
        controls: Controls | None = None,
        budget: Budget | None = None,
        rework: Rework = FULL_RUN,
    ) -> AsyncGenerator[RunEvent, None]:
        """Answer ``messages`` with ``config``, task the story as it unfolds.

        Args:
            config: The mixture.
            messages: The conversation, ending with the user's question.
            controls: How the run, or a seat of it, can be stopped while it is under
                way. What had arrived of a call is told and billed all the same.
            budget: What the run may spend; once that is reached, no further call is
                made and a RunAborted with a CapReachedError ends the story.
            rework: What it takes over from an earlier run; ``FULL_RUN`` asks everybody.

        Yields:
            RunStarted first, one RunFinished or RunAborted last. Closing the generator
            cancels the run and closes its connections.
        """
        events: asyncio.Queue[RunEvent] = asyncio.Queue()
        caller = SeatCaller(self._providers, self._prices, events.put_nowait, budget)
        controls = controls or Controls()
        execution = _RunExecution(config, tuple(messages), caller, controls, rework)
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


class _RunExecution:
    """One run, from RunStarted to its end."""

    def __init__(
        self,
        config: MoAConfig,
        messages: tuple[Message, ...],
        caller: SeatCaller,
        controls: Controls,
        rework: Rework,
    ) -> None:
        self._config = config
        self._messages = messages
        self._caller = caller
        self._controls = controls
        self._rework = rework

    async def execute(self) -> None:
        """Run the mixture; every way out tells exactly one end."""
        self._caller.emit(RunStarted(0.0, self._config))
        try:
            references: list[Call] = []
            for index in range(len(self._config.layers)):
                references = await self._run_layer(index, references)
            synthesises = self._rework.synthesise
            self._finish(await self._synthesise(references) if synthesises else None)
        except asyncio.CancelledError:
            self._abort(RunStoppedError())
        except RunError as error:
            self._abort(error)
        except Exception:  # noqa: BLE001 - the story always gets its end
            _log.exception("a run failed for a reason of our own")
            self._abort(RunError("Something went wrong inside Polyphony; see its log."))

    async def _run_layer(self, index: int, references: Sequence[Call]) -> list[Call]:
        """Complete a layer and return what the next one reads, in proposer order."""
        reused = {
            seat: each
            for seat, each in self._rework.reused.items()
            if seat.layer_index == index
        }
        calls = {seat: each.call for seat, each in reused.items()}
        read = {seat: each.call for seat, each in reused.items() if each.read}
        if asked := self._rework.asked_of(self._config, index):
            if read:
                self._controls.allow_ending_layer(index)
            answers = await self._ask_layer(index, asked, references, calls)
            calls |= answers
            read |= {seat: call for seat, call in answers.items() if _useful(call)}
        if not read:
            self._tell_cap(calls.values())
            if self._rework.reads_on(self._config, index):
                raise NoProposalsError(index, _errors(calls))
        return [read[seat] for seat in sorted(read)]

    async def _ask_layer(
        self,
        index: int,
        asked: Mapping[Seat, AgentSpec],
        references: Sequence[Call],
        reused: Mapping[Seat, Call],
    ) -> dict[Seat, Call]:
        """Ask proposers of a layer at once and return how each call ended."""
        self._caller.check_budget()
        self._caller.emit(LayerStarted(self._caller.now_s, index))
        async with asyncio.TaskGroup() as group:
            tasks = {
                seat: group.create_task(
                    self._call_agent("proposer", seat, agent, references)
                )
                for seat, agent in asked.items()
            }
        answers = {seat: task.result() for seat, task in tasks.items()}
        answered = sum(map(_useful, (*reused.values(), *answers.values())))
        layer = self._config.layers[index]
        self._caller.emit(
            LayerFinished(self._caller.now_s, index, answered, len(layer.proposers))
        )
        return answers

    async def _synthesise(self, references: Sequence[Call]) -> Call:
        """Ask the aggregator, then its fallbacks, until one of them answers."""
        calls: dict[Seat, Call] = {}
        for position, agent in enumerate(self._config.aggregators):
            self._caller.check_budget()
            seat = Seat(len(self._config.layers), position)
            calls[seat] = await self._call_agent("aggregator", seat, agent, references)
            if _useful(calls[seat]):
                return calls[seat]
        self._tell_cap(calls.values())
        raise NoSynthesisError(_errors(calls))

    def _tell_cap(self, calls: Iterable[Call]) -> None:
        """If a call was withheld, nobody answered because of the cap."""
        if any(isinstance(call.error, WithheldError) for call in calls):
            self._caller.check_budget()

    def _call_agent(
        self, role: CallRole, seat: Seat, agent: AgentSpec, references: Sequence[Call]
    ) -> Coroutine[Any, Any, Call]:
        """Ask one agent, who can be stopped from now on, even before the first step."""
        texts = [call.text for call in references]
        messages = prompt_for(agent, role, self._config, self._messages, texts)
        ranks = role == "aggregator" and self._config.method == "rank"
        choices = tuple(references) if ranks else ()
        request = SeatRequest(role, seat, agent, messages, choices)
        return self._complete(request, self._controls.of_seat(seat))

    async def _complete(self, request: SeatRequest, control: SeatControl) -> Call:
        call = await self._caller.complete(request, control)
        if _useful(call) and call.role == "proposer":
            self._controls.allow_ending_layer(call.seat.layer_index)
        return call

    def _finish(self, synthesis: Call | None) -> None:
        now_s = self._caller.now_s
        ttft_s = synthesis.ttft_s if synthesis else None
        began_s = synthesis.started_at_s if synthesis else 0.0
        self._caller.emit(
            RunFinished(
                at_s=now_s,
                text=synthesis.text if synthesis else "",
                finish_reason=synthesis.finish_reason if synthesis else None,
                usage=self._caller.usage,
                cost=self._caller.cost,
                ttft_s=None if ttft_s is None else began_s + ttft_s,
                latency_s=now_s,
            )
        )

    def _abort(self, error: RunError) -> None:
        now_s = self._caller.now_s
        written = [
            call.text for call in self._caller.calls if call.role == "aggregator"
        ]
        self._caller.emit(
            RunAborted(
                at_s=now_s,
                error=error,
                text=written[-1] if written else "",
                usage=self._caller.usage,
                cost=self._caller.cost,
                latency_s=now_s,
            )
        )


def _useful(call: Call) -> bool:
    return call.outcome == "succeeded"


def _errors(calls: Mapping[Seat, Call]) -> tuple[ProviderError, ...]:
    """What went wrong, in the order of the seats."""
    errors = (calls[seat].error for seat in sorted(calls))
    return tuple(error for error in errors if error)
