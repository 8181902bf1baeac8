"""Estimates what is missing of a batch: calls, tokens, money and time."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from moa_core.batch.known import KnownBatch
from moa_core.batch.prompts import Row
from moa_core.batch.row_runner import RowRunner
from moa_core.plan import seconds_of
from moa_core.usage import FREE, Cost

SAMPLE: Final = 500
"""So many rows are looked at where not all have to be: a row takes a millisecond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchForecast:
    """What the rows without an answer will probably take; a pair is ``(low, high)``.

    Attributes:
        rows: How many there are.
        calls: When none fails.
        low: What they cost at least, probably; calls of unknown price are counted.
        high: What they cost at most, probably.
        seconds: Until all is done, very roughly.
    """

    rows: int
    calls: int
    low: Cost
    high: Cost
    seconds: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Speed:
    """What limits how fast a batch is.

    Attributes:
        concurrency: How many rows are under way at once.
        per_minute: How many calls an endpoint takes, where that is limited.
    """

    concurrency: int
    per_minute: Mapping[str, float]


def batch_forecast(
    rows: Iterable[Row],
    known: KnownBatch,
    runner: RowRunner,
    speed: Speed,
    most: int | None = None,
) -> BatchForecast:
    """Estimate all that has no answer, calling nobody.

    Args:
        rows: All of the batch.
        known: What earlier attempts have come to.
        runner: Would answer them.
        speed: How fast it may be.
        most: How many rows are looked at, evenly; the others are taken to be alike.
    """
    open_rows = [row for row in rows if not known.is_done(row.key)]
    step = 1 if most is None else max(1, len(open_rows) // most)
    looked_at = open_rows[::step]
    calls, low, high, seconds = 0, FREE, FREE, [0.0, 0.0]
    at_endpoint = Counter[str]()
    for row in looked_at:
        each = runner.estimate(row, known.state_of(row))
        calls, low, high = calls + each.calls, low + each.low, high + each.high
        took = seconds_of(each, row.config.depth)
        seconds = [a + b for a, b in zip(seconds, took, strict=True)]
        agents = [agent for layer in row.config.layers for agent in layer.proposers]
        at_endpoint.update(a.endpoint for a in (*agents, row.config.aggregator))
    scale = Fraction(len(open_rows), max(1, len(looked_at)))
    limits = speed.per_minute.items()
    by_rate = (60.0 * at_endpoint[name] * float(scale) / n for name, n in limits)
    least_s = max(by_rate, default=0.0)
    at_once = max(1, min(speed.concurrency, len(open_rows)))
    quick, slow = (max(least_s, each * float(scale) / at_once) for each in seconds)
    return BatchForecast(
        rows=len(open_rows),
        calls=round(calls * scale),
        low=_scaled(low, scale),
        high=_scaled(high, scale),
        seconds=(quick, slow),
    )


def _scaled(cost: Cost, scale: Fraction) -> Cost:
    if scale == 1:
        return cost
    factor = Decimal(scale.numerator) / scale.denominator
    return Cost(cost.usd * factor, round(cost.unknown_calls * scale))
