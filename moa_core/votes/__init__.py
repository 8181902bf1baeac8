"""Defines votes and fits a scoreboard to them."""

from moa_core.votes.bradley_terry import expected_win_rate
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
    "check_verdict", "expected_win_rate", "mix_tally", "score_contestants",
]  # fmt: skip
