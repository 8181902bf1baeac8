"""Reads and scores benchmarks: MT-Bench, AlpacaEval, FLASK and one's own questions."""

from moa_core.evaluation.benchmarks.alpaca_eval import (
    AlpacaOutput,
    AlpacaPreference,
    AlpacaScore,
    alpaca_score,
    output_lengths,
    read_outputs,
    read_preferences,
)
from moa_core.evaluation.benchmarks.flask import (
    FlaskItem,
    MeanGrade,
    group_means,
    read_flask,
    skill_means,
)
from moa_core.evaluation.benchmarks.mt_bench import (
    Grade,
    MTBenchQuestion,
    RecordedGrade,
    mt_bench_means,
    mt_bench_questions,
    read_grades,
    read_mt_bench,
)
from moa_core.evaluation.benchmarks.published import PUBLISHED, PublishedFigure
from moa_core.evaluation.benchmarks.questions import (
    FileQuestion,
    QuestionFile,
    read_questions,
    same_words,
)
from moa_core.evaluation.benchmarks.records import MAX_FILE_BYTES

__all__ = [
    "MAX_FILE_BYTES", "PUBLISHED", "AlpacaOutput", "AlpacaPreference", "AlpacaScore",
    "FileQuestion", "FlaskItem", "Grade", "MTBenchQuestion", "MeanGrade",
    "PublishedFigure", "QuestionFile", "RecordedGrade", "alpaca_score", "group_means",
    "mt_bench_means", "mt_bench_questions", "output_lengths", "read_flask",
    "read_grades", "read_mt_bench", "read_outputs", "read_preferences",
    "read_questions", "same_words", "skill_means",
]  # fmt: skip
