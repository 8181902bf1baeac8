"""Follows the interval of the primary pair from the first question to the last."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moa_core.evaluation import PairItem, Tally, WinRate, corrected_rate
from moa_core.experiments.findings.result import Votes, pair_items
from moa_core.experiments.items import Item
from moa_core.experiments.protocol import Protocol
from moa_core.experiments.store import Progress

MOST_LOOKS: Final = 16
"""An interval takes milliseconds; a chart shows no more of them than this."""


@dataclass(frozen=True, slots=True)
class Look:
    """The win rate over the first ``questions`` of the order."""

    questions: int
    rate: WinRate


def narrowing(
    protocol: Protocol, items: Sequence[Item], progress: Progress, votes: Votes
) -> list[Look]:
    """The rate that the verdict reads, as it was after some of the questions.

    Every beginning of the order is a random sample, so it does not matter when they
    were really answered. Looks at which nothing was known are left out.
    """
    answered = pair_items(items, progress, votes, protocol.primary)
    told = [item for item in answered if _counts(protocol, item)]
    looks = (
        Look(count, _rate(protocol, answered, told[:count]))
        for count in _counts_looked_at(len(told))
    )
    return [look for look in looks if look.rate.n]


def _counts(protocol: Protocol, item: PairItem) -> bool:
    """Whether the yardstick reads anything of a question."""
    if protocol.yardstick == "judge alone":
        return item.outcome is not None
    if protocol.yardstick == "votes":
        return item.vote is not None
    return item.vote is not None and item.outcome is not None


def _counts_looked_at(most: int) -> list[int]:
    """Up to ``MOST_LOOKS`` numbers from 1 to ``most``, evenly spread."""
    looks = min(most, MOST_LOOKS)
    return [round(most * (look + 1) / looks) for look in range(looks)]


def _rate(
    protocol: Protocol, answered: Sequence[PairItem], told: Sequence[PairItem]
) -> WinRate:
    alpha = protocol.alpha_of(protocol.primary)
    if protocol.yardstick == "judge alone":
        outcomes = (item.outcome for item in told)
        return Tally.of(each for each in outcomes if each is not None).win_rate(alpha)
    if protocol.yardstick == "votes":
        voted = (item.vote for item in told)
        return Tally.of(each for each in voted if each is not None).win_rate(alpha)
    judged = [each for item in answered if (each := item.outcome) is not None]
    both = [
        (item.vote, item.outcome)
        for item in told
        if item.vote is not None and item.outcome is not None
    ]
    return corrected_rate(both, judged, alpha)
