"""Suggests a set of proposers: good ones first, and then different ones.

Wang et al. 2024, section 2.2, choose proposers by performance and by diversity. How
much the one counts against the other is from Li et al. 2025, arXiv:2502.00674, table 4.
It is a suggestion to try in an experiment, and never a verdict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from statistics import fmean, pstdev
from typing import Final

from moa_core.errors import ConfigError
from moa_core.evaluation.choice.likeness import Pair

BY_DIFFERENCE: Final = 0.5
"""How much difference counts against quality; Li et al. have 0.31 to 0.72."""

BAND: Final = 0.2
"""Who wins so much less often than the best one is no candidate."""

MOST_SETS: Final = 200_000
_SPREADLESS: Final = 1e-12


@dataclass(frozen=True, slots=True)
class SuggestedSet:
    """A set of proposers, with what speaks for it.

    Attributes:
        members: In alphabetical order.
        quality: Mean win rate of its members alone, 0..1.
        difference: Mean of 1 - likeness over its pairs, 0..1.
        score: Both against all other sets of that size, in standard deviations.
    """

    members: tuple[str, ...]
    quality: float
    difference: float
    score: float


def candidates(quality: Mapping[str, float]) -> list[str]:
    """Models that win within ``BAND`` of the best one, in alphabetical order."""
    best = max(quality.values(), default=0.0)
    return sorted(model for model, rate in quality.items() if rate >= best - BAND)


def suggest(
    size: int, quality: Mapping[str, float], likeness: Mapping[Pair, float]
) -> list[SuggestedSet]:
    """All sets of ``size`` among the candidates, the best first.

    Args:
        size: 2 or more.
        quality: Win rate of each model alone against one common opponent, 0..1.
        likeness: Of each pair of candidates, in alphabetical order, 0..1.

    Raises:
        ConfigError: There are too many sets, or the likeness of a pair is not known.
    """
    among = candidates(quality)
    if comb(len(among), size) > MOST_SETS:
        raise ConfigError(
            f"{len(among)} models make more than {MOST_SETS:,} sets of {size}. Leave "
            "some models out."
        )
    unknown = [pair for pair in combinations(among, 2) if pair not in likeness]
    if unknown:
        raise ConfigError(f"It is not known how alike {' and '.join(unknown[0])} are.")
    sets = [*combinations(among, size)]
    qualities = [fmean(quality[model] for model in each) for each in sets]
    alike = [fmean(likeness[pair] for pair in combinations(each, 2)) for each in sets]
    differences = [1 - each for each in alike]
    standard = zip(_standard(qualities), _standard(differences), strict=True)
    scores = [good + BY_DIFFERENCE * different for good, different in standard]
    found = map(SuggestedSet, sets, qualities, differences, scores)
    return sorted(found, key=lambda each: (-each.score, each.members))


def _standard(values: Sequence[float]) -> list[float]:
    """In standard deviations from their mean; 0 where all are equal."""
    if not values:
        return []
    mean, spread = fmean(values), pstdev(values)
    return [
        (value - mean) / spread if spread > _SPREADLESS else 0.0 for value in values
    ]
