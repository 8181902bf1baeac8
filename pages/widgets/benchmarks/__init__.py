"""Runs benchmarks, and shows their results beside published figures."""

from pages.widgets.benchmarks.address import NEW_BENCHMARK, opened_benchmark
from pages.widgets.benchmarks.results import benchmark_results
from pages.widgets.benchmarks.run import benchmark_view
from pages.widgets.benchmarks.setup import new_benchmark

__all__ = [
    "NEW_BENCHMARK", "benchmark_results", "benchmark_view", "new_benchmark",
    "opened_benchmark",
]  # fmt: skip
