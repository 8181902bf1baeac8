"""Says whether mixing helps, by a rule fixed before, and how much more would tell."""

import math
from collections.abc import Callable, Sequence
from typing import Final, Literal

from moa_core.evaluation.statistics.correction import Voted, correction
from moa_core.evaluation.statistics.interval import ALPHA, Counts, excludes

Verdict = Literal["helps", "does not", "not known"]

EVEN: Final = 0.5
"""The win rate of an answer that is no better and no worse."""

WORTH: Final = 0.6
"""A win rate below this is not worth it; the user sets it before the start."""

FURTHEST: Final = 2000
"""More outcomes than this in all are told as "more than 2,000"."""


def verdict(low: float, high: float, worth: float = WORTH) -> Verdict:
    """What an interval of the win rate says.

    ``helps`` comes first: a gain may be sure, and yet smaller than ``worth``.
    """
    if low > EVEN:
        return "helps"
    return "does not" if high < worth else "not known"


def more_needed(
    counts: Counts, worth: float = WORTH, alpha: float = ALPHA
) -> int | None:
    """So many more outcomes, in the proportions of those so far, give a verdict.

    Returns:
        0 if there is one already. ``None`` if nothing is known yet to go by, or if it
        takes more than ``FURTHEST`` in all.
    """
    return _least_more(counts, EVEN, worth, alpha)


def more_votes_needed(
    voted: Voted, judged: Sequence[float], worth: float = WORTH, alpha: float = ALPHA
) -> int | None:
    """The same for a win rate of votes and judge: so many more votes."""
    both = correction(voted, judged)
    return _least_more(both.counts, both.mean_at(EVEN), both.mean_at(worth), alpha)


def rounded_up(more: int) -> int:
    """For people: to 5 up to 50, to 10 up to 200, then to 50."""
    step = 5 if more <= 50 else 10 if more <= 200 else 50
    return -(-more // step) * step


def _least_more(counts: Counts, even: float, worth: float, alpha: float) -> int | None:
    n = math.fsum(counts.values())
    if not n:
        return None
    seen = math.fsum(y * count for y, count in counts.items()) / n

    def known(more: int) -> bool:
        """Whether both ends tell; only the two means that matter are looked at."""
        grown = {y: count * (n + more) / n for y, count in counts.items()}
        helps = seen > even and (even <= 0 or excludes(grown, even, alpha))
        return helps or (seen < worth and (worth >= 1 or excludes(grown, worth, alpha)))

    return _first_true(known, int(FURTHEST - n))


def _first_true(known: Callable[[int], bool], most: int) -> int | None:
    """The least number for which ``known``, by doubling and halving.

    ``None`` once it is not known for more than ``most``.
    """
    if known(0):
        return 0
    few, many = 0, 1
    while not known(many):
        few, many = many, many * 2
        if few > most:
            return None
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if known(middle) else (middle, many)
    return many
