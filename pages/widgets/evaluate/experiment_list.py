"""Lists experiments, or says what one is for."""

from typing import Final

import streamlit as st

from pages.widgets.evaluate.address import NEW, PAGE, open_experiment
from pages.widgets.formatting import SEPARATOR, dates, money
from pages.widgets.layout import EXPERIMENT
from pages.widgets.markdown import title_label
from services.experimenting import Experimenting
from storage.evaluation import ExperimentSummary

MOST_LISTED: Final = 50
_TITLE_CHARS: Final = 90
_TITLE_PX: Final = 560
_WHAT_IT_IS: Final = (
    "No experiments yet. Ask your own questions of a mixture and of its aggregator "
    "alone, have every pair of answers judged blindly, and see whether mixing helps, "
    "by how much, and at what price."
)
_ICONS: Final = {
    "running": ":material/progress_activity:",
    "paused": ":material/pause_circle:",
    "finished": ":material/check_circle:",
}


def experiment_list(experimenting: Experimenting) -> None:
    """Draw the newest experiments as links, and a button for another one."""
    listed = experimenting.experiments.newest(MOST_LISTED)
    if not listed:
        st.container(key="no-experiments").info(_WHAT_IT_IS)
    st.button(
        "New experiment",
        key="new-experiment",
        icon=":material/add:",
        type="secondary" if listed else "primary",
        on_click=open_experiment,
        args=(NEW,),
    )
    with st.container(gap="xsmall", key="experiments"):
        for summary in listed:
            current = experimenting.get(summary.uid)
            _row(summary, live=current is not None and current.live)


def _row(summary: ExperimentSummary, *, live: bool) -> None:
    at_rest = "finished" if summary.state == "finished" else "paused"
    state = "running" if live else at_rest
    about = [state, money(summary.spent), dates.day_and_clock(summary.created_at)]
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        gap=None,
        key=f"experiment-{summary.uid}",
    ):
        st.page_link(
            PAGE,
            label=title_label(summary.title, _TITLE_CHARS),
            icon=_ICONS[state],
            query_params={EXPERIMENT: summary.uid},
            width=_TITLE_PX,
        )
        st.caption(SEPARATOR.join(about), width="content")
