"""Runs the script once more in a while, because something is under way elsewhere."""

import time
from collections.abc import Callable
from typing import Final

import streamlit as st

ELSEWHERE_S: Final = 1.0
"""How often what goes on elsewhere is looked up again."""

_NAP_S: Final = 0.1


def rerun_soon() -> None:
    """Wait, and run the script again; a click, a reload or a closed tab ends it."""
    ends = time.monotonic() + ELSEWHERE_S
    rerun_when(lambda: time.monotonic() >= ends)


def rerun_when(due: Callable[[], bool]) -> None:
    """Wait until something is due, and run the script again, or be ended as above."""
    while not due():
        "yield" in st.session_state  # noqa: B015 - whatever Streamlit is asked for
        time.sleep(_NAP_S)
    st.rerun()
