"""Names the query parameters of addresses, and remembers which chat is open."""

from typing import Final, NamedTuple

import streamlit as st

from pages.streamlit_patches import asked_page
from storage.conversations import NEWEST, After, Conversation

CONVERSATION: Final = "c"
THROUGH: Final = "t"
"""Names a turn that the path leads through, on to the newest of what followed."""
ENDS_AT: Final = "at"
"""Names the turn at which the path ends, so that the next question branches there."""
RUN: Final = "run"
DUEL: Final = "d"
EXPERIMENT: Final = "e"
QUESTION: Final = "q"
"""Names a question of an experiment."""
BENCHMARK: Final = "b"
BATCH: Final = "batch"
SHARED_LINK: Final = "s"
"""Holds the secret of a shared link."""
VIEW: Final = "view"
"""Names one of the views of a page."""


def go_to(uid: str | None) -> None:
    """Open a conversation where it was last asked something, or a new one."""
    st.session_state.pop(_GOING, None)  # what was to be opened before
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
_CHAT: Final = "chat.py"
_GOING: Final = "page that is to be opened, and its query"


class _Going(NamedTuple):
    file: str
    query: dict[str, str]
    begun_at: str
    """``asked_page`` when the user asked for it."""


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
    go_to_page(_CHAT, {CONVERSATION: uid} if uid else {})


def go_to_page(file: str, query: dict[str, str]) -> None:
    """Open a page with a query: a callback cannot, so when the script begins.

    Args:
        file: The page, such as ``chat.py``.
        query: Takes the place of the one that is there.
    """
    st.session_state[_GOING] = _Going(file, query, asked_page())


def destination(asked: str, file: str) -> tuple[str, dict[str, str]] | None:
    """Where ``go_to_page`` leads, until one has arrived there, or gone elsewhere.

    Args:
        asked: ``asked_page`` of the script: if it is not the page on which this began,
            a link was followed since.
        file: The page that the script draws, such as ``spend.py``.
    """
    going: _Going | None = st.session_state.get(_GOING)
    if going is None:
        return None
    if asked != going.begun_at and file != going.file:
        del st.session_state[_GOING]
        return None
    return going.file, going.query


def addressed_chat() -> str | None:
    """The conversation that the chat page shows, or will when the script begins."""
    going: _Going | None = st.session_state.get(_GOING)
    to_chat = going if going and going.file == _CHAT else None
    shown = to_chat.query if to_chat else st.query_params.to_dict()
    return shown.get(CONVERSATION)


def arrive(query: dict[str, str]) -> None:
    """Set the query, now that the page is the right one; a click may interrupt it."""
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    st.session_state.pop(_GOING, None)


def _leave_path() -> None:
    for name in (THROUGH, ENDS_AT):
        st.query_params.pop(name, None)
