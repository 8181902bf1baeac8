"""Names the query parameters of addresses, and remembers which chat is open."""

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


_OPEN_CHAT: Final = "address of the chat that was open last"
_TO_OPEN: Final = "chat that is to be opened"


def remember_chat() -> None:
    """Remember the chat that the page shows, for when one comes back from another."""
    names = (CONVERSATION, THROUGH, ENDS_AT)
    query = {name: st.query_params[name] for name in names if name in st.query_params}
    st.session_state[_OPEN_CHAT] = query


def open_chat() -> dict[str, str]:
    """The query of the chat that was open last; empty for a new one."""
    query: dict[str, str] = st.session_state.get(_OPEN_CHAT, {})
    return query


def leave_chat(uid: str) -> None:
    """Open a new chat in the place of this one, if it is open: it was deleted."""
    if open_chat().get(CONVERSATION) == uid:
        st.session_state.pop(_OPEN_CHAT)
    if st.query_params.get(CONVERSATION) == uid:
        go_to(None)


def go_to_chat(uid: str | None) -> None:
    """Open a conversation, or a new one, from any page: when its script begins."""
    st.session_state[_TO_OPEN] = uid


def chat_to_open() -> tuple[str | None] | None:
    """The conversation that ``go_to_chat`` was called with, once; else ``None``."""
    if _TO_OPEN not in st.session_state:
        return None
    return (st.session_state.pop(_TO_OPEN),)


def _leave_path() -> None:
    for name in (THROUGH, ENDS_AT):
        st.query_params.pop(name, None)
