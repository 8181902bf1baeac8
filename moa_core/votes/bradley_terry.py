"""Fits the strengths of contestants to votes, on the scale that chess made known.

In the model of Bradley and Terry (1952) a contestant of strength p beats one of
strength q with probability p / (p + q). A tie is half a win for both. The library that
fits it is imported when it is first needed: it takes half a second.
"""

import math
from collections.abc import Mapping, Sequence

AVERAGE_POINTS = 1000.0
"""What the contestants of one fit have on average."""

POINTS_PER_TENFOLD = 400.0
"""So many points more make the odds ten times better."""

IMAGINED_TIES = 1.0
"""Added to every pair that met: otherwise who never lost were infinitely strong."""

Wins = Mapping[tuple[int, int], float]
"""Wins of the first over the second contestant, by their numbers; ties are halves."""


def bradley_terry(contestants: int, wins: Wins) -> list[float]:
    """The maximum-likelihood strengths, in points.

    Args:
        contestants: How many there are, numbered from 0.
        wins: All of them must be linked by those who met; nobody meets itself.

    Returns:
        Points by number; 1000 on average.

    Raises:
        ValueError: Not all are linked, so that there is no common scale.
        RuntimeError: The fit did not converge; no strength is better than a wrong one.
    """
    import numpy as np
    from choix import ilsr_pairwise_dense

    if len(linked(range(contestants), wins)) != 1:
        raise ValueError("contestants who never met, not even through others")
    matrix = np.zeros((contestants, contestants))
    for (first, second), won in wins.items():
        matrix[first, second] += won
    matrix += (matrix + matrix.T > 0) * (IMAGINED_TIES / 2)
    log_strengths = ilsr_pairwise_dense(matrix, max_iter=1000)
    points = POINTS_PER_TENFOLD / math.log(10) * log_strengths
    return [float(each) for each in points - points.mean() + AVERAGE_POINTS]


def expected_win_rate(points: float) -> float:
    """How often somebody of so many points beats the average one, 0..1."""
    return 1 / (1 + 10 ** ((AVERAGE_POINTS - points) / POINTS_PER_TENFOLD))


def linked(contestants: Sequence[int], wins: Wins) -> list[set[int]]:
    """Groups of those who met, directly or through others; in the order given."""
    met: dict[int, set[int]] = {contestant: set() for contestant in contestants}
    for (first, second), won in wins.items():
        if won:
            met[first].add(second)
            met[second].add(first)
    groups: list[set[int]] = []
    for contestant in contestants:
        if any(contestant in group for group in groups):
            continue
        reached, waiting = {contestant}, [contestant]
        while waiting:
            new = met[waiting.pop()] - reached
            reached |= new
            waiting.extend(new)
        groups.append(reached)
    return groups
