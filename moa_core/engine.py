"""Runs a mixture: layer by layer, then the synthesis.

One task tells the story of a run into a queue; ``Engine.run`` hands it on. Inside the
task nothing yields, so layers are plain task groups, and a cancelled call can still
say what had arrived.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence

from moa_core.agent_prompts import prompt_for
from moa_core.budget import Budget
from moa_core.caller import Ask, Caller
from moa_core.completion import Provider
from moa_core.config import AgentSpec, Layer, MoAConfig
from moa_core.errors import (
    NoProposalsError,
    NoSynthesisError,
    ProviderError,
    RunError,
    RunStoppedError,
    WithheldError,
)
from moa_core.events import (
    LayerFinished,
    LayerStarted,
    RunAborted,
    RunEvent,
    RunFinished,
    RunStarted,
)
from moa_core.messages import Message
from moa_core.pricing import PriceBook
from moa_core.results import Call, CallRole, Seat

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
        stop: asyncio.Event | None = None,
        budget: Budget | None = None,
    ) -> AsyncGenerator[RunEvent, None]:
        """Answer ``messages`` with ``config``, telling the story as it unfolds.

        Args:
            config: The mixture.
            messages: The conversation, ending with the user's question.
            stop: Setting it stops the run: open calls are closed, what had arrived is
                told and billed, and a RunAborted ends the story.
            budget: What the run may spend; once that is reached, no further call is
                made and a RunAborted with a CapReachedError ends the story.

        Yields:
            RunStarted first, one RunFinished or RunAborted last. Closing the generator
            cancels the run and closes its connections.
        """
        events: asyncio.Queue[RunEvent] = asyncio.Queue()
        caller = Caller(self._providers, self._prices, events.put_nowait, budget)
        story = _Story(config, tuple(messages), caller)
        telling = asyncio.create_task(story.tell())
        stopping = asyncio.create_task(_cancel_on(stop, telling)) if stop else None
        try:
            while True:
                event = await events.get()
                yield event
                if isinstance(event, RunFinished | RunAborted):
                    return
        finally:
            tasks = [task for task in (telling, stopping) if task]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _cancel_on(stop: asyncio.Event, telling: asyncio.Task[None]) -> None:
    await stop.wait()
    telling.cancel()


class _Story:
    """One run, from RunStarted to its end."""

    def __init__(
        self, config: MoAConfig, messages: tuple[Message, ...], caller: Caller
    ) -> None:
        self._config = config
        self._messages = messages
        self._caller = caller

    async def tell(self) -> None:
        """Run the mixture; every way out tells exactly one end."""
        self._caller.emit(RunStarted(0.0, self._config))
        try:
            proposals: list[Call] = []
            for index, layer in enumerate(self._config.layers):
                proposals = await self._run_layer(index, layer, proposals)
            await self._synthesise(proposals)
        except asyncio.CancelledError:
            self._abort(RunStoppedError())
        except RunError as error:
            self._abort(error)
        except Exception:  # noqa: BLE001 - the story always gets its end
            _log.exception("a run failed for a reason of our own")
            self._abort(RunError("Something went wrong inside Polyphony; see its log."))

    async def _run_layer(
        self, index: int, layer: Layer, references: Sequence[Call]
    ) -> list[Call]:
        """Ask all proposers of a layer at once and return their proposals in order."""
        self._caller.check_budget()
        self._caller.emit(LayerStarted(self._caller.now_s, index))
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(
                    self._ask("proposer", Seat(index, position), agent, references)
                )
                for position, agent in enumerate(layer.proposers)
            ]
        calls = [task.result() for task in asked]
        proposals = [call for call in calls if call.outcome == "succeeded"]
        self._caller.emit(
            LayerFinished(self._caller.now_s, index, len(proposals), len(calls))
        )
        if not proposals:
            self._tell_cap(calls)
            raise NoProposalsError(index, _errors(calls))
        return proposals

    async def _synthesise(self, proposals: Sequence[Call]) -> None:
        """Ask the aggregator, then its fallbacks, until one of them answers."""
        calls: list[Call] = []
        for position, agent in enumerate(self._config.aggregators):
            self._caller.check_budget()
            seat = Seat(len(self._config.layers), position)
            call = await self._ask("aggregator", seat, agent, proposals)
            if call.outcome == "succeeded":
                return self._finish(call)
            calls.append(call)
        self._tell_cap(calls)
        raise NoSynthesisError(_errors(calls))

    def _tell_cap(self, calls: Sequence[Call]) -> None:
        """If a call was withheld, nobody answered because of the cap."""
        if any(isinstance(call.error, WithheldError) for call in calls):
            self._caller.check_budget()

    async def _ask(
        self, role: CallRole, seat: Seat, agent: AgentSpec, references: Sequence[Call]
    ) -> Call:
        texts = [call.text for call in references]
        messages = prompt_for(agent, role, self._config, self._messages, texts)
        ranks = role == "aggregator" and self._config.method == "rank"
        choices = tuple(references) if ranks else ()
        return await self._caller.ask(Ask(role, seat, agent, messages, choices))

    def _finish(self, synthesis: Call) -> None:
        now_s, ttft_s = self._caller.now_s, synthesis.ttft_s
        self._caller.emit(
            RunFinished(
                at_s=now_s,
                text=synthesis.text,
                finish_reason=synthesis.finish_reason,
                usage=self._caller.usage,
                cost=self._caller.cost,
                ttft_s=None if ttft_s is None else synthesis.started_at_s + ttft_s,
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


def _errors(calls: Sequence[Call]) -> tuple[ProviderError, ...]:
    return tuple(call.error for call in calls if call.error)
