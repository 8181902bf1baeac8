"""Follows a live run from a page's script, at a cost that stays small.

Called last in the script: a click, a reload or a closed tab ends the loop, never the
run. Finished Markdown is drawn once and only tails are redrawn (streamlit.md, "K").
"""

import time
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import streamlit as st

from moa_core.engine import LiveRun
from moa_core.run import RunState
from pages.widgets.run.layer_view import opens_by_itself
from pages.widgets.run.run_view import RunView

SYNTHESIS_HZ = 10
LAYERS_HZ = 5
COLUMNS_HZ = 18
"""Redraws of all columns together: many side by side are redrawn less often each."""

ELSEWHERE_S = 1.0
"""How often what goes on elsewhere is looked up again."""

_NAP_S = 0.1


class Followed(Protocol):
    """A run that grows while one looks: a live one, or one that is played again."""

    @property
    def state(self) -> RunState:
        """What is known of it now; always the same object."""

    @property
    def live(self) -> bool:
        """Whether more may come."""

    @property
    def elapsed_s(self) -> float:
        """Run time now."""


Run = TypeVar("Run", bound=Followed)


def follow(run: Run, view: RunView, tick: Callable[[Run], None]) -> None:
    """Redraw ``view`` until the run ends, then run the script once more.

    Args:
        run: The run to follow.
        view: Where it is drawn.
        tick: Called once a second, and when somebody has answered: for what shows time,
            money and how many have.
    """
    shape = _shape(run.state)
    layers_at_s, ticked = 0.0, (-1, 0)
    while run.live and _shape(run.state) == shape:
        now_s = run.elapsed_s
        layers_due = now_s >= layers_at_s
        view.update(now_s, layers=layers_due)
        if layers_due:
            layers_at_s = now_s + 1 / _layers_hz(run.state)
        if ticked != (shown := (int(now_s), run.state.answered)):
            tick(run)
            ticked = shown
        yield_to_streamlit()
        time.sleep(1 / SYNTHESIS_HZ)  # no longer: Stop waits for it too
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


def _layers_hz(state: RunState) -> float:
    """How often the layers are redrawn: the synthesis is what one reads."""
    writing = sum(seat.status == "writing" for seat in state.seats)
    return min(LAYERS_HZ, COLUMNS_HZ / max(1, writing))


def _shape(state: RunState) -> list[bool]:
    """Which layers stand open by themselves; when it changes, the page is laid anew."""
    return [opens_by_itself(state, layer) for layer in state.layers]


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
        yield_to_streamlit()
        time.sleep(1 / ANSWERS_HZ)
    st.rerun()
