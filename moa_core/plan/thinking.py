"""Estimates how many tokens reasoning models think before they answer."""

from collections.abc import Mapping

from moa_core.mixture import AgentSpec, Effort, may_think
from moa_core.plan.answer_length import TokenRange

THINKING: Mapping[Effort | None, TokenRange] = {
    None: TokenRange(0.0, 2.0),
    "low": TokenRange(0.0, 1.0),
    "medium": TokenRange(0.3, 2.5),
    "high": TokenRange(0.8, 5.0),
}
"""Tokens a reasoning model thinks, over those of its answer. Judgement."""


def thinking(agent: AgentSpec, answer: TokenRange) -> TokenRange:
    """Between how many tokens it reasons before such an answer."""
    if not may_think(agent):
        return TokenRange(0, 0)
    factors = THINKING[agent.effort]
    return answer.times(factors.low, factors.high)
