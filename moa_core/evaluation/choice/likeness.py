"""Measures how alike the answers of models are, over the questions they share."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from statistics import fmean
from typing import Final

FEWEST_QUESTIONS: Final = 30
"""Two models need so many common questions; fewer tell too little."""

Pair = tuple[str, str]
"""Two models, in alphabetical order."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike the answers of two models are.

    Attributes:
        mean: 0..1 over the questions.
        questions: How many both have answered.
    """

    mean: float
    questions: int


def likenesses(answers: Iterable[Mapping[str, str]]) -> dict[Pair, Likeness]:
    """The mean likeness of each pair of models that have a question in common.

    It is the TF-IDF measure of agreement (docs/adr/0008-similarity.md): alike is not
    the same as agreeing.

    Args:
        answers: Of each question: the texts by model.
    """
    return dict(_compared(tuple(tuple(sorted(texts.items())) for texts in answers)))


@lru_cache(maxsize=4)  # a second for sixty answers of six models, at each look
def _compared(
    answers: tuple[tuple[tuple[str, str], ...], ...],
) -> Mapping[Pair, Likeness]:
    from moa_core.similarity import agreement  # takes long, and few look at models

    found: dict[Pair, list[float]] = defaultdict(list)
    for texts in answers:
        matrix = agreement([text for _, text in texts]).matrix
        models = [model for model, _ in texts]
        for (i, one), (j, other) in combinations(enumerate(models), 2):
            found[one, other].append(matrix[i][j])
    return {pair: Likeness(fmean(told), len(told)) for pair, told in found.items()}
