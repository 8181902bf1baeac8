"""Says what an experiment has found: figures, sentences, a report and a table."""

from moa_core.experiments.findings.models import (
    Comparisons,
    mixture_of,
    model_records,
    voted_comparisons,
)
from moa_core.experiments.findings.narrowing import Look, narrowing
from moa_core.experiments.findings.report import (
    forecast_to_dict,
    report_of,
    result_to_dict,
)
from moa_core.experiments.findings.result import (
    MOST_UNREADABLE,
    PairResult,
    Result,
    Votes,
    readings_of,
    result_of,
)
from moa_core.experiments.findings.sentences import (
    combined_sentence,
    headline,
    name_of_arm,
    warnings_in_words,
    work_in_words,
)
from moa_core.experiments.findings.table import questions_csv

__all__ = [
    "MOST_UNREADABLE", "Comparisons", "Look", "PairResult", "Result", "Votes",
    "combined_sentence", "forecast_to_dict", "headline", "mixture_of",
    "model_records", "name_of_arm", "narrowing", "questions_csv", "readings_of",
    "report_of", "result_of", "result_to_dict", "voted_comparisons",
    "warnings_in_words",
    "work_in_words",
]  # fmt: skip
