"""Follows several live runs from a page's script, in one loop."""

import time
from collections.abc import Callable, Sequence

import streamlit as st

from moa_core.engine.live import LiveRun
from pages.widgets.follow import heed_clicks

ANSWERS_HZ = 6
"""Redraws of all sides together; each sends only what is new."""


def follow_sides(
    runs: Sequence[LiveRun],
    draw: Callable[[], object],
    tick: Callable[[], object],
) -> None:
    """Redraw until one of the runs ends, then run the script once more.

    Called last in the script, as `follow.follow` is: a click or a reload ends the
    loop, never the runs.

    Args:
        runs: The runs under way.
        draw: Redraws what is new of them.
        tick: Called once a second, for what shows time and money.
    """
    ticked = -1
    while all(run.live for run in runs):
        draw()
        now_s = int(max(run.elapsed_s for run in runs))
        if ticked != now_s:
            tick()
            ticked = now_s
        heed_clicks()
        time.sleep(1 / ANSWERS_HZ)
    st.rerun()
