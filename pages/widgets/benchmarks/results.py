"""Lists the results of benchmarks, ours beside published ones."""

from typing import Final

import streamlit as st

from moa_core.evaluation import PUBLISHED
from moa_core.experiments import (
    BENCHMARK_TITLES,
    BENCHMARKS,
    BenchmarkName,
    BenchmarkResult,
    benchmark_result,
)
from pages.widgets.benchmarks.address import NEW_BENCHMARK, open_benchmark
from pages.widgets.benchmarks.charts import price_chart
from pages.widgets.benchmarks.recorded import recorded_judgements
from pages.widgets.benchmarks.results_table import (
    ORDERS,
    ResultRow,
    in_order,
    published_table,
    recorded_row,
    results_in_markdown,
    row_of,
)
from pages.widgets.evaluate import summary_row
from pages.widgets.layout import BENCHMARK
from pages.widgets.markdown import horizontal_scroll
from services.experimenting import Experimenting
from storage.evaluation import ExperimentSummary, StoredBenchmark

MOST_LISTED: Final = 50
_WHAT_IT_IS: Final = (
    "No runs yet. A benchmark asks a mixture, or a single model, questions that others "
    "ask of theirs, and has a judge grade the answers. MT-Bench is ready to run; "
    "AlpacaEval and FLASK need their files."
)


def benchmark_results(experimenting: Experimenting) -> None:
    """Draw the results of one benchmark at a time, and its runs as links."""
    listed = experimenting.benchmarks.newest(MOST_LISTED)
    runs = [each for each in listed if isinstance(each, StoredBenchmark)]
    changed = [each for each in listed if not isinstance(each, StoredBenchmark)]
    if not listed:
        st.container(key="no-benchmarks").info(_WHAT_IT_IS)
    st.button(
        "Run a benchmark",
        key="new-benchmark",
        icon=":material/add:",
        type="secondary" if listed else "primary",
        on_click=open_benchmark,
        args=(NEW_BENCHMARK,),
    )
    shown = _pick(runs)
    ours = [
        (stored, _result(experimenting, stored))
        for stored in runs
        if stored.protocol.benchmark == shown
    ]
    rows = [row_of(*each) for each in ours]
    recorded = [
        recorded_row(figure, file.at)
        for file in experimenting.recorded.kept(shown)
        for figure in file.figures
    ]
    _table(rows, recorded)
    _runs(experimenting, [stored.summary for stored, _ in ours])
    if changed:
        st.caption("Changed after their start, so they are not shown:")
        _runs(experimenting, changed, "changed-benchmark-runs")
    price_chart(rows, percent=shown == "alpaca")
    recorded_judgements(experimenting.recorded, shown)
    _published(shown)


def _pick(runs: list[StoredBenchmark]) -> BenchmarkName:
    """Draw the choice of a benchmark; the one that was run last, at first."""
    first = runs[0].protocol.benchmark if runs else BENCHMARKS[0]
    return st.segmented_control(
        "Benchmark",
        BENCHMARKS,
        default=first,
        required=True,
        format_func=BENCHMARK_TITLES.__getitem__,
        key="benchmark-shown",
        wrap=True,
    )


def _result(experimenting: Experimenting, stored: StoredBenchmark) -> BenchmarkResult:
    progress = experimenting.work_of(stored).progress()
    return benchmark_result(stored.protocol, stored.items, progress)


def _table(ours: list[ResultRow], recorded: list[ResultRow]) -> None:
    """Draw both in the order that is chosen, and never one among the other."""
    if not (ours or recorded):
        return
    order = "Date"
    if max(len(ours), len(recorded)) > 1:
        order = st.segmented_control(
            "Sort by", list(ORDERS), default="Result", required=True,
            key="benchmark-order", wrap=True,
        )  # fmt: skip
    rows = [*in_order(ours, order), *in_order(recorded, order)]
    place = st.container(key="benchmark-table")
    horizontal_scroll(place).markdown(results_in_markdown(rows))
    if len(ours) > 1:
        st.caption("Only runs with the same judge and questions are comparable.")
    if recorded:
        st.caption(
            "Recorded: another judge on another day, imported from a file. Not "
            "comparable with your runs."
        )


def _runs(
    experimenting: Experimenting,
    runs: list[ExperimentSummary],
    key: str = "benchmark-runs",
) -> None:
    with st.container(gap="xsmall", key=key):
        for summary in runs:
            live = experimenting.goes_on(summary)
            summary_row(summary, "benchmark", BENCHMARK, live=live)


def _published(shown: BenchmarkName) -> None:
    title = BENCHMARK_TITLES[shown]
    figures = [each for each in PUBLISHED if each.benchmark == title]
    if figures:
        st.header("Published", anchor=False)
        st.caption(
            f"From {figures[0].source}. Another judge, in one order: not comparable "
            "with yours."
        )
        place = st.container(key="benchmark-published")
        horizontal_scroll(place).markdown(published_table(figures))
