"""Reads and scores FLASK: twelve skills, each graded 1 to 5 where it applies.

Ye et al. 2024, arXiv:2307.10928. Its data states no licence: users bring it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from pydantic import Field

from moa_core.evaluation.benchmarks.records import RecordForm, decoded, records
from moa_core.evaluation.judging import SkillScores, flask_skill, skill_scales


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaskItem:
    """An instruction, its reference answer, and the skills that it asks for.

    Attributes:
        skills: Three of the twelve, by their short names.
        difficulty: As the file has it, ``major level knowledge``, or ``""``.
    """

    idx: int
    instruction: str
    answer: str
    skills: tuple[str, ...]
    domains: tuple[str, ...] = ()
    difficulty: str = ""


@dataclass(frozen=True, slots=True)
class MeanGrade:
    """A mean from 1 to 5, and how many grades it is of."""

    mean: float
    n: int


class _ItemForm(RecordForm):
    idx: int
    instruction: str
    answer: str
    skill: list[str] = Field(min_length=1)
    domain: Any = None
    difficulty: Any = None


def read_flask(data: bytes) -> tuple[FlaskItem, ...]:
    """FLASK's evaluation set, as ``flask_evaluation.jsonl`` has it.

    Raises:
        ConfigError: Something cannot be used; names the line and the field.
    """
    found: dict[int, FlaskItem] = {}
    for record in records(decoded(data)):
        form: _ItemForm = record.read(_ItemForm)
        if form.idx in found:
            raise record.refusal(f"idx: {form.idx} was there before.")
        if not form.instruction.strip():
            raise record.refusal("instruction: it is empty.")
        skills = [flask_skill(name) for name in form.skill]
        if None in skills:
            wrong = form.skill[skills.index(None)]
            raise record.refusal(f"skill: “{wrong[:60]}” is none of the twelve.")
        found[form.idx] = FlaskItem(
            idx=form.idx,
            instruction=form.instruction,
            answer=form.answer,
            skills=tuple(filter(None, skills)),
            domains=_texts(form.domain),
            difficulty="".join(_texts(form.difficulty)),
        )
    return tuple(found.values())


def _texts(value: object) -> tuple[str, ...]:
    """A text, or the texts of a list; FLASK writes -1 for what is unknown."""
    values = value if isinstance(value, list) else [value]
    return tuple(each for each in values if isinstance(each, str))


def skill_means(graded: Iterable[SkillScores]) -> dict[str, MeanGrade]:
    """By skill, in the paper's order; where one does not apply, it is left out.

    There is no overall figure: the skills are asked of different questions.
    """
    groups: dict[str, list[float]] = defaultdict(list)
    for scores in graded:
        for skill, score in scores.items():
            if score is not None:
                groups[skill].append(score)
    return {skill: _mean(groups[skill]) for skill in skill_scales() if skill in groups}


def group_means(
    graded: Iterable[tuple[Iterable[str], SkillScores]],
) -> dict[str, MeanGrade]:
    """By domain or by difficulty: all grades of its items pooled.

    Args:
        graded: The groups that an item belongs to, and its grades.
    """
    pooled: dict[str, list[float]] = defaultdict(list)
    for groups, scores in graded:
        for group in groups:
            pooled[group] += [score for score in scores.values() if score is not None]
    return {group: _mean(pooled[group]) for group in sorted(pooled) if pooled[group]}


def _mean(scores: list[float]) -> MeanGrade:
    return MeanGrade(fmean(scores), len(scores))
