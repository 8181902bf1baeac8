"""Names the run of a benchmark that an address shows."""

from typing import Final

import streamlit as st

from pages.widgets.evaluate import Section
from pages.widgets.layout import BENCHMARK, EXPERIMENT, VIEW

NEW_BENCHMARK: Final = "new"
"""Stands in the place of a run that is being set up."""

BENCHMARKS_VIEW: Final = "benchmarks"
"""The view of the page that lists them."""


def open_benchmark(uid: str | None) -> None:
    """Show a run, ``NEW_BENCHMARK`` or, for ``None``, all results."""
    for name in (EXPERIMENT, BENCHMARK, VIEW):
        st.query_params.pop(name, None)
    if uid is None:
        st.query_params[VIEW] = BENCHMARKS_VIEW
    else:
        st.query_params[BENCHMARK] = uid


BENCHMARK_RUNS: Final = Section(
    name="benchmark", one="run", several="benchmarks", show=open_benchmark
)


def opened_benchmark() -> str | None:
    """What ``open_benchmark`` was told last, or a link."""
    return st.query_params.get(BENCHMARK)
