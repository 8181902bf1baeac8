"""Follows runs from a page's script, at a cost that stays small.

Called last in the script: a click, a reload or a closed tab ends the loop, never the
run. Finished Markdown is drawn once and only tails are redrawn (streamlit.md, "K").
"""

import time
from collections.abc import Callable, Sequence

import streamlit as st

from moa_core.engine import LiveRun
from moa_core.review import Replay
from pages.widgets.run.run_view import RunView

ONE_RUN_HZ = 10
SEVERAL_RUNS_HZ = 6
"""Redraws of all of them together; each sends only what is new."""

ELSEWHERE_S = 1.0
"""How often what goes on elsewhere is looked up again."""

_NAP_S = 0.1


def follow(
    runs: Sequence[LiveRun | Replay],
    views: Sequence[RunView],
    tick: Callable[[], object],
) -> None:
    """Redraw ``views`` until one of the runs ends, then run the script once more.

    It also ends when the layers of a run stand open in another way.

    Args:
        runs: The runs under way.
        views: Where each of them is drawn; none if what they write is hidden.
        tick: Called once a second, and when somebody has answered or a run only has to
            be saved: for what shows time, money, how many have, and what can be done.
    """
    arranged, ticked = [view.arrangement for view in views], (-1, 0, 0)
    while all(run.live for run in runs):
        if [view.arrangement for view in views] != arranged:
            break
        for run, view in zip(runs, views, strict=False):
            view.update(run.elapsed_s)
        now_s = int(max(run.elapsed_s for run in runs))
        answered = sum(run.state.answered for run in runs)
        at_work = sum(run.state.live for run in runs)
        if ticked != (shown := (now_s, answered, at_work)):
            tick()
            ticked = shown
        yield_to_streamlit()
        # No longer than this: Stop waits for it too.
        time.sleep(1 / (ONE_RUN_HZ if len(runs) == 1 else SEVERAL_RUNS_HZ))
    st.rerun()


def rerun_soon() -> None:
    """Run the script once more in a while: something is under way elsewhere."""
    for _ in range(round(ELSEWHERE_S / _NAP_S)):
        yield_to_streamlit()
        time.sleep(_NAP_S)
    st.rerun()


def yield_to_streamlit() -> None:
    """End the script here if there was a click, a reload, or the tab was closed."""
    "yield" in st.session_state  # noqa: B015 - whatever Streamlit is asked for
