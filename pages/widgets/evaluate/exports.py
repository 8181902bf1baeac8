"""Writes an experiment as files: to read, to compute with, and for spreadsheets."""

import json
from collections.abc import Callable

import streamlit as st

from moa_core.experiments import (
    Progress,
    Result,
    Votes,
    questions_csv,
    report_of,
    result_to_dict,
)
from storage.evaluation import StoredExperiment


def export_result(
    stored: StoredExperiment, progress: Progress, votes: Votes, found: Result
) -> None:
    """Draw a button for each kind of file, which the click writes."""
    name = f"experiment-{stored.summary.created_at:%Y-%m-%d}-{stored.summary.uid[:8]}"

    def table() -> str:
        return questions_csv(stored.protocol, stored.items, progress, votes)

    def values() -> str:
        return json.dumps(result_to_dict(found), indent=2, ensure_ascii=False)

    st.subheader("Export", anchor=False)
    with st.container(horizontal=True, gap="small", key="experiment-exports"):
        _download(
            "Report", lambda: report_of(found), f"{name}.md", "text/markdown",
            "Markdown, for reading: the result with its protocol.",
        )  # fmt: skip
        _download(
            "CSV", table, f"{name}.csv", "text/csv",
            "A row for each question and comparison.",
        )  # fmt: skip
        _download(
            "JSON", values, f"{name}.json", "application/json",
            "All figures, with the protocol.",
        )  # fmt: skip


def _download(
    label: str, data: Callable[[], str], name: str, mime: str, help_text: str
) -> None:
    st.download_button(
        label,
        data,
        file_name=name,
        mime=mime,
        help=help_text,
        icon=":material/download:",
        on_click="ignore",
        key=f"export-{label.lower()}",
    )
