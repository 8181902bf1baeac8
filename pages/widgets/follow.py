"""Follows a live run from a page's script, at a cost that stays small.

Called last in the script: a click, a reload or a closed tab ends the loop, never the
run. Finished Markdown is drawn once and only tails are redrawn (streamlit.md, "K").
"""

import time
from collections.abc import Callable

import streamlit as st

from moa_core.live import LiveRun
from moa_core.run_state import RunState
from pages.widgets.run_view import RunView, opens_by_itself

SYNTHESIS_HZ = 15
LAYERS_EVERY = 3
"""Every how many looks the layers are redrawn: the synthesis is what one reads."""

TICKER_EVERY = 8

ELSEWHERE_S = 1.0
"""How often a run of another process is looked up again."""


def follow(run: LiveRun, view: RunView, tick: Callable[[LiveRun], None]) -> None:
    """Redraw ``view`` until the run ends, then run the script once more.

    Args:
        run: The run to follow.
        view: Where it is drawn.
        tick: Called about twice a second, for what shows time and money.
    """
    shape = _shape(run.state)
    look = 0
    while run.live and _shape(run.state) == shape:
        view.update(run.elapsed_s, layers=look % LAYERS_EVERY == 0)
        if look % TICKER_EVERY == 0:
            tick(run)
        look += 1
        "yield" in st.session_state  # noqa: B015 - here a click or reload unwinds us
        time.sleep(1 / SYNTHESIS_HZ)
    st.rerun()


def look_again() -> None:
    """Run the script once more in a while: a run is under way in another process."""
    time.sleep(ELSEWHERE_S)
    st.rerun()


def _shape(state: RunState) -> list[bool]:
    """Which layers stand open by themselves; when it changes, the page is laid anew."""
    return [opens_by_itself(state, layer) for layer in state.layers]
