"""Draws one run of a benchmark: its progress, its figures and its files."""

import json
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Final

import streamlit as st

from moa_core.experiments import (
    BenchmarkResult,
    Progress,
    benchmark_report,
    benchmark_result,
    benchmark_to_dict,
    figure_words,
)
from moa_core.mixture import own_name
from moa_core.usage import Cost
from pages.widgets.benchmarks.address import BENCHMARK_RUNS
from pages.widgets.benchmarks.answers import judged_answers
from pages.widgets.benchmarks.charts import group_charts
from pages.widgets.evaluate import experiment_progress
from pages.widgets.formatting import SEPARATOR, counted, money, seconds
from pages.widgets.layout import View, pick_view
from pages.widgets.markdown import horizontal_scroll, plain_label
from services.asking import Asking
from services.experimenting import Experimenting
from storage.conversations import Conversations
from storage.evaluation import StoredBenchmark

_LABEL_CHARS: Final = 60
_TABLES: Final = {
    "turn": "Turn",
    "category": "Category",
    "skill": "Skill",
    "kind": "Kind of question",
    "domain": "Domain",
    "difficulty": "Difficulty",
}


def benchmark_view(
    experimenting: Experimenting, conversations: Conversations, asking: Asking, uid: str
) -> None:
    """Draw the run that the address names, if it is there."""
    load = partial(experimenting.benchmarks.load, uid)
    stored = BENCHMARK_RUNS.load(experimenting, conversations, load)
    if stored is None:
        return
    work = experimenting.work_of(stored)
    progress = work.progress()

    def result() -> None:
        experiment_progress(experimenting, asking, stored, progress)
        if progress.answers:
            _found(stored, progress)

    answers = partial(judged_answers, work, stored, progress)
    pick_view(
        {
            "result": View("Result", ":material/monitoring:", result, wide=False),
            "answers": View("Answers", ":material/view_column:", answers),
        }
    )


def _found(stored: StoredBenchmark, progress: Progress) -> None:
    found = benchmark_result(stored.protocol, stored.items, progress)
    with st.container(key="benchmark-result"):
        _headline(found)
        _warnings(found)
        group_charts(found)
        for group in filter(found.groups.get, _TABLES):
            _table(found, group)
        _exports(stored, found)


def _headline(found: BenchmarkResult) -> None:
    """The figure with its range, and what it rests on and costs."""
    protocol = found.protocol
    with st.container(key="benchmark-figure", gap="xsmall"):
        if found.overall:
            words = figure_words(protocol, found.overall)
            kind = "win rate" if protocol.pairs else "mean grade, 1 to 10"
            st.subheader(f"{words} :gray[{kind}]", anchor=False)
        about = [
            f"Judged by {plain_label(own_name(protocol.judge.model), _LABEL_CHARS)}",
            counted(found.judged - found.unreadable, "answer"),
        ]
        if protocol.baseline:
            about.append(f"against {plain_label(protocol.baseline, _LABEL_CHARS)}")
        if found.seconds is not None:
            usd = found.usd
            cost = "cost unknown" if usd is None else money(Cost(Decimal(str(usd))))
            about += [f"{cost} an answer", f"{seconds(found.seconds)} an answer"]
        st.caption(SEPARATOR.join(about))
        if found.pair:
            tally = found.pair.tally
            st.caption(
                f"Won {tally.wins:,}, tied {tally.ties:,}, lost {tally.losses:,}, each "
                "judged in both orders."
            )


def _warnings(found: BenchmarkResult) -> None:
    place = st.container(key="benchmark-warnings", gap="xsmall")
    if "related" in found.warnings:
        place.warning(
            "The judge is of the family of a model that answers, and may favour it."
        )
    if "unreadable" in found.warnings:
        place.warning(
            f"{counted(found.unreadable, 'answer')} left out: replies of the judge "
            "could not be read. Another judge may do better."
        )


def _table(found: BenchmarkResult, group: str) -> None:
    lines = [f"| {_TABLES[group]} | Mean | n |", "|---|--:|--:|"]
    for label, figure in found.groups[group].items():
        words = figure_words(found.protocol, figure)
        name = plain_label(label, limit=_LABEL_CHARS)
        lines.append(f"| {name} | {words} | {figure.n:,} |")
    place = st.container(key=f"benchmark-by-{group}")
    horizontal_scroll(place).markdown("\n".join(lines))


def _exports(stored: StoredBenchmark, found: BenchmarkResult) -> None:
    name = f"benchmark-{stored.summary.created_at:%Y-%m-%d}-{stored.summary.uid[:8]}"

    def values() -> str:
        return json.dumps(benchmark_to_dict(found), indent=2, ensure_ascii=False)

    st.subheader("Export", anchor=False)
    with st.container(horizontal=True, gap="small", key="benchmark-exports"):
        _download("Report", lambda: benchmark_report(found), f"{name}.md")
        _download("JSON", values, f"{name}.json")


def _download(label: str, data: Callable[[], str], name: str) -> None:
    st.download_button(
        label,
        data,
        file_name=name,
        icon=":material/download:",
        on_click="ignore",
        key=f"benchmark-export-{label.lower()}",
    )
