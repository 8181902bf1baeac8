"""Runs the script once more in a while, because something is under way elsewhere."""

import time
from typing import Final

import streamlit as st

ELSEWHERE_S: Final = 1.0
"""How often what goes on elsewhere is looked up again."""

_NAP_S: Final = 0.1


def rerun_soon() -> None:
    """Wait, and run the script again; a click, a reload or a closed tab ends it."""
    for _ in range(round(ELSEWHERE_S / _NAP_S)):
        "yield" in st.session_state  # noqa: B015 - whatever Streamlit is asked for
        time.sleep(_NAP_S)
    st.rerun()
