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

from typing import TYPE_CHECKING

from moa_core.evaluation.judging import (
    KINDS,
    OVERALL,
    Choice,
    GradedTurn,
    GradeReading,
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
    read_grade,
    read_pair,
    read_score,
    read_skills,
    shipped_prompt,
    skill_scales,
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
    corrected_rate,
    mean_interval,
    more_needed,
    rounded_up,
    verdict,
)
from moa_core.on_demand import names_on_demand

if TYPE_CHECKING:
    from moa_core.evaluation.benchmarks import (
        MAX_FILE_BYTES,
        PUBLISHED,
        AlpacaOutput,
        FileQuestion,
        FlaskItem,
        Grade,
        MeanGrade,
        MTBenchQuestion,
        PublishedFigure,
        QuestionFile,
        group_means,
        mt_bench_means,
        mt_bench_questions,
        read_flask,
        read_mt_bench,
        read_outputs,
        read_questions,
        same_words,
        skill_means,
    )
    from moa_core.evaluation.choice import (
        BAND,
        FEWEST_QUESTIONS,
        Known,
        ModelRecord,
        SuggestedSet,
        Suggestion,
        candidates,
        comparable,
        likenesses,
        missed_in_words,
        reasons_for,
        suggest,
        suggestion,
    )
    from moa_core.evaluation.scoring import (
        KINDS_SCORED,
        RecordedFigure,
        recorded_figures,
        score_file,
    )

__all__ = [
    "ALPHA", "BAND", "EVEN", "FEWEST_QUESTIONS", "FURTHEST", "KINDS", "KINDS_SCORED",
    "LOST", "MAX_FILE_BYTES", "OVERALL", "PUBLISHED", "TIED", "WON", "WORTH",
    "YARDSTICKS", "AlpacaOutput", "AnswerFigures", "Choice", "EqualLength",
    "FileQuestion", "FlaskItem", "Grade", "GradeReading", "GradedTurn", "Harm",
    "JudgePrompt", "JudgeTask", "JudgedPair", "Kind", "Known", "MTBenchQuestion",
    "MeanGrade", "ModelRecord", "PairItem", "PairReading", "PublishedFigure",
    "QuestionFile", "RecordedFigure", "SkillScores", "Steadiness", "SuggestedSet",
    "Suggestion", "Tally", "Verdict", "VotedPair", "WinRate", "Yardstick",
    "again_messages", "best_for_the_price", "candidates", "comparable",
    "corrected_rate", "families", "grading_messages", "group_means", "judged_pair",
    "likenesses", "may_judge", "mean_interval", "missed_in_words", "more_needed",
    "mt_bench_means", "mt_bench_questions", "outcome", "pair_messages", "read_flask",
    "read_grade", "read_mt_bench", "read_outputs", "read_pair", "read_questions",
    "read_score", "read_skills", "reasons_for", "recorded_figures", "rounded_up",
    "same_words", "score_file", "shipped_prompt", "skill_means", "skill_scales",
    "strip_signature", "suggest", "suggestion", "verdict", "voted_pair",
]  # fmt: skip

if not TYPE_CHECKING:  # what reads files loads pydantic: a scoreboard does without
    __getattr__ = names_on_demand(
        __name__,
        {
            "benchmarks": "MAX_FILE_BYTES PUBLISHED AlpacaOutput FileQuestion Grade "
            "FlaskItem MTBenchQuestion MeanGrade PublishedFigure QuestionFile "
            "group_means mt_bench_means mt_bench_questions read_flask read_mt_bench "
            "read_outputs read_questions same_words skill_means",
            "choice": "BAND FEWEST_QUESTIONS Known ModelRecord SuggestedSet "
            "Suggestion candidates comparable likenesses missed_in_words reasons_for "
            "suggest suggestion",
            "scoring": "KINDS_SCORED RecordedFigure recorded_figures score_file",
        },
    )
