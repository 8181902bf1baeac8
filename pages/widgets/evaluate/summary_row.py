"""Draws one line of a list: of experiments, or of runs of a benchmark."""

from typing import Final

import streamlit as st

from pages.widgets.evaluate.address import PAGE
from pages.widgets.formatting import SEPARATOR, dates, money
from pages.widgets.markdown import title_label
from storage.evaluation import ExperimentSummary

_TITLE_CHARS: Final = 90
_TITLE_PX: Final = 560
_ICONS: Final = {
    "running": ":material/progress_activity:",
    "paused": ":material/pause_circle:",
    "finished": ":material/check_circle:",
}


def summary_row(
    summary: ExperimentSummary, name: str, parameter: str, *, live: bool
) -> None:
    """Draw a link to it, with its state, its cost and its date.

    Args:
        summary: What is known of it.
        name: What it is, in the key of its row.
        parameter: Of the address that shows it.
        live: Whether it is under way.
    """
    at_rest = "finished" if summary.state == "finished" else "paused"
    state = "running" if live else at_rest
    about = [state, money(summary.spent), dates.day_and_clock(summary.created_at)]
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        gap=None,
        key=f"{name}-{summary.uid}",
    ):
        st.page_link(
            PAGE,
            label=title_label(summary.title, _TITLE_CHARS),
            icon=_ICONS[state],
            query_params={parameter: summary.uid},
            width=_TITLE_PX,
        )
        st.caption(SEPARATOR.join(about), width="content")
