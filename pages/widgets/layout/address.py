"""Names the query parameters of addresses: conversation, path of turns, view."""

from typing import Final

import streamlit as st

from storage.conversations import NEWEST, After, Conversation

CONVERSATION: Final = "c"
THROUGH: Final = "t"
"""Names a turn that the path leads through, on to the newest of what followed."""
ENDS_AT: Final = "at"
"""Names the turn at which the path ends, so that the next question branches there."""
RUN: Final = "run"
DUEL: Final = "d"
VIEW: Final = "view"
"""Names one of the views of a page."""


def go_to(uid: str | None) -> None:
    """Open a conversation where it was last asked something, or a new one."""
    _leave_path()
    if uid is None:
        st.query_params.pop(CONVERSATION, None)
    else:
        st.query_params[CONVERSATION] = uid


def go_through(turn_uid: str) -> None:
    """Walk the path through a turn, to the newest that came of it."""
    _leave_path()
    st.query_params[THROUGH] = turn_uid


def end_at(turn_uid: str) -> None:
    """Walk as far as a turn: the next question branches there."""
    _leave_path()
    st.query_params[ENDS_AT] = turn_uid


def branch_point(conversation: Conversation | None) -> tuple[str | None, After]:
    """The conversation, and the turn that the next question follows as it is shown."""
    if conversation is None:
        return None, NEWEST
    turns = conversation.turns
    return conversation.uid, turns[-1].uid if turns else None


def _leave_path() -> None:
    for name in (THROUGH, ENDS_AT):
        st.query_params.pop(name, None)
