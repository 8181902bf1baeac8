"""Where a conversation parts: other questions in the same place, all to be walked."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.widgets.layout import ENDS_AT, go_through
from storage.conversations import Conversation, Turn


def sibling_buttons(place: DeltaGenerator, turn: Turn) -> None:
    """``< 2 of 3 >`` where other questions were asked in this turn's place."""
    if len(turn.siblings) == 1:
        return
    at = turn.siblings.index(turn.uid)
    row = place.container(
        horizontal=True, gap="xxsmall", vertical_alignment="center", width="content"
    )
    _step(row, turn, at - 1, ":material/chevron_left:", "The question before")
    row.caption(f"{at + 1} of {len(turn.siblings)}", width="content")
    _step(row, turn, at + 1, ":material/chevron_right:", "The question after")


def path_end(place: DeltaGenerator, conversation: Conversation) -> None:
    """Say that a path ends before the conversation does, and how to see the rest."""
    turn = conversation.turns[-1]
    if ENDS_AT not in st.query_params or not turn.children:
        return
    row = place.container(horizontal=True, vertical_alignment="center", gap="small")
    row.caption(
        ":material/alt_route: The next question starts a new branch here.",
        width="content",
    )
    row.button(
        "Show what followed",
        key=f"{turn.uid}-followed",
        type="tertiary",
        on_click=go_through,
        args=(turn.uid,),
    )


def _step(place: DeltaGenerator, turn: Turn, to: int, icon: str, help: str) -> None:
    there = 0 <= to < len(turn.siblings)
    place.button(
        icon,
        key=f"{turn.uid}-sibling-{to}",
        type="tertiary",
        disabled=not there,
        help=help,
        on_click=go_through,
        args=(turn.siblings[to] if there else turn.uid,),
    )
