"""Answers rows with one mixture, each from where it was cut off."""

import uuid
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Literal

from moa_core.batch.files import BatchWriter
from moa_core.batch.known import KnownBatch, record_of_call, record_of_decision
from moa_core.batch.lines import AskedMixture, answer_line, error_line
from moa_core.batch.prompts import Row
from moa_core.batch.resumed import attempts_of, ended_s, has_answer, later, reopen
from moa_core.engine import Budget, Engine
from moa_core.errors import CapReachedError, RunInterruptedError, RunStoppedError
from moa_core.journal import ended_call
from moa_core.mixture import MoAConfig
from moa_core.plan import Estimate, estimate, rest_of_run
from moa_core.pricing import PriceBook
from moa_core.run import Controls, Rework, RunDecided, RunState
from moa_core.usage import Cost

Keep = Callable[[dict[str, Any]], None]
"""Takes a record for the journal; returns when it is written."""

Outcome = Literal["answered", "failed", "stopped", "capped"]


@dataclass(frozen=True, slots=True)
class RowResult:
    """How an attempt at a row ended.

    Attributes:
        outcome: ``stopped`` and ``capped`` rows go on later where they are now.
        state: Its run, over all attempts.
        line: For the answers, or for the errors; ``None`` where it is to go on.
        cost: Of this attempt.
        taken_over: How many calls of earlier attempts were not made again.
    """

    row: Row
    outcome: Outcome
    state: RunState
    line: dict[str, Any] | None
    cost: Cost
    taken_over: int = 0

    def keep(self, writer: BatchWriter, known: KnownBatch) -> None:
        """Write the answer, or why there is none.

        Raises:
            ConfigError: It cannot be written.
        """
        key, line, files = self.row.key, self.line, writer.files
        if line is None:
            return
        if self.outcome == "answered":
            writer.append(files.answers, line)
            known.done[key.custom_id] = key.fingerprint
        else:
            writer.append(files.errors, line)
            known.failed[key] = line


class RowRunner:
    """Answers rows on the loop that it is used on, as many at once as are asked for.

    Args:
        engine: Makes the calls.
        prices: For estimates.
        config: The mixture.
        proposals: Whether answers have the texts of the panel.

    Attributes:
        mixture: Tells the mixture apart from others.
    """

    def __init__(
        self,
        engine: Engine,
        prices: PriceBook,
        config: MoAConfig,
        *,
        proposals: bool = True,
    ) -> None:
        self.mixture = AskedMixture.of(config)
        self._engine, self._prices = engine, prices
        self._proposals = proposals

    def estimate(self, row: Row, begun: RunState | None = None) -> Estimate:
        """What a row will probably cost from here on."""
        rework = rest_of_run(begun) if begun else Rework()
        asked = row.request
        return estimate(row.config, asked.messages, self._prices, rework, asked.writer)

    async def answer(
        self,
        row: Row,
        keep: Keep,
        begun: RunState | None = None,
        controls: Controls | None = None,
        budget: Budget | None = None,
    ) -> RowResult:
        """Answer a row.

        Args:
            row: What is asked.
            keep: Takes the calls and decisions of the run, as they come.
            begun: The row as far as it came before; grows.
            controls: How it can be stopped.
            budget: What it may spend.
        """
        state = begun or RunState(row.config)
        paid, taken_over = state.cost, 0
        if begun and has_answer(begun):
            state.status, state.latency_s = "succeeded", ended_s(begun)
            taken_over = len(begun.calls)
        else:
            rework = rest_of_run(begun) if begun else Rework()
            taken_over = len(rework.reused)
            await self._run(row, state, rework, keep, controls, budget)
        spent = Cost(
            state.cost.usd - paid.usd, state.cost.unknown_calls - paid.unknown_calls
        )
        return self._result(row, state, spent, taken_over)

    async def _run(
        self,
        row: Row,
        state: RunState,
        rework: Rework,
        keep: Keep,
        controls: Controls | None,
        budget: Budget | None,
    ) -> None:
        before_s, attempts = ended_s(state), attempts_of(state)
        reopen(state, rework)
        events = self._engine.run(
            row.config,
            row.request.messages,
            controls,
            budget,
            rework,
            request=row.request.writer,
        )
        async with aclosing(events):
            async for event in events:
                told = later(event, before_s, attempts) if before_s else event
                state.apply(told)
                ended = ended_call(told)
                if ended and ended.call.was_sent:
                    keep(record_of_call(row.key, ended))
                elif isinstance(told, RunDecided):
                    keep(record_of_decision(row.key, told.at_s, told.decision))

    def _result(
        self, row: Row, state: RunState, spent: Cost, taken_over: int
    ) -> RowResult:
        uid = uuid.uuid4().hex
        line: dict[str, Any] | None = None
        outcome: Outcome = "failed"
        if state.status == "succeeded":
            outcome = "answered"
            line = answer_line(row, uid, state, self.mixture, proposals=self._proposals)
        elif isinstance(state.error, CapReachedError):
            outcome = "capped"
        elif isinstance(state.error, RunStoppedError | RunInterruptedError):
            outcome = "stopped"
        else:
            line = error_line(row, uid, state)
        return RowResult(row, outcome, state, line, spent, taken_over)
