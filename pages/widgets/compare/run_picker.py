"""Picks the run that is looked at: named by the address, or by chat and question."""

from collections.abc import Mapping

import streamlit as st

from moa_core.text import one_line
from pages.component import Copy, draw_typed
from pages.widgets.formatting import distinct_labels, figures
from pages.widgets.layout import CONVERSATION, READABLE_PX, RUN, THROUGH
from storage.conversations import Conversation, Conversations, Turn
from storage.errors import NotFoundError
from storage.history import ConversationList, Filters, ListedConversation
from storage.runs import StoredRun

LISTED = 50
LONGEST_LABEL = 60
"""Characters of a title or question in a picker."""
_PICKER_MIN_PX = 300
_QUESTION_HEIGHT_PX = 160
_LONG_QUESTION_CHARS = 600
_CHAT, _QUESTION, _RUN = "compared-chat", "compared-question", "compared-run"


def pick_run(
    history: ConversationList, conversations: Conversations
) -> tuple[Turn, StoredRun] | None:
    """Draw the pickers; give the run and its turn, ``None`` while none was answered.

    Chats to choose from are the newest ones and all that are pinned, the last used one
    first.
    """
    chats = Filters(kind="chat")
    listed = [*history.pinned(chats), *history.newest(chats, LISTED)]
    listed.sort(key=lambda chat: chat.updated_at, reverse=True)
    conversation = _named(conversations)
    if conversation is None:
        newest = next((chat.uid for chat in listed if chat.run_count), None)
        if newest is None:
            return None
        conversation = conversations.load(newest)
    with st.grid("auto", min_column_width=_PICKER_MIN_PX):
        _pick_chat(listed, conversation)
        turn = _pick_question(conversation)
        return (turn, _pick_run_of(turn)) if turn else None


def question_box(question: str) -> None:
    """Draw the whole of a question; a long one scrolls in a box of its own."""
    box = st.container(
        height=_QUESTION_HEIGHT_PX
        if len(question) > _LONG_QUESTION_CHARS
        else "content",
        border=True,
        width=READABLE_PX,
    )
    draw_typed(box, question, "whole-question", Copy("the question"))


def _named(conversations: Conversations) -> Conversation | None:
    """The conversation that the address names, along the path that it names."""
    uid = st.query_params.get(CONVERSATION)
    if uid is None:
        return None
    try:
        return conversations.load(uid, st.query_params.get(THROUGH))
    except NotFoundError:
        for name in (CONVERSATION, THROUGH, RUN):
            st.query_params.pop(name, None)
        st.container(key="chat-missing").info(
            "This chat or question no longer exists. It may have been deleted."
        )
        return None


def _pick_chat(listed: list[ListedConversation], conversation: Conversation) -> None:
    titles = {chat.uid: chat.title for chat in listed}
    titles.setdefault(conversation.uid, conversation.title)
    short = {uid: one_line(title, LONGEST_LABEL) for uid, title in titles.items()}
    labels = distinct_labels(short)
    st.session_state[_CHAT] = conversation.uid
    st.selectbox(
        "Chat",
        list(titles),
        format_func=labels.__getitem__,
        key=_CHAT,
        on_change=_go_to_chat,
    )


def _pick_question(conversation: Conversation) -> Turn | None:
    turns = {turn.uid: turn for turn in conversation.turns if turn.runs}
    if not turns:
        st.container(key="nothing-answered").info("This chat has no answers yet.")
        return None
    named = st.query_params.get(RUN)
    # The one that is named, else the last that has an answer, else the last.
    ended = [turn for turn in turns.values() if not turn.runs[0].state.live]
    newest = (ended or list(turns.values()))[-1]
    holding = (t for t in turns.values() if named in {run.uid for run in t.runs})
    st.session_state[_QUESTION] = next(holding, newest).uid
    numbers = {uid: number for number, uid in enumerate(turns, start=1)}
    uid = st.selectbox(
        "Question",
        list(turns),
        format_func=lambda uid: one_line(
            f"{numbers[uid]}. {turns[uid].question.text}", LONGEST_LABEL
        ),
        key=_QUESTION,
        on_change=_go_to_run,
        args=({uid: turn.runs[-1].uid for uid, turn in turns.items()}, _QUESTION),
    )
    return turns[uid]


def _pick_run_of(turn: Turn) -> StoredRun:
    """The run whose proposals are shown; reworked turns have several."""
    runs = {run.uid: run for run in turn.runs}
    named = st.query_params.get(RUN)
    if len(runs) == 1:
        return turn.runs[0]
    st.session_state[_RUN] = named if named in runs else turn.runs[-1].uid
    numbers = {uid: number for number, uid in enumerate(runs, start=1)}
    uid = st.selectbox(
        "Run",
        list(runs),
        format_func=lambda uid: (
            f"Run {numbers[uid]} · {figures.answered(runs[uid].state)}"
        ),
        key=_RUN,
        on_change=_go_to_run,
        args=({uid: uid for uid in runs}, _RUN),
    )
    return runs[uid]


def _go_to_chat() -> None:
    for name in (THROUGH, RUN):
        st.query_params.pop(name, None)
    st.query_params[CONVERSATION] = st.session_state[_CHAT]


def _go_to_run(run_of: Mapping[str, str], key: str) -> None:
    st.query_params[CONVERSATION] = st.session_state[_CHAT]
    st.query_params[RUN] = run_of[st.session_state[key]]
