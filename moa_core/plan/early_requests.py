"""Forecasts the requests of an answer that begins before its drafts are complete."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor
from typing import Final

from moa_core.mixture import MoAConfig
from moa_core.plan.answer_length import TokenRange
from moa_core.plan.call_forecast import ForecastCall
from moa_core.plan.repeated import RepeatedTokens
from moa_core.run import Rework
from moa_core.usage import Usage

CHECK_TOKENS: Final = TokenRange(70, 110)
"""Of the question whether a provisional answer stands, around that answer."""

STANDS_TOKENS: Final = 3
CUT_TOKENS: Final = 24
"""Of a sentence that was cut, which the next request writes anew."""

PROBE: Final = Usage(input_tokens=240, output_tokens=48, source="estimated")
"""Three requests at most, once for each model, that try out whether it continues."""


def fast_start_calls(
    config: MoAConfig,
    rework: Rework,
    calls: Sequence[ForecastCall],
    references: Sequence[TokenRange],
) -> tuple[list[ForecastCall], list[ForecastCall]]:
    """The calls of a run with a fast start, and requests that it may make besides.

    Args:
        config: The mixture.
        rework: What the run takes over, and whom it asks.
        calls: The calls without a fast start, the aggregator's last.
        references: What the aggregator reads.
    """
    start = config.pace.fast_start
    ranks, last = config.method == "rank", len(config.layers) - 1
    if start is None or last < 0 or ranks or not rework.synthesise:
        return list(calls), []
    if not rework.asked_of(config, last):
        return list(calls), []
    *before, answer = calls
    if start.way == "chunks":
        return list(calls), _chunks(answer, references, start.chunk_tokens)
    if config.pace.auto:
        return list(calls), []
    early = _provisional(answer, references, start.chunk_tokens)
    return [*before, early, _check(answer, early.answer)], []


def _provisional(
    answer: ForecastCall, references: Sequence[TokenRange], chunk_tokens: int
) -> ForecastCall:
    """An answer from the beginnings of the drafts."""
    least, most = answer.least, answer.most
    unread_low = sum(max(0.0, each.low - chunk_tokens) for each in references)
    unread_high = sum(max(0.0, each.high - chunk_tokens) for each in references)
    return replace(
        answer,
        least=replace(least, input_tokens=floor(least.input_tokens - unread_low)),
        most=replace(most, input_tokens=ceil(most.input_tokens - unread_high)),
    )


def _check(answer: ForecastCall, provisional: TokenRange) -> ForecastCall:
    """The question whether that stands: one word, or another whole answer."""
    shown = provisional + CHECK_TOKENS
    least, most = answer.least, answer.most
    return replace(
        answer,
        least=replace(
            least,
            input_tokens=floor(least.input_tokens + shown.low),
            output_tokens=min(STANDS_TOKENS, least.output_tokens),
        ),
        most=replace(most, input_tokens=ceil(most.input_tokens + shown.high)),
    )


def _chunks(
    answer: ForecastCall, references: Sequence[TokenRange], chunk_tokens: int
) -> list[ForecastCall]:
    """Requests before the last one, if the drafts are as long as they may be."""
    around = answer.most.input_tokens - sum(each.high for each in references)
    longest = max((each.high for each in references), default=0.0)
    requests: list[ForecastCall] = []
    read, written = float(chunk_tokens), 0.0
    while read < longest:
        drafts = sum(min(each.high, read) for each in references)
        before, written = written, min(read, answer.answer.high)
        again = written if 2 * read >= longest else 0.0  # the last request reads it
        usage = Usage(
            input_tokens=ceil(around + drafts + before + again),
            output_tokens=CUT_TOKENS,
            source="estimated",
        )
        requests.append(replace(answer, least=Usage(), most=usage))
        read *= 2
    probe = replace(answer, least=Usage(), most=PROBE, repeated=RepeatedTokens())
    return [probe, *requests]
