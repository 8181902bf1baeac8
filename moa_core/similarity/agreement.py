"""Measures how alike the proposals of a layer are, and which one stands apart.

Alike is not the same as agreeing: two answers may say the opposite in the same words.
Two texts are as alike as the cosine of their TF-IDF vectors. A word that is there many
times counts by the logarithm, and short words count less, which tells answers to one
question from answers to several far better (docs/adr/0008-similarity.md).
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean
from typing import Literal

from moa_core.similarity.measures import cosine, vectors
from moa_core.similarity.terms import term_weight, terms

Level = Literal["nearly the same", "mostly", "partly", "hardly"]

APART_BY = 0.1
APART_BY_RATIO = 0.5
"""A text stands apart if it is at most half as like the others as they are like one
another, and by this much less."""

_LEAST: dict[Level, float] = {
    "nearly the same": 0.6,
    "mostly": 0.25,
    "partly": 0.12,
    "hardly": 0.0,
}
"""Least mean similarity of each level. To 86 % of recorded questions the answers agree
mostly or more, to 1 % hardly; answers to different questions agree hardly."""

_WORDS: dict[Level, str] = {
    "nearly the same": "Nearly the same",
    "mostly": "Mostly agree",
    "partly": "Partly agree",
    "hardly": "Have little in common",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement of some texts, which are named by their indexes.

    Attributes:
        matrix: Similarity of each text to each, 0..1; symmetric, 1 on the diagonal.
        mean: Mean similarity of all pairs; ``None`` if there are fewer than two texts.
        outlier: The text that stands apart from three or more; mostly there is none.
        level: How alike they are, without the outlier.
    """

    matrix: tuple[tuple[float, ...], ...]
    mean: float | None
    outlier: int | None
    level: Level | None


def agreement(texts: Sequence[str]) -> Agreement:
    """Compare every text with every other; linear in their lengths and in the pairs."""
    everyone = range(len(texts))
    matrix = _matrix(texts)
    outlier = _outlier(matrix)
    others = [i for i in everyone if i != outlier]
    mean = _mean(matrix, others)
    levels = (level for level, least in _LEAST.items() if (mean or 0.0) >= least)
    return Agreement(
        matrix=matrix,
        mean=_mean(matrix, everyone),
        outlier=outlier,
        level=None if mean is None else next(levels),
    )


def summary(agreed: Agreement, names: Sequence[str]) -> str:
    """One line on them, e.g. ``Mostly agree; Qwen stands apart``; empty for one text.

    ``names`` say what each text is called, in the same order; they are not escaped.
    """
    if agreed.level is None:
        return ""
    line = _WORDS[agreed.level]
    if agreed.outlier is not None:
        return f"{line}; {names[agreed.outlier]} stands apart"
    return line


def most_alike(
    matrix: Sequence[Sequence[float]], among: Collection[int]
) -> tuple[int, int] | None:
    """The most similar pair of these texts, in their order; ``None`` for fewer."""
    pairs = combinations(among, 2)
    return max(pairs, key=lambda pair: matrix[pair[0]][pair[1]], default=None)


def _matrix(texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    weighted = vectors(
        map(terms, texts), lambda term, times: term_weight(term) * (1 + math.log(times))
    )
    rows = [[1.0] * len(texts) for _ in texts]
    for i, j in combinations(range(len(texts)), 2):
        rows[i][j] = rows[j][i] = cosine(weighted[i], weighted[j])
    return tuple(map(tuple, rows))


def _mean(matrix: Sequence[Sequence[float]], among: Collection[int]) -> float | None:
    """Mean similarity of all pairs ``among`` the texts."""
    pairs = [matrix[i][j] for i, j in combinations(among, 2)]
    return fmean(pairs) if pairs else None


def _outlier(matrix: Sequence[Sequence[float]]) -> int | None:
    everyone = range(len(matrix))
    if len(matrix) < 3:
        return None
    likeness = [fmean(matrix[i][j] for j in everyone if j != i) for i in everyone]
    last = min(everyone, key=likeness.__getitem__)
    others = _mean(matrix, [i for i in everyone if i != last]) or 0.0
    apart = others - likeness[last] >= APART_BY
    return last if apart and likeness[last] <= others * APART_BY_RATIO else None
