"""Estimates what is missing of a batch: calls, tokens, money and time."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from moa_core.batch.known import KnownBatch
from moa_core.batch.row_runner import RowRunner
from moa_core.batch.rows import Row
from moa_core.plan import seconds_of
from moa_core.usage import FREE, Cost


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
    input_tokens: tuple[int, int]
    output_tokens: tuple[int, int]
    seconds: tuple[float, float]


def batch_forecast(
    rows: Iterable[Row],
    known: KnownBatch,
    runner: RowRunner,
    concurrency: int,
    per_minute: Mapping[str, float],
) -> BatchForecast:
    """Estimate all that has no answer, calling nobody.

    Args:
        rows: All of the batch.
        known: What earlier attempts have come to.
        runner: Would answer them.
        concurrency: How many are under way at once.
        per_minute: How many calls an endpoint takes, where that is limited.
    """
    count = calls = 0
    low = high = FREE
    tokens = [0, 0, 0, 0]
    seconds = [0.0, 0.0]
    at_endpoint = Counter[str]()
    for row in rows:
        if known.is_done(row.key):
            continue
        begun = known.state_of(row)
        each = runner.estimate(row, begun)
        count, calls = count + 1, calls + each.calls
        low, high = low + each.low, high + each.high
        four = (*each.input_tokens, *each.output_tokens)
        tokens = [a + b for a, b in zip(tokens, four, strict=True)]
        took = seconds_of(each, row.config.depth)
        seconds = [a + b for a, b in zip(seconds, took, strict=True)]
        agents = [*(a for x in row.config.layers for a in x.proposers)]
        at_endpoint.update(a.endpoint for a in (*agents, row.config.aggregator))
    by_rate = (60.0 * at_endpoint[name] / n for name, n in per_minute.items())
    least_s, at_once = max(by_rate, default=0.0), max(1, min(concurrency, count))
    return BatchForecast(
        rows=count,
        calls=calls,
        low=low,
        high=high,
        input_tokens=(tokens[0], tokens[1]),
        output_tokens=(tokens[2], tokens[3]),
        seconds=(
            max(least_s, seconds[0] / at_once),
            max(least_s, seconds[1] / at_once),
        ),
    )
