"""Draws a turn far back in a long chat: its answer alone, the rest one click away.

A page redraws everything after every click; thirty turns with all their layers and
buttons are ten thousand elements, which a browser needs a second for.
"""

from collections.abc import Sequence

import streamlit as st

from pages.component import Copy, draw_markdown
from pages.widgets.formatting import wording
from pages.widgets.layout import READABLE_PX
from pages.widgets.markdown import read_aloud
from storage.conversations import Turn

EXPANDED_TURNS = 8
"""So many turns at the end of a chat are always drawn whole."""

_EXPANDED = "turns that the user has opened"


def collapsed_turns(turns: Sequence[Turn]) -> frozenset[str]:
    """The turns of a path that are drawn by their answer alone."""
    expanded = st.session_state.get(_EXPANDED, set())
    return frozenset(
        turn.uid
        for turn in turns[:-EXPANDED_TURNS]
        if turn.uid not in expanded and turn.run and not turn.run.state.live
    )


def draw_collapsed(turn: Turn, number: int, follower: Turn) -> None:
    """Draw the answer that the next question went on from, and what opens the rest."""
    middle = st.container(horizontal_alignment="center")
    box = middle.container(width=READABLE_PX, key=f"{turn.uid}-collapsed")
    origin, seat = follower.origin, None
    for run in turn.runs:
        if origin and origin.run_uid == run.uid:
            seat = run.state.seat_at(origin.seat)
    if seat:
        writer = wording.model_name(seat.agent)
        box.caption(f"**{writer}**")
        copy = Copy(f"{writer}'s answer", writer)
        draw_markdown(box, seat.text, f"{turn.uid}-collapsed-answer", copy)
    else:
        box.caption("The next question didn't include an answer.")
    box.button(
        read_aloud("Layers, versions and costs", f"of question {number}"),
        key=f"{turn.uid}-wake",
        icon=":material/unfold_more:",
        type="tertiary",
        on_click=st.session_state.setdefault(_EXPANDED, set()).add,
        args=(turn.uid,),
    )
