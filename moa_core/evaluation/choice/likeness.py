"""Measures how alike the answers of models are, over the questions they share."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from statistics import fmean
from typing import Final

from moa_core.similarity import agreement

FEWEST_QUESTIONS: Final = 30
"""Two models need so many common questions; fewer tell too little."""

Pair = tuple[str, str]
"""Two models, in alphabetical order."""


def likenesses(
    answers: Iterable[Mapping[str, str]], fewest: int = FEWEST_QUESTIONS
) -> dict[Pair, float]:
    """The mean likeness of each pair of models, 0..1.

    It is the TF-IDF measure of agreement (docs/adr/0008-similarity.md): alike is not
    the same as agreeing.

    Args:
        answers: Of each question: the texts by model.
        fewest: Pairs with fewer common questions are left out.
    """
    found: dict[Pair, list[float]] = defaultdict(list)
    for texts in answers:
        models = sorted(texts)
        matrix = agreement([texts[model] for model in models]).matrix
        for (i, one), (j, other) in combinations(enumerate(models), 2):
            found[one, other].append(matrix[i][j])
    return {pair: fmean(told) for pair, told in found.items() if len(told) >= fewest}
