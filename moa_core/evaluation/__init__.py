"""Evaluates mixtures: by judges, votes and benchmarks, with honest intervals.

For who builds on it:

- `PairItem` is one question answered by both arms; `judged_pair` and `voted_pair` add
  items up anew at each look, and nothing of that is stored.
- `shipped_prompt("pair")` is the judge's wording, `JudgePrompt` an edited one; its
  ``sha256`` belongs in the protocol. `pair_messages` builds a request, once for each
  order; `again_messages` is the one second try.
- `read_pair` reads a reply; `outcome` joins the two orders: 1, 1/2, 0, or ``None`` for
  a pair that is left out and counted.
- `may_judge(judge, models)` says whether a judge is related to those that answer.
- `mean_interval` is the only interval that a page shows.
"""

from moa_core.evaluation.judging import (
    KINDS,
    Choice,
    GradedTurn,
    JudgePrompt,
    JudgeTask,
    Kind,
    PairReading,
    SkillScores,
    Steadiness,
    again_messages,
    families,
    grading_messages,
    may_judge,
    outcome,
    pair_messages,
    read_pair,
    read_score,
    read_skills,
    shipped_prompt,
    strip_signature,
)
from moa_core.evaluation.results import (
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
from moa_core.evaluation.statistics import (
    ALPHA,
    EVEN,
    FURTHEST,
    LOST,
    TIED,
    WON,
    WORTH,
    EqualLength,
    Tally,
    Verdict,
    WinRate,
    best_for_the_price,
    mean_interval,
    more_needed,
    rounded_up,
    verdict,
)

__all__ = [
    "ALPHA", "EVEN", "FURTHEST", "KINDS", "LOST", "TIED", "WON", "WORTH", "YARDSTICKS",
    "AnswerFigures", "Choice",
    "EqualLength", "GradedTurn", "Harm", "JudgePrompt", "JudgeTask", "JudgedPair",
    "Kind", "PairItem", "PairReading", "SkillScores", "Steadiness", "Tally", "Verdict",
    "VotedPair", "WinRate", "Yardstick", "again_messages", "best_for_the_price",
    "families", "grading_messages", "judged_pair", "may_judge", "mean_interval",
    "more_needed", "outcome", "pair_messages", "read_pair", "read_score", "read_skills",
    "rounded_up", "shipped_prompt", "strip_signature", "verdict", "voted_pair",
]  # fmt: skip
