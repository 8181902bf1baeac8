"""Reads and scores MT-Bench: 80 questions of two turns, each answer graded 1 to 10.

Zheng et al. 2023, arXiv:2306.05685. The questions and the reference answers ship with
Polyphony, under the Apache License (``mt_bench/NOTICE.txt``).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from statistics import fmean

from pydantic import Field

from moa_core.evaluation.benchmarks.records import RecordForm, decoded, records
from moa_core.evaluation.judging import UNREADABLE_RATING, recorded_rating


@dataclass(frozen=True, slots=True, kw_only=True)
class MTBenchQuestion:
    """A question and the one that follows it.

    Attributes:
        references: GPT-4's answer to each turn, or empty where it has none.
    """

    question_id: int
    category: str
    turns: tuple[str, ...]
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """The grade of one answer, or ``UNREADABLE_RATING``."""

    question_id: int
    category: str
    turn: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedGrade:
    """A judgement that somebody recorded, with the grade that its text says."""

    model: str
    grade: Grade


class _QuestionForm(RecordForm):
    question_id: int
    category: str
    turns: list[str] = Field(min_length=1)


class _JudgementForm(RecordForm):
    question_id: int
    model: str
    turn: int = Field(ge=1, le=2)
    judgment: str | None = None
    score: float | None = None


@cache
def mt_bench_questions() -> tuple[MTBenchQuestion, ...]:
    """The 80 questions, in the order of the benchmark."""
    folder = resources.files("moa_core.evaluation.benchmarks") / "mt_bench"
    recorded = (folder / "reference_answer_gpt-4.jsonl").read_text(encoding="utf-8")
    references = {
        row["question_id"]: tuple(row["choices"][0]["turns"])
        for row in map(json.loads, recorded.splitlines())
    }
    return read_mt_bench((folder / "question.jsonl").read_bytes(), references)


def read_mt_bench(
    data: bytes, references: Mapping[int, tuple[str, ...]] | None = None
) -> tuple[MTBenchQuestion, ...]:
    """Questions in the form of MT-Bench.

    Args:
        data: JSON lines or a JSON list with ``question_id``, ``category``, ``turns``.
        references: By question: the right answers to its turns.

    Raises:
        ConfigError: Something cannot be used; names the line and the field.
    """
    found: dict[int, MTBenchQuestion] = {}
    for record in records(decoded(data)):
        form: _QuestionForm = record.read(_QuestionForm)
        if form.question_id in found:
            raise record.refusal(f"question_id: {form.question_id} was there before.")
        if not all(turn.strip() for turn in form.turns):
            raise record.refusal("turns: one of them is empty.")
        found[form.question_id] = MTBenchQuestion(
            question_id=form.question_id,
            category=form.category,
            turns=tuple(form.turns),
            references=(references or {}).get(form.question_id, ()),
        )
    return tuple(found.values())


def read_grades(
    data: bytes, questions: Iterable[MTBenchQuestion]
) -> list[RecordedGrade]:
    """Judgements that were recorded in FastChat's form.

    The grade is read from the text of the judgement, and taken from ``score`` only
    where there is no text.

    Raises:
        ConfigError: Something cannot be used, a question is unknown, or an answer was
            judged twice; names the line and the field.
    """
    categories = {each.question_id: each.category for each in questions}
    seen: dict[tuple[str, int, int], int] = {}
    found = []
    for record in records(decoded(data)):
        form: _JudgementForm = record.read(_JudgementForm)
        if form.question_id not in categories:
            raise record.refusal(
                f"question_id: there is no question {form.question_id}."
            )
        key = form.model, form.question_id, form.turn
        if (before := seen.setdefault(key, record.line)) != record.line:
            raise record.refusal(f"turn: this answer was judged in line {before}, too.")
        if form.judgment is None and form.score is None:
            raise record.refusal("judgment: there is neither a text nor a score.")
        grade = Grade(
            question_id=form.question_id,
            category=categories[form.question_id],
            turn=form.turn,
            score=_score(form),
        )
        found.append(RecordedGrade(model=form.model, grade=grade))
    return found


def _score(form: _JudgementForm) -> float:
    if form.judgment is not None:
        return recorded_rating(form.judgment)
    return UNREADABLE_RATING if form.score is None else form.score


def mt_bench_means(grades: Iterable[Grade]) -> dict[str, float]:
    """Mean grades, those that could not be read left out.

    Returns:
        ``average`` of all grades pooled, as FastChat has it, and not of the turns;
        ``turn1`` and ``turn2``; each category, ``math``, and its turns, ``math.2``.
    """
    groups: dict[str, list[float]] = defaultdict(list)
    for each in grades:
        if each.score != UNREADABLE_RATING:
            turn, category = each.turn, each.category
            for name in ("average", f"turn{turn}", category, f"{category}.{turn}"):
                groups[name].append(each.score)
    return {name: fmean(scores) for name, scores in groups.items()}
