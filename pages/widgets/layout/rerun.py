"""Draws the page once more in a while, because something is under way elsewhere."""

import time
from collections.abc import Callable
from typing import Final

import streamlit as st

from pages.widgets.formatting import redraw

ELSEWHERE_S: Final = 1.0
"""How often what goes on elsewhere is looked up again."""


def rerun_soon() -> None:
    """Draw the page anew in a while."""
    ends = time.monotonic() + ELSEWHERE_S
    rerun_when(lambda: time.monotonic() >= ends)


def rerun_when(due: Callable[[], bool]) -> None:
    """Draw the page anew when something is due, after the script has ended.

    While a script waits, Streamlit answers nothing that is done in a dialog.
    """

    @st.fragment(run_every=ELSEWHERE_S)
    def look() -> None:
        if due():
            redraw()

    look()
