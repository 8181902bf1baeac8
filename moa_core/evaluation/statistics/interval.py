"""Computes the interval of a mean that is right at every look.

Outcomes are 0 (lost), 1/2 (tied) and 1 (won), or anything between. Against a candidate
mean m, a gambler who bets on the share q multiplies his wealth by
``y q/m + (1 - y)(1 - q)/(1 - m)`` at each outcome y; the mean of that factor is 1 if m
is true. The stake is spread over shares q, with weights proportional to q(1 - q). That
the wealth ever reaches 1/alpha has at most probability alpha if m is true (Ville 1939):
m is then excluded, however often and whenever one looks. Source: Waudby-Smith & Ramdas
2024, "Estimating means of bounded random variables by betting", with a mixture of bets;
without ties it is the beta-binomial sequence with prior Beta(2, 2) (Robbins 1970).

Use it wherever votes or judgements are watched as they come: Wilson's interval is right
for one look at a number fixed before (docs/adr/0040-evidence.md).
"""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

Counts = Mapping[float, float]
"""How often each outcome came; outcomes are 0..1. Counts may be fractions."""

ALPHA: Final = 0.05
"""Of so many experiments the interval may ever miss the truth."""

_STEPS: Final = 200
_STEEP: Final = 50.0
_PRECISE: Final = 1e-9
_SHARES: Final = [step / _STEPS for step in range(1, _STEPS)]
_TOTAL: Final = math.fsum(share * (1 - share) for share in _SHARES)
_BETS: Final = [
    (math.log(share), math.log1p(-share), math.log(share * (1 - share) / _TOTAL))
    for share in _SHARES
]
"""For each share: its logarithm, that of the rest, and that of the stake on it."""

_Tally = tuple[tuple[float, float], ...]


def mean_interval(counts: Counts, alpha: float = ALPHA) -> tuple[float, float]:
    """Where the mean of outcomes is, 0..1, however often one has looked.

    It depends on the counts alone: another order of the votes, an undone vote or a
    reload give the same. 0..1 for no outcomes.

    Raises:
        ValueError: An outcome is not in 0..1, a count is negative or not finite, or
            ``alpha`` is not between 0 and 1.
    """
    _check_alpha(alpha)
    return _interval(_tally(counts), alpha)


def excludes(counts: Counts, mean: float, alpha: float = ALPHA) -> bool:
    """Whether ``mean``, between 0 and 1, is outside of the interval of ``counts``.

    A tenth of the work of the interval itself. Errors are those of `mean_interval`.
    """
    _check_alpha(alpha)
    return _log_wealth_against(_tally(counts))(mean) >= -math.log(alpha)


def _check_alpha(alpha: float) -> None:
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must be between 0 and 1, not {alpha}")


def _tally(counts: Counts) -> _Tally:
    for outcome, count in counts.items():
        if not 0 <= outcome <= 1:
            raise ValueError(f"an outcome must be 0 to 1, not {outcome}")
        if not 0 <= count < math.inf:
            raise ValueError(f"a count must be 0 or more, not {count}")
    return tuple(sorted((float(y), float(c)) for y, c in counts.items() if c))


@lru_cache(maxsize=4096)  # the same counts are asked for at every rerun of a page
def _interval(tally: _Tally, alpha: float) -> tuple[float, float]:
    if not tally:
        return 0.0, 1.0
    total = math.fsum(count for _, count in tally)
    seen = math.fsum(outcome * count for outcome, count in tally) / total
    log_wealth, ruin = _log_wealth_against(tally), -math.log(alpha)

    def edge(far: float) -> float:
        """The end between the seen mean, where the wealth is 1 at most, and 0 or 1."""
        return _root(lambda mean: log_wealth(mean) - ruin, seen, far, -ruin)

    return edge(0.0), edge(1.0)


def _root(
    excess: Callable[[float], float], near: float, far: float, inside: float
) -> float:
    """Where ``excess`` is 0 between ``near`` and ``far``.

    By false position with the halving of Illinois (Dowell & Jarratt 1971), after some
    bisection where ``excess`` is steep: a third of the steps of bisection alone.

    Args:
        excess: It may be infinite at ``far``, where it is not asked for.
        near: Where it is below 0.
        far: Where it is above 0.
        inside: About its value at ``near``.
    """
    middle, outside, last = far, math.inf, 0
    while abs(far - near) > _PRECISE:
        if outside - inside > _STEEP:
            middle = (near + far) / 2
        else:
            middle = (near * outside - far * inside) / (outside - inside)
        found = excess(middle) if 0 < middle < 1 else math.inf
        if abs(found) < _PRECISE:
            break
        if found < 0:
            near, inside, outside = middle, found, outside / (2 if last < 0 else 1)
        else:
            far, outside, inside = middle, found, inside / (2 if last > 0 else 1)
        last = -1 if found < 0 else 1
    return middle


def _log_wealth_against(tally: _Tally) -> Callable[[float], float]:
    """The logarithm of the gambler's wealth, from 1, by the mean he bets against.

    It is convex in the mean and at most 0 at the seen one: what it leaves inside is an
    interval, and bisection finds its ends.
    """
    won = sum(count for outcome, count in tally if outcome == 1)
    lost = sum(count for outcome, count in tally if outcome == 0)
    between = [(y, count) for y, count in tally if 0 < y < 1]
    bases = [
        stake + won * log_share + lost * log_rest
        for log_share, log_rest, stake in _BETS
    ]

    def log_wealth(mean: float) -> float:
        logs = bases
        for outcome, count in between:
            up, down = outcome / mean, (1 - outcome) / (1 - mean)
            logs = [
                log + count * math.log(down + (up - down) * share)
                for log, share in zip(logs, _SHARES, strict=True)
            ]
        top = max(logs)
        mixture = top + math.log(math.fsum([math.exp(log - top) for log in logs]))
        return mixture - won * math.log(mean) - lost * math.log1p(-mean)

    return log_wealth
