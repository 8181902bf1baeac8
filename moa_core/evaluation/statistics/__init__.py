"""Computes win rates, intervals, verdicts, the effect of length, and prices."""

from moa_core.evaluation.statistics.correction import corrected_rate
from moa_core.evaluation.statistics.fixed_sample import ppi_plus_plus, wilson_interval
from moa_core.evaluation.statistics.interval import ALPHA, mean_interval
from moa_core.evaluation.statistics.length import (
    EqualLength,
    PairLength,
    equal_length,
    published_length_controlled,
)
from moa_core.evaluation.statistics.price import best_for_the_price, price_of_a_net_win
from moa_core.evaluation.statistics.tally import LOST, TIED, WON, Tally, WinRate
from moa_core.evaluation.statistics.verdict import (
    EVEN,
    FURTHEST,
    WORTH,
    Verdict,
    more_needed,
    more_votes_needed,
    rounded_up,
    verdict,
)

__all__ = [
    "ALPHA", "EVEN", "FURTHEST", "LOST", "TIED", "WON", "WORTH", "EqualLength",
    "PairLength", "Tally", "Verdict", "WinRate",
    "best_for_the_price", "corrected_rate", "equal_length", "mean_interval",
    "more_needed", "more_votes_needed", "ppi_plus_plus", "price_of_a_net_win",
    "published_length_controlled", "rounded_up", "verdict", "wilson_interval",
]  # fmt: skip
