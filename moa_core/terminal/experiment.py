"""Carries out an experiment in the terminal, and tells of it as text or JSON lines."""

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from itertools import count
from typing import Any, TextIO

from moa_core.engine import Budget, Engine
from moa_core.experiments import (
    BenchmarkRunner,
    Ended,
    ExperimentFolder,
    Forecast,
    Protocol,
    Runner,
    Step,
    Task,
    benchmark_report,
    benchmark_result,
    benchmark_to_dict,
    estimate_task,
    forecast_of,
    forecast_to_dict,
    report_of,
    result_of,
    result_to_dict,
    runner_of,
    work_in_words,
)
from moa_core.pricing import PriceBook
from moa_core.run import RunEvent
from moa_core.terminal.stop_signals import on_stop_signals


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells of an experiment, as text or as JSON lines.

    Attributes:
        as_json: Whether all goes to ``answer``, an object a line.
        answer: Takes the report.
        progress: Takes what is said meanwhile.
    """

    as_json: bool
    answer: TextIO
    progress: TextIO

    def expect(self, expected: Forecast) -> None:
        """Say what it will cost and take."""
        if self.as_json:
            self._line("Forecast", forecast_to_dict(expected))
            return
        low, high = (max(1, round(seconds / 60)) for seconds in expected.seconds)
        takes = f"very roughly {low} to {high} minutes" if high > 1 else "a minute"
        cost = f"about {expected.low} to {expected.high}"
        if unknown := expected.high.unknown_calls:
            cost = f"the price of {unknown:,} unknown"
        self._note(
            f"{expected.calls:,} calls ({expected.answers:,} for answers, "
            f"{expected.judgements:,} of the judge), {cost}, {takes}"
        )

    def step(self, step: Step) -> None:
        """Say what was settled, or failed."""
        about = work_in_words(step.key)
        if self.as_json:
            usd = step.spent.total_usd
            error = str(step.error) if step.error else None
            counts = {"done": step.done, "all": step.all, "error": error}
            spent = {"spent_usd": None if usd is None else float(usd)}
            self._line("Step", {"work": about, **counts, **spent})
            return
        failed = f": {step.error}" if step.error else ""
        self._note(f"{step.done:,} of {step.all:,} · {step.spent} · {about}{failed}")

    async def end(self, ended: Ended, folder: ExperimentFolder) -> None:
        """Say why it ended, and what it has found."""
        error = f"{ended.error} {ended.error.advice}".strip() if ended.error else ""
        if self.as_json:
            named = {"reason": ended.reason, "error": error or None}
            self._line("Ended", {**named, "folder": str(folder.path)})
            self._line("Result", await _found(folder))
            return
        if ended.reason != "done":
            self._note(
                f"\n{error or 'Not all of it is done.'}\nContinue it with: evaluate "
                f"--resume {folder.path}\n"
            )
        self._write(self.answer, await _report(folder))

    def _note(self, line: str) -> None:
        self._write(self.progress, f"{line}\n")

    def _line(self, event: str, values: dict[str, Any]) -> None:
        self._write(self.answer, json.dumps({"event": event, **values}) + "\n")

    def _write(self, stream: TextIO, text: str) -> None:
        stream.write(text)
        stream.flush()


async def _found(folder: ExperimentFolder) -> dict[str, Any]:
    """The result as JSON values."""
    progress = await folder.progress()
    if isinstance(folder.protocol, Protocol):
        return result_to_dict(result_of(folder.protocol, folder.items, progress))
    return benchmark_to_dict(benchmark_result(folder.protocol, folder.items, progress))


async def _report(folder: ExperimentFolder) -> str:
    progress = await folder.progress()
    if isinstance(folder.protocol, Protocol):
        return report_of(result_of(folder.protocol, folder.items, progress))
    return benchmark_report(benchmark_result(folder.protocol, folder.items, progress))


async def carry_out(
    folder: ExperimentFolder, engine: Engine, prices: PriceBook, teller: Teller
) -> Ended:
    """Do what is missing of an experiment, until it is done or a signal pauses it.

    Raises:
        ConfigError: Another process is at it, or its files cannot be used.
    """

    def ask(task: Task, budget: Budget | None) -> AsyncGenerator[RunEvent, None]:
        return engine.run(
            task.config,
            task.messages,
            budget=budget,
            rework=task.rework,
            writer=task.writer,
        )

    folder.use(ask, lambda task: estimate_task(task, prices))
    folder.load()
    try:
        settled = (await folder.progress()).settled
        teller.expect(forecast_of(folder.protocol, folder.items, prices, settled))
        runner = runner_of(folder.protocol, folder.items, folder, teller.step)
        _pause_by_signals(runner)
        ended = await runner.run()
        await teller.end(ended, folder)
        return ended
    finally:
        folder.close()


def _pause_by_signals(runner: Runner | BenchmarkRunner) -> None:
    """The first Ctrl-C lets what is under way end; a second one does not."""
    task, presses = asyncio.current_task(), count(1)

    def pause() -> None:
        runner.pause()
        if next(presses) > 1 and task:
            task.cancel()

    on_stop_signals(pause)
