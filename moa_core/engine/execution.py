"""Runs a mixture: layer by layer, then the synthesis.

One task puts the events of a run into a queue, and ``Engine.run`` yields them. Nothing
yields inside the task, so a cancelled call can still report what had arrived. Calls
that may outlast their layer are held by ``OpenCalls`` until the run has its answer.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, Self

from moa_core.engine.auto import AutoRun
from moa_core.engine.budget import Budget
from moa_core.engine.caller import SeatCaller
from moa_core.engine.fast_start import Continuations
from moa_core.engine.layer_run import run_layer
from moa_core.engine.pacing import Threshold, UsualTimes, layer_agreement
from moa_core.engine.seat_asking import SeatAsker, succeeded
from moa_core.engine.sight import Sight
from moa_core.engine.synthesis import EarlyAnswer, early_answer, synthesise
from moa_core.engine.windows import Windows
from moa_core.errors import RunError, RunStoppedError
from moa_core.messages import Message
from moa_core.mixture import MoAConfig
from moa_core.pricing import PriceBook
from moa_core.run import (
    CONTINUED,
    FULL_RUN,
    NO_REQUEST,
    Call,
    Controls,
    LayersSkipped,
    Provider,
    Rework,
    RunAborted,
    RunDecided,
    RunEvent,
    RunFinished,
    RunStarted,
    SeatRole,
    WriterRequest,
)

_log = logging.getLogger(__name__)


class FactsOfModels(Protocol):
    """What is known of models by ``endpoint/model``: what ``Endpoints`` know, say."""

    def context_tokens(self, ref: str, /) -> int | None:
        """How much one holds; ``None`` while nobody knows."""

    def sees_images(self, ref: str, /) -> bool | None:
        """Whether one sees images; ``None`` while nobody knows."""


class Engine:
    """Runs any mixture against the providers it was given.

    Args:
        providers: By endpoint name, with their policies around them.
        prices: Where costs come from.
        windows: How much each model holds, as far as that is known.
        usual: How long models usually need, as far as that is known.
        continuations: How models can be had to continue a text, as far as that is.
        threshold: From which doubt on Auto asks the others, where its mixture does not
            say.
        sight: Which models see images.
    """

    def __init__(  # noqa: PLR0913 - all that runs can share, by name
        self,
        providers: Mapping[str, Provider],
        prices: PriceBook,
        windows: Windows | None = None,
        usual: UsualTimes | None = None,
        continuations: Continuations | None = None,
        threshold: Threshold | None = None,
        sight: Sight | None = None,
    ) -> None:
        self._providers = providers
        self._prices = prices
        self._windows = windows or Windows()
        self._usual = usual or UsualTimes()
        self._continuations = continuations or Continuations()
        self._threshold = threshold or Threshold()
        self._sight = sight or Sight()

    @classmethod
    def knowing(
        cls, providers: Mapping[str, Provider], prices: PriceBook, models: FactsOfModels
    ) -> Self:
        """An engine that goes by what is known of models, and remembers nothing."""
        windows, sight = Windows(models.context_tokens), Sight(models.sees_images)
        return cls(providers, prices, windows, sight=sight)

    async def run(  # noqa: PLR0913 - all that a run can be given, by name
        self,
        config: MoAConfig,
        messages: Sequence[Message],
        controls: Controls | None = None,
        budget: Budget | None = None,
        rework: Rework = FULL_RUN,
        writer: SeatRole = "aggregator",
        request: WriterRequest = NO_REQUEST,
    ) -> AsyncGenerator[RunEvent, None]:
        """Answer ``messages`` with ``config``, yielding its events as they happen.

        Args:
            config: The mixture.
            messages: The conversation, ending with the user's question.
            controls: How the run, or a seat of it, can be stopped while it is under
                way. What had arrived of a call is reported and billed all the same.
            budget: What it may spend; then a RunAborted with a CapReachedError follows.
            rework: What it takes over from an earlier run; ``FULL_RUN`` asks everybody.
            writer: The role of the last call: ``judge`` where it judges answers.
            request: What another program asks of whoever writes the answer.

        Yields:
            RunStarted first, one RunFinished or RunAborted last. Closing it cancels the
            run and closes its connections.
        """
        events: asyncio.Queue[RunEvent] = asyncio.Queue()
        caller = SeatCaller(
            self._providers,
            self._prices,
            events.put_nowait,
            budget,
            self._windows,
            replace(self._sight, refused=set()),
        )
        controls = controls or Controls()
        mixture, talk, usual = request.applied_to(config), tuple(messages), self._usual
        asker = SeatAsker(mixture, talk, caller, controls, usual=usual, writer=request)
        auto = config.pace.auto
        given = auto and auto.threshold is not None and Threshold(auto.threshold)
        execution = _RunExecution(
            asker, rework, writer, self._continuations, given or self._threshold
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

    asker: SeatAsker
    rework: Rework
    writer: SeatRole
    continuations: Continuations
    threshold: Threshold

    @property
    def caller(self) -> SeatCaller:
        """Makes its calls, and keeps them."""
        return self.asker.caller

    async def execute(self) -> None:
        """Run the mixture; every way out emits exactly one last event."""
        self.caller.emit(RunStarted(0.0, self.asker.config))
        try:
            async with self.asker.open_calls:
                answer = await self._answer()
            self._finish(answer)
        except asyncio.CancelledError:
            self._abort(RunStoppedError())
        except RunError as error:
            self._abort(error)
        except Exception:  # noqa: BLE001 - there is always a last event
            _log.exception("a run failed for a reason of our own")
            self._abort(RunError("Something went wrong in Polyphony; see its log."))

    async def _answer(self) -> Call | None:
        """Ask one model where that may be enough, or all; ``None`` without synthesis.

        Raises:
            RunError: There is no answer.
        """
        asker, rework = self.asker, self.rework
        if asker.config.pace.auto and asker.config.layers and rework.whole:
            opened = await AutoRun(asker, self.threshold, rework.reused).open()
            if isinstance(opened, Call):
                return opened
            rework = opened
        early = early_answer(asker, rework, self.writer, self.continuations)
        references = await self._run_layers(rework, early)
        if not rework.synthesise:
            return None
        return await synthesise(asker, self.writer, references, early)

    async def _run_layers(
        self, rework: Rework, early: EarlyAnswer | None
    ) -> list[Call]:
        """Run layer by layer; what the aggregator reads."""
        references = list[Call]()
        last = len(self.asker.config.layers) - 1
        for index in range(last + 1):
            begun = index == 0 and rework is not self.rework
            layer = partial(
                run_layer, self.asker, rework, index, references, begun=begun
            )
            if early and index == last:
                with self.caller.watching(early.drafts):
                    early.begin()
                    return await layer()
            references = await layer()
            if index < last and self._agree(references, index + 1):
                break
        return references

    def _agree(self, proposals: Sequence[Call], following: int) -> bool:
        """Whether proposals agree, so that layers from ``following`` are skipped."""
        leave = self.asker.config.pace.early_exit
        if leave is None or not self.rework.whole:
            return False
        agreement = layer_agreement([call.text for call in proposals])
        if agreement < leave.agreement:
            return False
        last = len(self.asker.config.layers) - 1
        skipped = LayersSkipped(first=following, last=last, agreement=agreement)
        self.caller.emit(RunDecided(self.caller.now_s, skipped))
        return True

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
        """When the first content of the answer came, by whichever of its requests."""
        if synthesis is None:
            return None
        came = [
            call.started_at_s + call.ttft_s
            for call in self.caller.calls
            if call.ttft_s is not None
            and (
                call is synthesis
                or call.role == "provisional"
                or (call.seat == synthesis.seat and call.finish_reason == CONTINUED)
            )
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
