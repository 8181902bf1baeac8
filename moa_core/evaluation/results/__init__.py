"""Adds up an experiment: what the judge and the votes say of a pair of arms."""

from moa_core.evaluation.results.comparison import (
    YARDSTICKS,
    AnswerFigures,
    Harm,
    JudgedPair,
    PairItem,
    VotedPair,
    Yardstick,
    judged_pair,
    voted_pair,
)

__all__ = [
    "YARDSTICKS", "AnswerFigures", "Harm", "JudgedPair", "PairItem", "VotedPair",
    "Yardstick", "judged_pair", "voted_pair",
]  # fmt: skip
