"""Lists experiments, or says what one is for."""

from typing import Final

import streamlit as st

from pages.widgets.evaluate.address import NEW, open_experiment
from pages.widgets.evaluate.summary_row import summary_row
from pages.widgets.layout import EXPERIMENT
from services.experimenting import Experimenting

MOST_LISTED: Final = 50
_WHAT_IT_IS: Final = (
    "No experiments yet. Ask your own questions of a mixture and of its aggregator "
    "alone, have every pair of answers judged blindly, and see whether mixing helps, "
    "by how much, and at what price."
)


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
            live = experimenting.goes_on(summary)
            summary_row(summary, "experiment", EXPERIMENT, live=live)
