"""Computes intervals for one look at a number of outcomes that was fixed before.

No page shows them: votes are watched as they come, and these then miss far more often
than they say. They are what ours are compared with, in tests and by
``evaluate --score``.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean
from typing import Final

CONFIDENCE: Final = 0.95


def wilson_interval(
    successes: float, trials: float, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Wilson's score interval of a share, 0..1; successes may be halves.

    Source: Wilson 1927; as ``scipy.stats.binomtest`` has it, which takes no halves.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate, shrink = successes / trials, 1 + z**2 / trials
    middle = (rate + z**2 / (2 * trials)) / shrink
    spread = math.sqrt(rate * (1 - rate) / trials + (z / trials) ** 2 / 4)
    half = z * spread / shrink
    return min(rate, max(0.0, middle - half)), max(rate, min(1.0, middle + half))


@dataclass(frozen=True, slots=True)
class PredictionPowered:
    """A mean by PPI++, with its interval, and how much the judge was trusted, 0..1."""

    rate: float
    low: float
    high: float
    trust: float


def ppi_plus_plus(
    voted: Sequence[tuple[float, float]], unvoted: Sequence[float]
) -> PredictionPowered:
    """The mean vote of all questions, with a trust in the judge that is estimated.

    Source: Angelopoulos, Duchi & Zrnic 2023, arXiv:2311.01453; as ``ppi-python`` 0.2.3
    has it, with the normal distribution.

    Args:
        voted: (vote, judge) of each question that has both; one at least.
        unvoted: The judge's outcomes of the other questions; one at least.
    """
    votes, judges = [vote for vote, _ in voted], [judge for _, judge in voted]
    covariance = fmean(v * j for v, j in voted) - fmean(votes) * fmean(judges)
    spread = _variance([*judges, *unvoted], 1)
    inflated = (1 + len(voted) / len(unvoted)) * spread
    trust = min(1.0, max(0.0, covariance / inflated)) if spread else 0.0
    rest = [vote - trust * judge for vote, judge in voted]
    rate = trust * fmean(unvoted) + fmean(rest)
    by_judge = trust**2 * _variance(unvoted) / len(unvoted)
    error = math.sqrt(by_judge + _variance(rest) / len(rest))
    half = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) * error
    return PredictionPowered(rate, rate - half, rate + half, trust)


def _variance(values: Sequence[float], less: int = 0) -> float:
    """Divided by how many there are, ``less`` some."""
    mean = fmean(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - less)
