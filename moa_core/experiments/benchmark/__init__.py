"""Runs benchmarks: one mixture answers, a judge grades, or compares with a baseline."""

from typing import TYPE_CHECKING

from moa_core.experiments.benchmark.designs import (
    Design,
    config_at,
    design_from_dict,
    forecast_of,
    missing_of,
    runner_of,
)
from moa_core.experiments.benchmark.protocol import (
    BENCHMARK_TITLES,
    BENCHMARKS,
    BenchmarkName,
    BenchmarkProtocol,
    judge_task,
)
from moa_core.experiments.benchmark.result import (
    BenchmarkResult,
    Figure,
    benchmark_result,
)
from moa_core.experiments.benchmark.runner import BenchmarkRunner
from moa_core.on_demand import names_on_demand

if TYPE_CHECKING:
    from moa_core.experiments.benchmark.questions import (
        BenchmarkQuestions,
        questions_of,
    )
    from moa_core.experiments.benchmark.report import (
        benchmark_report,
        benchmark_to_dict,
        figure_in_words,
        figure_words,
        published_words,
    )

__all__ = [
    "BENCHMARKS", "BENCHMARK_TITLES", "BenchmarkName", "BenchmarkProtocol",
    "BenchmarkQuestions", "BenchmarkResult", "BenchmarkRunner", "Design", "Figure",
    "benchmark_report", "benchmark_result", "benchmark_to_dict", "config_at",
    "design_from_dict", "figure_in_words", "figure_words", "forecast_of", "judge_task",
    "missing_of", "published_words", "questions_of", "runner_of",
]  # fmt: skip

if not TYPE_CHECKING:  # what reads files loads pydantic
    __getattr__ = names_on_demand(
        __name__,
        {
            "questions": "BenchmarkQuestions questions_of",
            "report": "benchmark_report benchmark_to_dict figure_in_words figure_words "
            "published_words",
        },
    )
