"""Defines votes and fits a scoreboard to them."""

from moa_core.votes.scoreboard import Score, mix_tally, score_contestants
from moa_core.votes.vote import (
    FEWEST_SIDES,
    Contestant,
    Side,
    Verdict,
    Vote,
    VoteKind,
    check_verdict,
)

__all__ = [
    "FEWEST_SIDES", "Contestant", "Score", "Side", "Verdict", "Vote", "VoteKind",
    "check_verdict", "mix_tally", "score_contestants",
]  # fmt: skip
