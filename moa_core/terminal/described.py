"""Makes an experiment or a benchmark of what the command line says."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from moa_core.errors import ConfigError
from moa_core.evaluation import MAX_FILE_BYTES, WORTH, may_judge, read_questions
from moa_core.experiments import (
    ALONE,
    BENCHMARKS,
    MIXTURE,
    ONE_MODEL,
    OTHER,
    PROPOSAL,
    WITHOUT,
    WRITER,
    BenchmarkName,
    BenchmarkProtocol,
    Design,
    ExperimentFolder,
    Item,
    Protocol,
    arms_of_models,
    arms_without,
    drawn,
    judge_of,
    questions_of,
)
from moa_core.messages import Message
from moa_core.mixture import AgentSpec, MoAConfig, may_think, own_name
from moa_core.terminal.kept import OwnPresets
from moa_core.terminal.options import (
    NO_OWN,
    mixture_asked_for,
    preset_asked_for,
    with_placement,
)
from moa_core.terminal.pace_options import with_pace

Note = Callable[[str], None]
"""Takes a sentence about what was assumed or left out."""

ARMS: Final = "A,B,D"
_OF_EXPERIMENTS: Final = ("arms", "against", "one_model", "worth")
"""Options that a benchmark has no use for."""


def experiment_asked_for(
    call: argparse.Namespace, note: Note, presets: OwnPresets = NO_OWN
) -> ExperimentFolder:
    """The experiment or benchmark that the options describe, not written yet if new.

    Raises:
        ConfigError: They contradict one another, or what they name cannot be used.
    """
    if call.resume:
        return ExperimentFolder.open(Path(call.resume))
    describe = described_benchmark if call.benchmark else described_experiment
    protocol, items = describe(call, note, presets)
    folder = Path(call.folder or f"evaluation-{protocol.sha256[:8]}")
    return ExperimentFolder(folder, protocol, items)


def described_experiment(
    call: argparse.Namespace, note: Note, presets: OwnPresets = NO_OWN
) -> tuple[Protocol, list[Item]]:
    """The protocol that the options describe, and the questions in their order.

    Raises:
        ConfigError: They contradict one another, or what they name cannot be used.
    """
    if not (call.questions and call.judge):
        raise ConfigError("An experiment needs --questions FILE and --judge REF.")
    mixture = _mixture(call, note, presets)
    items = drawn(_questions(call.questions, note), call.n, call.seed)
    other = (
        preset_asked_for(call.against, note, presets).config if call.against else None
    )
    arms = _arms(call.arms or ARMS, mixture, other)
    one_model = AgentSpec.from_ref(call.one_model) if call.one_model else None
    protocol = Protocol(
        mixture=mixture,
        arms=arms,
        one_model=(one_model or mixture.aggregator) if ONE_MODEL in arms else None,
        other=other,
        primary=MIXTURE + next((arm for arm in arms if arm != MIXTURE), ALONE),
        judge=_judge(call.judge),
        questions=len(items),
        seed=call.seed,
        worth=WORTH if call.worth is None else call.worth,
        budget_usd=_dollars(call.budget),
        yardstick="judge alone",
    )
    _warn_of_judge(protocol, note)
    return protocol, items


def described_benchmark(
    call: argparse.Namespace, note: Note, presets: OwnPresets = NO_OWN
) -> tuple[BenchmarkProtocol, list[Item]]:
    """The run of a benchmark that the options describe, and its questions in order.

    Raises:
        ConfigError: They contradict one another, or what they name cannot be used.
    """
    benchmark = _benchmark(call)
    mixture = _mixture(call, note, presets)
    data = _file_bytes(call.questions) if call.questions else None
    try:
        found = questions_of(benchmark, data, call.questions or "")
    except ConfigError as error:
        where = f"{call.questions}: " if call.questions else ""
        raise ConfigError(f"{where}{error}") from None
    _note_duplicates(call.questions, found.duplicates, note)
    items = found.drawn(call.n, call.seed)
    called = _called(call, mixture, note, presets)
    protocol = replace(
        found.protocol_for(items, called, mixture, _judge(call.judge)),
        seed=call.seed,
        budget_usd=_dollars(call.budget),
    )
    _warn_of_judge(protocol, note)
    return protocol, items


def _benchmark(call: argparse.Namespace) -> BenchmarkName:
    """The one that is named; what only an experiment has is refused."""
    if call.benchmark not in BENCHMARKS:
        raise ConfigError(f"--benchmark: choose one of: {', '.join(BENCHMARKS)}.")
    for option in _OF_EXPERIMENTS:
        if getattr(call, option) is not None:
            named = option.replace("_", "-")
            raise ConfigError(f"--{named} is of experiments; leave out --benchmark.")
    if not call.judge:
        raise ConfigError("A benchmark needs --judge REF.")
    name: BenchmarkName = call.benchmark
    return name


def _called(
    call: argparse.Namespace, mixture: MoAConfig, note: Note, presets: OwnPresets
) -> str:
    """What a table calls the mixture: its preset, or its models."""
    if call.preset:
        return preset_asked_for(call.preset, note, presets).title
    writer = own_name(mixture.aggregator.model)
    proposers = sum(len(layer.proposers) for layer in mixture.layers)
    return f"{proposers} proposals + {writer}" if proposers else writer


def _mixture(call: argparse.Namespace, note: Note, presets: OwnPresets) -> MoAConfig:
    mixture = mixture_asked_for(call, note, presets)
    if mixture is None:
        raise ConfigError("Name the mixture by --preset, or by --proposer.")
    return with_pace(with_placement(mixture, call.placement), call)


def _judge(ref: str) -> AgentSpec:
    return judge_of(ref, thinks=may_think(AgentSpec.from_ref(ref)))


def agents_asked(protocol: Design) -> MoAConfig:
    """A mixture of all that is asked, to find their endpoints."""
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


def _file_bytes(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None


def _questions(path: str, note: Note) -> list[Item]:
    data = _file_bytes(path)
    try:
        read = read_questions(data, path)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
    _note_duplicates(path, len(read.duplicates), note)
    return [
        Item(
            id=each.id,
            messages=(Message.from_text("user", each.question),),
            kind=each.kind,
        )
        for each in read.questions
    ]


def _note_duplicates(path: str, duplicates: int, note: Note) -> None:
    if duplicates:
        note(f"{path}: {duplicates} questions come twice; the last one counts.")


def _warn_of_judge(protocol: Design, note: Note) -> None:
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
        note(
            f"Who made {protocol.judge.ref} is not known, so it may be related to a "
            "model that answers."
        )
