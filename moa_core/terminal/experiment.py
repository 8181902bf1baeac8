"""Carries out an experiment in the terminal, and tells of it as text or JSON lines."""

import argparse
import asyncio
import json
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TextIO

from moa_core.engine import Budget, Engine
from moa_core.errors import ConfigError
from moa_core.evaluation import MAX_FILE_BYTES, may_judge, read_questions
from moa_core.experiments import (
    ALONE,
    MIXTURE,
    ONE_MODEL,
    OTHER,
    PROPOSAL,
    WITHOUT,
    WRITER,
    Ended,
    ExperimentFolder,
    Forecast,
    Item,
    Protocol,
    Runner,
    Step,
    Task,
    arms_of_models,
    arms_without,
    drawn,
    estimate_task,
    forecast,
    forecast_to_dict,
    judge_of,
    report_of,
    result_of,
    result_to_dict,
    work_in_words,
)
from moa_core.messages import Message
from moa_core.mixture import AgentSpec, MoAConfig
from moa_core.plan import may_think
from moa_core.pricing import PriceBook
from moa_core.run import RunEvent
from moa_core.terminal.options import (
    mixture_asked_for,
    preset_asked_for,
    with_placement,
)

Note = Callable[[str], None]
"""Takes a sentence about what was assumed or left out."""


def experiment_asked_for(call: argparse.Namespace, note: Note) -> ExperimentFolder:
    """The experiment that the options describe: a new one is not written yet.

    Raises:
        ConfigError: They contradict one another, or what they name cannot be used.
    """
    if call.resume:
        return ExperimentFolder.open(Path(call.resume))
    protocol, items = described_experiment(call, note)
    folder = Path(call.folder or f"evaluation-{protocol.sha256[:8]}")
    return ExperimentFolder(folder, protocol, items)


def described_experiment(
    call: argparse.Namespace, note: Note
) -> tuple[Protocol, list[Item]]:
    """The protocol that the options describe, and the questions in their order.

    Raises:
        ConfigError: They contradict one another, or what they name cannot be used.
    """
    if not (call.questions and call.judge):
        raise ConfigError("An experiment needs --questions FILE and --judge REF.")
    mixture = mixture_asked_for(call, note)
    if mixture is None:
        raise ConfigError("Name the mixture by --preset, or by --proposer.")
    mixture = with_placement(mixture, call.placement)
    judge = AgentSpec.from_ref(call.judge)
    items = drawn(_questions(call.questions, note), call.n, call.seed)
    other = preset_asked_for(call.against, note).config if call.against else None
    arms = _arms(call.arms, mixture, other)
    one_model = AgentSpec.from_ref(call.one_model) if call.one_model else None
    protocol = Protocol(
        mixture=mixture,
        arms=arms,
        one_model=(one_model or mixture.aggregator) if ONE_MODEL in arms else None,
        other=other,
        primary=MIXTURE + next((arm for arm in arms if arm != MIXTURE), ALONE),
        judge=judge_of(call.judge, thinks=may_think(judge)),
        questions=len(items),
        seed=call.seed,
        worth=call.worth,
        budget_usd=_dollars(call.budget),
        yardstick="judge alone",
    )
    _warn_of_judge(protocol, note)
    return protocol, items


def agents_asked(protocol: Protocol) -> MoAConfig:
    """A mixture of all that an experiment asks, to find their endpoints."""
    judge = filter(None, (protocol.judge,))
    config, fallbacks = protocol.mixture, (*protocol.agents, *judge)
    return MoAConfig(
        layers=config.layers, aggregator=config.aggregator, fallbacks=fallbacks
    )


def _arms(named: str, mixture: MoAConfig, other: MoAConfig | None) -> tuple[str, ...]:
    """``A,B,D``; ``E`` is every seat of the last layer, ``P`` and ``W`` every model."""
    arms = {each.strip().upper() for each in named.replace(",", " ").split()}
    if WITHOUT in arms:
        arms |= set(arms_without(mixture))
    for letter in {PROPOSAL, WRITER} & arms:
        arms |= set(arms_of_models(mixture, letter))
    if other:
        arms.add(OTHER)
    return tuple(sorted({*arms, MIXTURE} - {WITHOUT, PROPOSAL, WRITER}))


def _dollars(amount: str | None) -> Decimal | None:
    if amount is None:
        return None
    try:
        dollars = Decimal(amount.removeprefix("$"))
    except InvalidOperation:
        raise ConfigError(f"--budget: {amount[:40]!r} is no amount.") from None
    if not dollars.is_finite():
        raise ConfigError("--budget: an amount in US dollars, for example 2.50.")
    return dollars


def _questions(path: str, note: Note) -> list[Item]:
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None
    try:
        read = read_questions(data, path)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
    if read.duplicates:
        note(
            f"{path}: {len(read.duplicates)} questions come twice; the last one counts."
        )
    return [
        Item(
            id=each.id,
            messages=(Message.from_text("user", each.question),),
            kind=each.kind,
        )
        for each in read.questions
    ]


def _warn_of_judge(protocol: Protocol, note: Note) -> None:
    if protocol.judge is None:
        return
    models = [agent.model for agent in agents_asked(protocol).agents]
    answering = [model for model in models if model != protocol.judge.model]
    fitness = may_judge(protocol.judge.model, answering)
    if fitness == "related" or len(answering) < len(models) - 1:
        note(
            f"{protocol.judge.ref} is of the family of a model that answers, and may "
            "favour it. Choose another judge if you can."
        )
    elif fitness == "unknown":
        note(f"Nobody knows who made {protocol.judge.ref}, or from what.")


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
        low, high = (round(seconds / 60) for seconds in expected.seconds)
        self._note(
            f"{expected.calls:,} calls ({expected.answers:,} for answers, "
            f"{expected.judgements:,} of the judge), about {expected.low} to "
            f"{expected.high}, very roughly {low} to {high} minutes"
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
        progress = await folder.progress()
        result = result_of(folder.protocol, folder.items, progress)
        error = f"{ended.error} {ended.error.advice}".strip() if ended.error else ""
        if self.as_json:
            named = {"reason": ended.reason, "error": error or None}
            self._line("Ended", {**named, "folder": str(folder.path)})
            self._line("Result", result_to_dict(result))
            return
        if ended.reason != "done":
            self._note(
                f"\n{error or 'Not all of it is done.'}\nContinue it with: evaluate "
                f"--resume {folder.path}\n"
            )
        self._write(self.answer, report_of(result))

    def _note(self, line: str) -> None:
        self._write(self.progress, f"{line}\n")

    def _line(self, event: str, values: dict[str, Any]) -> None:
        self._write(self.answer, json.dumps({"event": event, **values}) + "\n")

    def _write(self, stream: TextIO, text: str) -> None:
        stream.write(text)
        stream.flush()


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
        teller.expect(forecast(folder.protocol, folder.items, prices, settled))
        runner = Runner(folder.protocol, folder.items, folder, teller.step)
        _pause_by_signals(runner)
        ended = await runner.run()
        await teller.end(ended, folder)
        return ended
    finally:
        folder.close()


def _pause_by_signals(runner: Runner) -> None:
    """The first Ctrl-C lets what is under way end; a second one does not."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    asked: list[int] = []

    def pause(number: int) -> None:
        asked.append(number)
        runner.pause()
        if len(asked) > 1 and task:
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # on Windows
            loop.add_signal_handler(number, pause, number)
