"""Places for things of which one is shown at a time, so that the others go at once.

Streamlit takes what a script no longer draws off the page when the script has ended;
one that follows a run goes on for minutes, and meanwhile the old things only fade. A
blind duel must not keep the names of what stood there before.
"""

from collections.abc import Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def slot(chosen: str, names: Iterable[str]) -> DeltaGenerator:
    """Make a place for each of ``names``, and give that of the ``chosen`` one.

    Args:
        chosen: What is drawn now.
        names: Everything that may be drawn here, always the same in the same order.
    """
    places = {name: st.empty() for name in names}
    return places[chosen].container()
