"""Runs a mixture: layer by layer, then the synthesis.

One task puts the events of a run into a queue, and ``Engine.run`` yields them. Nothing
yields inside the task, so layers are plain task groups, and a cancelled call can still
report what had arrived.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass

from moa_core.engine.budget import Budget
from moa_core.engine.caller import SeatCaller
from moa_core.engine.fast_start import Continuations
from moa_core.engine.layer_run import run_layer
from moa_core.engine.pacing import UsualTimes
from moa_core.engine.seat_asking import SeatAsker, succeeded
from moa_core.engine.synthesis import EarlyAnswer, early_answer, synthesise
from moa_core.engine.windows import Windows
from moa_core.errors import RunError, RunStoppedError
from moa_core.messages import Message
from moa_core.mixture import MoAConfig
from moa_core.pricing import PriceBook
from moa_core.run import (
    CONTINUED,
    FULL_RUN,
    Call,
    Controls,
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
        usual: How long models usually need, as far as that is known.
        continuations: How models can be had to continue a text, as far as that is.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider],
        prices: PriceBook,
        windows: Windows | None = None,
        usual: UsualTimes | None = None,
        continuations: Continuations | None = None,
    ) -> None:
        self._providers = providers
        self._prices = prices
        self._windows = windows or Windows()
        self._usual = usual or UsualTimes()
        self._continuations = continuations or Continuations()

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
        asker = SeatAsker(config, tuple(messages), caller, controls, usual=self._usual)
        early = early_answer(asker, rework, writer, self._continuations)
        execution = _RunExecution(asker, rework, writer, early)
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

    asker: SeatAsker
    rework: Rework
    writer: SeatRole
    early: EarlyAnswer | None

    @property
    def caller(self) -> SeatCaller:
        """Makes its calls, and keeps them."""
        return self.asker.caller

    async def execute(self) -> None:
        """Run the mixture; every way out emits exactly one last event."""
        asker, rework = self.asker, self.rework
        self.caller.emit(RunStarted(0.0, asker.config))
        try:
            synthesis = None
            async with asker.open_calls:
                references = await self._run_layers()
                if rework.synthesise:
                    synthesis = await synthesise(
                        asker, self.writer, references, self.early
                    )
            self._finish(synthesis)
        except asyncio.CancelledError:
            self._abort(RunStoppedError())
        except RunError as error:
            self._abort(error)
        except Exception:  # noqa: BLE001 - there is always a last event
            _log.exception("a run failed for a reason of our own")
            self._abort(RunError("Something went wrong in Polyphony; see its log."))

    async def _run_layers(self) -> list[Call]:
        """Run layer by layer; what the aggregator reads."""
        asker, early, references = self.asker, self.early, list[Call]()
        last = len(asker.config.layers) - 1
        for index in range(last + 1):
            if early and index == last:
                with self.caller.watching(early.drafts):
                    early.begin()
                    return await run_layer(asker, self.rework, index, references)
            references = await run_layer(asker, self.rework, index, references)
        return references

    def _finish(self, synthesis: Call | None) -> None:
        now_s = self.caller.now_s
        self.caller.emit(
            RunFinished(
                at_s=now_s,
                text=synthesis.text if synthesis else "",
                finish_reason=synthesis.finish_reason if synthesis else None,
                usage=self.caller.usage,
                cost=self.caller.cost,
                ttft_s=self._first_content_s(synthesis),
                latency_s=now_s,
            )
        )

    def _first_content_s(self, synthesis: Call | None) -> float | None:
        """When the first content of the answer came, by whichever request."""
        if synthesis is None:
            return None
        written = [
            call
            for call in self.caller.calls
            if call.role == "provisional"
            or (call.seat == synthesis.seat and call.finish_reason == CONTINUED)
        ]
        came = [
            call.started_at_s + call.ttft_s
            for call in (*written, synthesis)
            if call.ttft_s is not None
        ]
        return min(came, default=None)

    def _abort(self, error: RunError) -> None:
        now_s = self.caller.now_s
        answers = [call for call in self.caller.calls if call.role != "proposer"]
        first = [c for c in answers if c.role == "provisional" and succeeded(c)]
        written = [call.text for call in first or answers]
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
