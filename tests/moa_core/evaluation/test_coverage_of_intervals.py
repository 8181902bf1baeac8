"""The interval misses as seldom as it says, though it is looked at all the time."""

import math
import random
from functools import cache

import pytest

from moa_core.evaluation.statistics import wilson_interval
from moa_core.evaluation.statistics.interval import excludes

RUNS, LOOKS, FIRST = 60, 100, 20
"""Of ours any look counts, of Wilson's those from ``FIRST`` on."""


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "ties"), [(0.5, 0.0), (0.6, 0.2)])
def test_whoever_looks_after_every_outcome_is_seldom_misled(mean, ties):
    """ADR 40 has the figures of more runs."""
    dice, ours, wilsons = random.Random(3), 0, 0
    weights = [mean - ties / 2, ties, 1 - mean - ties / 2]

    @cache
    def missed(wins, tied, losses):
        return excludes({1.0: wins, 0.5: tied, 0.0: losses}, mean)

    for _ in range(RUNS):
        seen = [0, 0, 0]
        misses = wilson_misses = False
        for n, outcome in enumerate(dice.choices(range(3), weights, k=LOOKS), 1):
            seen[outcome] += 1
            misses = misses or missed(*seen)
            if n >= FIRST and not wilson_misses:
                low, high = wilson_interval(seen[0] + seen[1] / 2, n)
                wilson_misses = not low <= mean <= high
        ours, wilsons = ours + misses, wilsons + wilson_misses
    assert ours <= 0.05 * RUNS + 2 * math.sqrt(0.05 * 0.95 * RUNS)
    if not ties:
        assert wilsons >= 0.15 * RUNS
