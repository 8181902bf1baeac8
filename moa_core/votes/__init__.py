"""Defines votes and fits a scoreboard to them."""

from typing import TYPE_CHECKING

from moa_core.on_demand import names_on_demand
from moa_core.votes.vote import (
    FEWEST_SIDES,
    Contestant,
    Side,
    Verdict,
    Vote,
    VoteKind,
    check_verdict,
)

if TYPE_CHECKING:
    from moa_core.votes.bradley_terry import expected_win_rate
    from moa_core.votes.scoreboard import Score, mix_tally, score_contestants

__all__ = [
    "FEWEST_SIDES", "Contestant", "Score", "Side", "Verdict", "Vote", "VoteKind",
    "check_verdict", "expected_win_rate", "mix_tally", "score_contestants",
]  # fmt: skip

if not TYPE_CHECKING:  # a vote is given without any statistics
    __getattr__ = names_on_demand(
        __name__,
        {
            "bradley_terry": "expected_win_rate",
            "scoreboard": "Score mix_tally score_contestants",
        },
    )
