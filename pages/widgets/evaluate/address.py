"""Names the experiment, and the question of it, that an address shows."""

from typing import Final

import streamlit as st

from pages.widgets.evaluate.section import Section
from pages.widgets.layout import EXPERIMENT, QUESTION, VIEW

NEW: Final = "new"
"""Stands in the place of an experiment that is being set up."""

PAGE: Final = "evaluate.py"


def open_experiment(uid: str | None) -> None:
    """Show an experiment, ``NEW`` or, for ``None``, the list of all."""
    for name in (EXPERIMENT, QUESTION, VIEW):
        st.query_params.pop(name, None)
    if uid is not None:
        st.query_params[EXPERIMENT] = uid


EXPERIMENTS: Final = Section(
    name="experiment", one="experiment", several="experiments", show=open_experiment
)


def opened_experiment() -> str | None:
    """What ``open_experiment`` was told last, or a link."""
    return st.query_params.get(EXPERIMENT)
