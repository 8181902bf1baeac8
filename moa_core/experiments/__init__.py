"""Runs experiments: mixtures against others on the same questions, judged blindly."""

from typing import TYPE_CHECKING

from moa_core.experiments.answers import answer_in_run
from moa_core.experiments.arm_names import (
    ALONE,
    MIXTURE,
    ONE_MODEL,
    OTHER,
    PLACEBO,
    PROPOSAL,
    WITHOUT,
    WRITER,
    Arm,
    arms_of_models,
    arms_without,
    arms_without_earlier,
    seat_of_arm,
)
from moa_core.experiments.benchmark import (
    BENCHMARK_TITLES,
    BENCHMARKS,
    BenchmarkName,
    BenchmarkProtocol,
    BenchmarkResult,
    BenchmarkRunner,
    Design,
    Figure,
    benchmark_result,
    design_from_dict,
    forecast_of,
    judge_task,
    missing_of,
    runner_of,
)
from moa_core.experiments.findings import (
    Comparisons,
    Look,
    PairResult,
    Result,
    Votes,
    combined_sentence,
    forecast_to_dict,
    headline,
    mixture_of,
    model_records,
    name_of_arm,
    narrowing,
    questions_csv,
    report_of,
    result_of,
    result_to_dict,
    voted_comparisons,
    warnings_in_words,
    work_in_words,
)
from moa_core.experiments.forecast import Forecast, estimate_task, forecast
from moa_core.experiments.items import Item, Reference, drawn, shuffled
from moa_core.experiments.odds import odds_of
from moa_core.experiments.protocol import MOST_QUESTIONS, Pair, Protocol, judge_of
from moa_core.experiments.run_maker import Ended, Step
from moa_core.experiments.runner import Runner
from moa_core.experiments.store import Progress
from moa_core.experiments.voting import BlindPair, next_pair
from moa_core.experiments.work import (
    AnswerKey,
    GradeKey,
    JudgementKey,
    KnownRun,
    SettledAnswer,
    Task,
    UnreadReply,
    WorkKey,
    missing,
)
from moa_core.on_demand import names_on_demand

if TYPE_CHECKING:
    from moa_core.experiments.benchmark import (
        BenchmarkQuestions,
        benchmark_report,
        benchmark_to_dict,
        figure_in_words,
        figure_words,
        published_words,
        questions_of,
    )
    from moa_core.experiments.folder import ExperimentFolder

__all__ = [
    "ALONE", "BENCHMARKS", "BENCHMARK_TITLES", "MIXTURE", "MOST_QUESTIONS", "ONE_MODEL",
    "OTHER", "PLACEBO", "PROPOSAL", "WITHOUT", "WRITER", "AnswerKey", "Arm",
    "BenchmarkName", "BenchmarkProtocol", "BenchmarkQuestions", "BenchmarkResult",
    "BenchmarkRunner", "BlindPair", "Comparisons", "Design", "Ended",
    "ExperimentFolder", "Figure", "Forecast", "GradeKey", "Item", "JudgementKey",
    "KnownRun", "Look", "Pair", "PairResult", "Progress", "Protocol", "Reference",
    "Result", "Runner", "SettledAnswer", "Step", "Task", "UnreadReply", "Votes",
    "WorkKey", "answer_in_run", "arms_of_models", "arms_without",
    "arms_without_earlier", "benchmark_report", "benchmark_result", "benchmark_to_dict",
    "combined_sentence", "design_from_dict", "drawn", "estimate_task",
    "figure_in_words", "figure_words", "forecast", "forecast_of", "forecast_to_dict",
    "headline", "judge_of", "judge_task", "missing", "missing_of", "mixture_of",
    "model_records", "name_of_arm", "narrowing", "next_pair", "odds_of",
    "published_words", "questions_csv", "questions_of", "report_of", "result_of",
    "result_to_dict", "runner_of", "seat_of_arm", "shuffled", "voted_comparisons",
    "warnings_in_words", "work_in_words",
]  # fmt: skip

if not TYPE_CHECKING:  # the app keeps experiments in its database, and reads no files
    __getattr__ = names_on_demand(
        __name__,
        {
            "benchmark": "BenchmarkQuestions benchmark_report benchmark_to_dict "
            "figure_in_words figure_words published_words questions_of",
            "folder": "ExperimentFolder",
        },
    )
