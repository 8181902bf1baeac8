"""Learns from a user's votes from which doubt on the others are worth asking.

A vote counts that set one model's answer against a mixture's to the same question, with
the doubt that there was about the one. The threshold is the one that would have decided
most of these votes rightly: asked the others where the mixture won, and not where it
did not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moa_core.engine.pacing.doubt import DEFAULT_THRESHOLD

VOTES_NEEDED: Final = 30
_STEPS: Final = 50

TIED: Final = 0.5
"""What it costs to have asked the others for an answer that is no better, where 1 is
what it costs to have asked them for a worse one, or not to have for a better one."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which doubt on the others are asked.

    Attributes:
        value: 0 to 1.
        votes: How many votes it was learnt from; 0 where it is the documented one.
    """

    value: float = DEFAULT_THRESHOLD
    votes: int = 0


@dataclass(frozen=True, slots=True)
class VoteOnDoubt:
    """A vote on one model's answer and a mixture's.

    Attributes:
        doubt: How much there was about the one model's, 0 to 1.
        mixture_won: ``None`` for a tie.
    """

    doubt: float
    mixture_won: bool | None


def learnt_threshold(votes: Sequence[VoteOnDoubt]) -> Threshold:
    """The threshold that would have decided most of ``votes`` rightly.

    Of several it is the one nearest to the documented one, which holds until there are
    ``VOTES_NEEDED``.
    """
    if len(votes) < VOTES_NEEDED:
        return Threshold()

    def regret(threshold: float) -> tuple[float, float]:
        wrong = sum(
            (TIED if vote.mixture_won is None else float(not vote.mixture_won))
            if vote.doubt >= threshold
            else float(vote.mixture_won is True)
            for vote in votes
        )
        return wrong, abs(threshold - DEFAULT_THRESHOLD)

    best = min((step / _STEPS for step in range(_STEPS + 1)), key=regret)
    return Threshold(best, len(votes))
