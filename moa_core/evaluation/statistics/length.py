"""Estimates the win rate as if both answers were equally long.

Judges and people like longer answers. AlpacaEval 2.0 takes that away by a regression
(Dubois et al. 2024, arXiv:2404.04475) with a difficulty of each question that is fitted
to hundreds of models; with our few it cannot be fitted, so ours has no such term.
Against the published figures it is within a point where both answers are often the
longer one, and far off where one hardly ever is: there it is not shown.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Final, NamedTuple

LEAST_SHARE: Final = 0.2
"""Each answer must be the longer one in so many of the pairs."""

LEAST_PAIRS: Final = 50
RIDGE: Final = 1.0
"""Draws the slope to 0; without it, a sample that lengths explain wholly explodes."""

_STEPS: Final = 200
_SINGULAR: Final = 1e-12
_CONVERGED: Final = 1e-10


class PairLength(NamedTuple):
    """An outcome, 0..1, and the characters of the evaluated and of the other answer."""

    outcome: float
    ours: int
    theirs: int


@dataclass(frozen=True, slots=True)
class EqualLength:
    """The win rate as if both answers were equally long.

    Attributes:
        rate: 0..1.
        error: Its standard error, by the sandwich formula.
        slope: Of the logit, for each unit of the scaled difference in length; negative
            if the longer answer wins more often.
        longer: Share of pairs in which the evaluated answer was the longer one.
        shorter: The same for the shorter one.
        shown: Whether there are pairs enough, in both directions, to show it.
    """

    rate: float
    error: float
    slope: float
    longer: float
    shorter: float
    shown: bool


def equal_length(pairs: Sequence[PairLength]) -> EqualLength | None:
    """Fit ``logit p = b0 + b1 tanh((theirs - ours) / sd)``; the rate is that at 0.

    ``None`` for fewer than two pairs: lengths have no spread then.
    """
    n = len(pairs)
    if n < 2:
        return None
    gaps = [pair.theirs - pair.ours for pair in pairs]
    spread = stdev(gaps)
    xs = [math.tanh(gap / spread) if spread else 0.0 for gap in gaps]
    fit = _fit(xs, [pair.outcome for pair in pairs])
    longer = sum(gap < 0 for gap in gaps) / n
    shorter = sum(gap > 0 for gap in gaps) / n
    shown = n >= LEAST_PAIRS and min(longer, shorter) >= LEAST_SHARE
    return EqualLength(fit.rate, fit.error, fit.slope, longer, shorter, shown)


class _Fit(NamedTuple):
    rate: float
    error: float
    slope: float


def _fit(xs: Sequence[float], ys: Sequence[float]) -> _Fit:
    """Maximise the likelihood of both coefficients, the slope under a ridge."""
    if min(ys) == max(ys) and ys[0] in (0, 1):
        return _Fit(ys[0], 0.0, 0.0)  # the likelihood has no maximum
    level = slope = 0.0
    for _ in range(_STEPS):
        ps = [sigmoid(level + slope * x) for x in xs]
        hessian = _moments([p * (1 - p) for p in ps], xs)
        g0 = math.fsum(y - p for y, p in zip(ys, ps, strict=True))
        g1 = math.fsum((y - p) * x for y, p, x in zip(ys, ps, xs, strict=True))
        g1 -= RIDGE * slope
        h00, h01, h11 = hessian[0], hessian[1], hessian[2] + RIDGE
        determinant = h00 * h11 - h01 * h01
        if determinant < _SINGULAR:
            break
        step0 = (h11 * g0 - h01 * g1) / determinant
        step1 = (h00 * g1 - h01 * g0) / determinant
        level, slope = level + step0, slope + step1
        if max(abs(step0), abs(step1)) < _CONVERGED:
            break
    return _Fit(sigmoid(level), _error(xs, ys, level, slope), slope)


def _error(
    xs: Sequence[float], ys: Sequence[float], level: float, slope: float
) -> float:
    """The sandwich standard error of the rate at equal length."""
    ps = [sigmoid(level + slope * x) for x in xs]
    h00, h01, h11 = _moments([p * (1 - p) for p in ps], xs)
    h11 += RIDGE
    determinant = h00 * h11 - h01 * h01
    if determinant < _SINGULAR:
        return 0.0
    squares = [(y - p) ** 2 for y, p in zip(ys, ps, strict=True)]
    m00, m01, m11 = _moments(squares, xs)
    c0, c1 = h11 / determinant, -h01 / determinant
    variance = c0 * c0 * m00 + 2 * c0 * c1 * m01 + c1 * c1 * m11
    rate = sigmoid(level)
    return rate * (1 - rate) * math.sqrt(max(0.0, variance))


def _moments(
    weights: Sequence[float], xs: Sequence[float]
) -> tuple[float, float, float]:
    """The weighted sums of 1, x and x squared."""
    return (
        math.fsum(weights),
        math.fsum(w * x for w, x in zip(weights, xs, strict=True)),
        math.fsum(w * x * x for w, x in zip(weights, xs, strict=True)),
    )


def sigmoid(x: float) -> float:
    """The logistic function, without overflow."""
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def published_length_controlled(
    level: float, by_difficulty: float, difficulties: Sequence[float]
) -> float:
    """AlpacaEval 2.0's length-controlled win rate from its published weights, 0..100.

    The mean over the questions of ``sigmoid(level + by_difficulty difficulty)``: the
    term of the length is dropped.
    """
    return 100 * fmean(sigmoid(level + by_difficulty * each) for each in difficulties)
