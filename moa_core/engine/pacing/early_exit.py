"""Decides whether the proposals of a layer agree, so that further layers add little.

They agree when every one of them is alike enough to the others on average, and no two
are contrary. So a proposal that stands apart keeps the layers going: it is never
outvoted. Figures are in docs/adr/0053-auto-and-early-exit.md.
"""

from collections.abc import Sequence
from itertools import combinations
from statistics import fmean


def layer_agreement(proposals: Sequence[str]) -> float:
    """How alike the proposals of a layer are, 0 to 1.

    That is the mean likeness to the others of the proposal that has the least of it;
    0 where two are contrary, and for fewer than two, which say nothing of one another.
    """
    from moa_core.similarity import agreement, contrary  # few mixtures ask for it

    if len(proposals) < 2 or any(contrary(*two) for two in combinations(proposals, 2)):
        return 0.0
    matrix = agreement(proposals).matrix
    everyone = range(len(proposals))
    return min(fmean(matrix[i][j] for j in everyone if j != i) for i in everyone)
