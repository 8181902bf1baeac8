"""Runs benchmarks: one mixture answers, a judge grades, or compares with a baseline."""

from typing import TYPE_CHECKING

from moa_core.experiments.benchmark.designs import (
    Design,
    config_at,
    design_from_dict,
    forecast_of,
    runner_of,
)
from moa_core.experiments.benchmark.protocol import (
    BENCHMARKS,
    BenchmarkName,
    BenchmarkProtocol,
)
from moa_core.experiments.benchmark.result import benchmark_result
from moa_core.experiments.benchmark.runner import BenchmarkRunner
from moa_core.on_demand import names_on_demand

if TYPE_CHECKING:
    from moa_core.experiments.benchmark.questions import questions_of
    from moa_core.experiments.benchmark.report import (
        benchmark_report,
        benchmark_to_dict,
    )

__all__ = [
    "BENCHMARKS", "BenchmarkName", "BenchmarkProtocol", "BenchmarkRunner", "Design",
    "benchmark_report", "benchmark_result", "benchmark_to_dict", "config_at",
    "design_from_dict", "forecast_of", "questions_of", "runner_of",
]  # fmt: skip

if not TYPE_CHECKING:  # what reads files loads pydantic
    __getattr__ = names_on_demand(
        __name__,
        {"questions": "questions_of", "report": "benchmark_report benchmark_to_dict"},
    )
