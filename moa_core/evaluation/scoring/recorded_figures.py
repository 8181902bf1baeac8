"""Scores a file of recorded judgements, a figure a system, without asking anybody."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from moa_core.errors import ConfigError
from moa_core.evaluation.benchmarks import (
    Grade,
    alpaca_score,
    mt_bench_means,
    mt_bench_questions,
    read_grades,
    read_preferences,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFigure:
    """What somebody else's judge said of a system.

    Attributes:
        n: Judgements that could be read.
        score: Mean preference in percent, or the mean grade from 1 to 10.
        error: Standard error of a mean preference; ``None`` if there is none.
        turns: Mean grade of each turn; empty for preferences.
    """

    system: str
    n: int
    score: float
    error: float | None = None
    turns: tuple[float | None, ...] = ()


def recorded_figures(benchmark: str, data: bytes) -> list[RecordedFigure]:
    """Score FastChat's model judgements, or AlpacaEval's annotations, best first.

    Args:
        benchmark: ``mt_bench`` or ``alpaca``.
        data: JSON lines or a JSON list.

    Raises:
        ConfigError: Something cannot be used, or nothing was judged; names the line and
            the field.
    """
    found = _READERS[benchmark](data)
    if not found:
        raise ConfigError("file: no judgement in it can be read.")
    return sorted(found, key=lambda figure: -figure.score)


def _of_grades(data: bytes) -> list[RecordedFigure]:
    by_model: dict[str, list[Grade]] = defaultdict(list)
    for each in read_grades(data, mt_bench_questions()):
        by_model[each.model].append(each.grade)
    return [
        RecordedFigure(
            system=model,
            n=sum(grade.score >= 0 for grade in grades),
            score=means["average"],
            turns=(means.get("turn1"), means.get("turn2")),
        )
        for model, grades in by_model.items()
        if "average" in (means := mt_bench_means(grades))
    ]


def _of_preferences(data: bytes) -> list[RecordedFigure]:
    by_model: dict[str, list[float]] = defaultdict(list)
    for each in read_preferences(data):
        if each.preference is not None:
            by_model[each.model].append(each.preference)
    return [
        RecordedFigure(
            system=model, n=score.n, score=score.raw, error=score.standard_error
        )
        for model, told in by_model.items()
        if (score := alpaca_score(told))
    ]


_READERS: Final[Mapping[str, Callable[[bytes], list[RecordedFigure]]]] = {
    "mt_bench": _of_grades,
    "alpaca": _of_preferences,
}
