"""Estimates how long a run takes, very roughly: nobody knows how busy a model is."""

from typing import Final

from moa_core.plan.estimate import Estimate

FIRST_TOKEN_S: Final = (0.3, 3.0)
TOKENS_A_SECOND: Final = (150.0, 30.0)
"""Of hosted models, quick and slow: a judgement, to be shown as a rough one."""


def seconds_of(estimate: Estimate, depth: int) -> tuple[float, float]:
    """Between how many seconds a run takes.

    Args:
        estimate: Its calls.
        depth: How many of them follow one another.
    """
    if not estimate.calls:
        return 0.0, 0.0
    ends = zip(FIRST_TOKEN_S, estimate.output_tokens, TOKENS_A_SECOND, strict=True)
    low, high = (
        depth * (first_s + written / estimate.calls / speed)
        for first_s, written, speed in ends
    )
    return low, high
