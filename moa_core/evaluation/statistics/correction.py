"""Corrects a judge's win rate by votes on some of the questions.

It is prediction-powered inference (Angelopoulos et al. 2023, arXiv:2301.09633) with a
fixed trust of one half: the judge's mean on all questions counts half, and the mean of
``vote - judge/2`` on the voted ones is added. Whatever the judge is, the rate is
unbiased, as nothing is estimated; the interval is that of `mean_interval` and right at
every look. The voted questions must be drawn at random.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from moa_core.evaluation.statistics.interval import ALPHA, Counts, mean_interval
from moa_core.evaluation.statistics.tally import WinRate

TRUST: Final = 0.5
"""How much of the judge is used."""

Voted = Sequence[tuple[float, float]]
"""(vote, judge) of each question that has both, 0..1 each."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What votes and judge are together, in a form that `mean_interval` takes.

    Attributes:
        counts: How often each ``vote - TRUST judge`` came, brought to 0..1.
        shift: ``TRUST`` times the judge's mean on all questions.
    """

    counts: Counts
    shift: float

    def rate_at(self, mean: float) -> float:
        """The win rate that belongs to a mean of ``counts``; not cut to 0..1."""
        return (1 + TRUST) * mean - TRUST + self.shift

    def mean_at(self, rate: float) -> float:
        """The mean of ``counts`` that belongs to a win rate."""
        return (rate - self.shift + TRUST) / (1 + TRUST)


def correction(voted: Voted, judged: Sequence[float]) -> Correction:
    """Put votes and judge together; ``judged`` is not empty where ``voted`` is not."""
    counts = Counter(
        (vote - TRUST * judge + TRUST) / (1 + TRUST) for vote, judge in voted
    )
    return Correction(counts, TRUST * fmean(judged) if judged else 0.0)


def corrected_rate(
    voted: Voted, judged: Sequence[float], alpha: float = ALPHA
) -> WinRate:
    """The win rate by votes on all judged questions, from votes on some of them.

    Args:
        voted: (vote, judge) of the questions that have both.
        judged: The judge's outcome on every question, the voted ones too.
        alpha: Of so many experiments the interval may ever miss.

    Returns:
        Without votes the rate is ``None`` and the interval 0..1.
    """
    if not voted:
        return WinRate(None, 0.0, 1.0, 0)
    both = correction(voted, judged)
    low, high = map(both.rate_at, mean_interval(both.counts, alpha))
    rate = both.shift + fmean(vote - TRUST * judge for vote, judge in voted)
    return WinRate(_within(rate), _within(low), _within(high), len(voted))


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))
