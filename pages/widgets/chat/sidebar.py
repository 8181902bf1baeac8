"""Draws the sidebar of every page: pages, new chat, search, and the chats."""

import streamlit as st

from pages.widgets.conversations import (
    Chats,
    pending_action,
    recent_conversations,
    search_button,
)
from pages.widgets.layout import CONVERSATION, go_to_chat, open_chat
from storage.history import Search

_PAGES = (
    ("compare.py", "Compare", ":material/compare:"),
    ("evaluate.py", "Evaluate", ":material/science:"),
    ("presets.py", "Presets", ":material/tune:"),
)
_AT_THE_FOOT = (
    ("spend.py", "Spend", ":material/payments:"),
    ("settings.py", "Settings", ":material/settings:"),
)
_PEOPLE = (("people.py", "People", ":material/group:"),)


def sidebar(
    chats: Chats, search: Search, page: str, *, administers: bool = False
) -> None:
    """Draw the sidebar of a page, called by its file: ``chat.py``.

    "Chat" leads back to the chat that was open last. The page of the history has a
    search of its own, and says itself what was done to a conversation.

    Args:
        chats: Lists them, and does what is clicked.
        search: Finds some.
        page: Its file.
        administers: Whether the page of people is named, too.
    """
    opened = open_chat()
    on_chat, on_history = page == "chat.py", page == "history.py"
    with st.sidebar:
        with st.container(gap="xxsmall", key="pages"):
            st.page_link(
                "chat.py", label="Chat", icon=":material/forum:", query_params=opened
            )
            for file, label, icon in _PAGES:
                st.page_link(file, label=label, icon=icon)
        with st.container(gap="xsmall", key="chat-tools"):
            st.button(
                "New chat",
                key="new-chat",
                icon=":material/edit_square:",
                width="stretch",
                shortcut="Mod+Shift+O",
                disabled=on_chat and not opened,
                on_click=go_to_chat,
                args=(None,),
            )
            if not on_history:
                search_button(search)
        if not on_history:
            pending_action(chats)
        recent_conversations(chats, opened.get(CONVERSATION) if on_chat else None)
        with st.container(gap="xxsmall", key="pages-at-the-foot"):
            for file, label, icon in (*(_PEOPLE if administers else ()), *_AT_THE_FOOT):
                st.page_link(file, label=label, icon=icon)
