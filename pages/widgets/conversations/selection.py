"""Selects conversations in the history, to archive or delete many at once."""

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from pages.widgets.conversations.chats import Chats
from pages.widgets.conversations.undo import offer_undo
from pages.widgets.formatting import attempt, counted
from pages.widgets.markdown import title_label
from storage.history import ListedConversation

_ON: Final = "history-select"


def select_toggle() -> None:
    """Draw the switch that puts a box before each conversation."""
    st.toggle("Select", key=_ON)


def selecting() -> bool:
    """Whether conversations are being selected."""
    return bool(st.session_state.get(_ON))


def select_box(listed: ListedConversation) -> None:
    """Draw the box of a conversation; its label is read aloud, not seen."""
    st.checkbox(
        f"Select {title_label(listed.title, 60)}",
        key=_box_key(listed.uid),
        label_visibility="collapsed",
    )


def selection_bar(chats: Chats, listed: Sequence[ListedConversation]) -> None:
    """Draw what can be done with those that are selected of ``listed``."""
    uids = [each.uid for each in listed if st.session_state.get(_box_key(each.uid))]

    def select_all() -> None:
        for each in listed:
            st.session_state[_box_key(each.uid)] = len(uids) < len(listed)

    def each_of(
        done: str, act: Callable[[str], object], undo: Callable[[str], object]
    ) -> None:
        """Act on all that are selected; what was done can be undone as one."""
        for uid in uids:
            act(uid)
            st.session_state[_box_key(uid)] = False
        message = f"{counted(len(uids), 'chat')} {done}."
        offer_undo(f"{done} {uids[0]}", message, lambda: [undo(uid) for uid in uids])

    history, conversations = chats.history, chats.conversations
    row = st.container(horizontal=True, vertical_alignment="center", key="selection")
    every = "Select none" if uids and len(uids) == len(listed) else "Select all"
    row.button(every, key="select-all", type="tertiary", on_click=select_all)
    row.markdown(f"{len(uids):,} selected", width="content")
    row.button(
        "Archive",
        key="archive-selected",
        icon=":material/archive:",
        disabled=not uids,
        on_click=attempt,
        args=(
            each_of,
            "archived",
            history.archive,
            lambda uid: history.archive(uid, archived=False),
        ),
    )
    row.button(
        "Delete",
        key="delete-selected",
        icon=":material/delete:",
        disabled=not uids,
        on_click=attempt,
        args=(each_of, "deleted", conversations.delete, conversations.restore),
    )


def _box_key(uid: str) -> str:
    return f"select-{uid}"
