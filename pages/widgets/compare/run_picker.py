"""Which run is looked at: named by the address, chosen by chat and question."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import streamlit as st

from moa_core.text import one_line
from pages.widgets.formatting import figures
from pages.widgets.layout import CONVERSATION, RUN, THROUGH
from services import Services
from storage.conversations import Conversation, Turn
from storage.errors import NotFoundError
from storage.history import Filters, ListedConversation
from storage.runs import StoredRun

LISTED = 50
LONGEST_LABEL = 60
"""Characters of a title or question in a picker."""
_PICKER_MIN_PX = 300
_CHAT, _QUESTION, _RUN = "compared chat", "compared question", "compared run"


@dataclass(frozen=True, slots=True)
class Picked:
    """A run and the turn it belongs to."""

    turn: Turn
    run: StoredRun


def pick_run(app: Services) -> Picked | None:
    """Draw the pickers; ``None`` as long as nothing has ever been answered."""
    listed = _chats(app)
    conversation = _named(app) or _newest_answered(app, listed)
    if conversation is None:
        return None
    with st.grid("auto", min_column_width=_PICKER_MIN_PX):
        _pick_chat(listed, conversation)
        turn = _pick_question(conversation)
        return Picked(turn, _pick_run_of(turn)) if turn else None


def _chats(app: Services) -> list[ListedConversation]:
    """The newest ones, and all that are pinned, the last used one first."""
    chats = Filters(kind="chat")
    found = [*app.history.pinned(chats), *app.history.newest(chats, LISTED)]
    return sorted(found, key=lambda each: each.updated_at, reverse=True)


def _named(app: Services) -> Conversation | None:
    """The conversation that the address names, along the path that it names."""
    uid = st.query_params.get(CONVERSATION)
    if uid is None:
        return None
    try:
        return app.conversations.load(uid, st.query_params.get(THROUGH))
    except NotFoundError:
        for name in (CONVERSATION, THROUGH, RUN):
            st.query_params.pop(name, None)
        st.info("That chat, or that question, is not here. It may have been deleted.")
        return None


def _newest_answered(
    app: Services, listed: list[ListedConversation]
) -> Conversation | None:
    uid = next((each.uid for each in listed if each.run_count), None)
    return app.conversations.load(uid) if uid else None


def _pick_chat(listed: list[ListedConversation], conversation: Conversation) -> None:
    titles = {each.uid: each.title for each in listed}
    titles.setdefault(conversation.uid, conversation.title)
    st.session_state[_CHAT] = conversation.uid
    st.selectbox(
        "Chat",
        list(titles),
        format_func=lambda uid: one_line(titles[uid], LONGEST_LABEL),
        key=_CHAT,
        on_change=_go_to_chat,
    )


def _pick_question(conversation: Conversation) -> Turn | None:
    turns = {turn.uid: turn for turn in conversation.turns if turn.runs}
    if not turns:
        st.info("Nothing in this chat has been answered yet.")
        return None
    named = st.query_params.get(RUN)
    holding = (turn for turn in turns.values() if named in _uids(turn))
    st.session_state[_QUESTION] = next(holding, _newest_ended(turns.values())).uid
    numbers = {uid: number for number, uid in enumerate(turns, start=1)}
    uid = st.selectbox(
        "Question",
        list(turns),
        format_func=lambda uid: one_line(
            f"{numbers[uid]}. {turns[uid].question}", LONGEST_LABEL
        ),
        key=_QUESTION,
        on_change=_go_to_run,
        args=({uid: turn.runs[-1].uid for uid, turn in turns.items()}, _QUESTION),
    )
    return turns[uid]


def _newest_ended(turns: Collection[Turn]) -> Turn:
    """The last question that has an answer, or if none has, the last one."""
    ended = [turn for turn in turns if not turn.runs[0].state.live]
    return (ended or list(turns))[-1]


def _pick_run_of(turn: Turn) -> StoredRun:
    """The run whose proposals are shown; reworked turns have several."""
    runs = {run.uid: run for run in turn.runs}
    named = st.query_params.get(RUN)
    if len(runs) == 1:
        return turn.runs[0]
    st.session_state[_RUN] = named if named in runs else turn.runs[-1].uid
    numbers = {uid: number for number, uid in enumerate(runs, start=1)}
    uid = st.selectbox(
        "Proposals of",
        list(runs),
        format_func=lambda uid: (
            f"Run {numbers[uid]} · {figures.answered(runs[uid].state)}"
        ),
        key=_RUN,
        on_change=_go_to_run,
        args=({uid: uid for uid in runs}, _RUN),
    )
    return runs[uid]


def _uids(turn: Turn) -> list[str]:
    return [run.uid for run in turn.runs]


def _go_to_chat() -> None:
    for name in (THROUGH, RUN):
        st.query_params.pop(name, None)
    st.query_params[CONVERSATION] = st.session_state[_CHAT]


def _go_to_run(run_of: Mapping[str, str], key: str) -> None:
    st.query_params[CONVERSATION] = st.session_state[_CHAT]
    st.query_params[RUN] = run_of[st.session_state[key]]
