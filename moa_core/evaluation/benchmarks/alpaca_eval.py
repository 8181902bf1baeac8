"""Reads and scores AlpacaEval 2.0: 805 outputs, compared with those of a baseline.

Dubois et al. 2024, arXiv:2404.04475. Its data is CC BY-NC 4.0: users bring it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from moa_core.evaluation.benchmarks.records import Record, RecordForm, decoded, records

OutputLengths = Mapping[tuple[str, str], int]
"""Characters of an output, by generator and instruction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlpacaOutput:
    """What a model answered to an instruction."""

    instruction: str
    output: str
    generator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlpacaPreference:
    """What a judge preferred.

    Attributes:
        preference: 0..1, the probability that the model's output is the better one;
            ``None`` if it was not judged.
        lengths: Characters of the model's and of the baseline's output, if known.
    """

    instruction: str
    model: str
    baseline: str
    preference: float | None
    lengths: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class AlpacaScore:
    """Figures of a model, in percentage points.

    Attributes:
        raw: Mean preference.
        standard_error: Of ``raw``; ``None`` for a single preference.
        discrete: Preferences over one half count as 1, and those of one half as half.
    """

    n: int
    raw: float
    standard_error: float | None
    discrete: float


class _OutputForm(RecordForm):
    instruction: str
    output: str
    generator: str


class _PreferenceForm(RecordForm):
    instruction: str
    generator_1: str
    generator_2: str
    preference: float | None = None
    output_1: str | None = None
    output_2: str | None = None


def read_outputs(data: bytes) -> tuple[AlpacaOutput, ...]:
    """A model's outputs: those of the baseline, or those to be judged.

    Raises:
        ConfigError: Something cannot be used, or an instruction has two outputs; names
            the line and the field.
    """
    found: dict[str, AlpacaOutput] = {}
    for record in records(decoded(data)):
        form: _OutputForm = record.read(_OutputForm)
        if not form.instruction.strip():
            raise record.refusal("instruction: it is empty.")
        if form.instruction in found:
            raise record.refusal("instruction: it was there before.")
        found[form.instruction] = AlpacaOutput(**form.model_dump())
    return tuple(found.values())


def read_preferences(
    data: bytes, lengths: OutputLengths | None = None
) -> tuple[AlpacaPreference, ...]:
    """Recorded judgements, as AlpacaEval's ``annotations.json`` has them.

    ``preference`` is 1 for the first output, the baseline's, to 2 for the second one; a
    recorded 0 is a draw. Outputs may stand in the same file; they give lengths.

    Args:
        data: JSON lines or a JSON list.
        lengths: Of outputs that are in other files.

    Raises:
        ConfigError: Something cannot be used, or a pair was judged twice; names the
            line and the field.
    """
    found, known = [], {**(lengths or {}), **output_lengths(data)}
    seen: dict[tuple[str, str], int] = {}
    for record in records(decoded(data)):
        if _is_output(record):
            continue
        form: _PreferenceForm = record.read(_PreferenceForm)
        told = 1.5 if form.preference == 0 else form.preference
        if told is not None and not 1 <= told <= 2:
            raise record.refusal("preference: it must be from 1 to 2.")
        key = form.generator_2, form.instruction
        if (before := seen.setdefault(key, record.line)) != record.line:
            raise record.refusal(f"instruction: it was judged in line {before}, too.")
        found.append(
            AlpacaPreference(
                instruction=form.instruction,
                model=form.generator_2,
                baseline=form.generator_1,
                preference=None if told is None else told - 1,
                lengths=_lengths(form, known),
            )
        )
    return tuple(found)


def output_lengths(data: bytes) -> dict[tuple[str, str], int]:
    """Characters of each output in a file, by generator and instruction.

    Raises:
        ConfigError: It cannot be read; names the line and the field.
    """
    outputs = filter(_is_output, records(decoded(data)))
    forms: Iterable[_OutputForm] = (record.read(_OutputForm) for record in outputs)
    return {(each.generator, each.instruction): len(each.output) for each in forms}


def _is_output(record: Record) -> bool:
    fields = record.fields
    return isinstance(fields, dict) and "output" in fields and "generator" in fields


def _lengths(form: _PreferenceForm, known: OutputLengths) -> tuple[int, int] | None:
    ours = known.get((form.generator_2, form.instruction))
    theirs = known.get((form.generator_1, form.instruction))
    if form.output_1 is not None and form.output_2 is not None:
        return len(form.output_2), len(form.output_1)
    return None if ours is None or theirs is None else (ours, theirs)


def alpaca_score(preferences: Sequence[float]) -> AlpacaScore | None:
    """The figures of one model from its preferences, 0..1; ``None`` without any."""
    n = len(preferences)
    if not n:
        return None
    error = 100 * stdev(preferences) / math.sqrt(n) if n > 1 else None
    discrete = fmean(1.0 if p > 0.5 else 0.5 if p == 0.5 else 0.0 for p in preferences)
    return AlpacaScore(n, 100 * fmean(preferences), error, 100 * discrete)
