"""Lists the newest chats in the sidebar, each with its menu."""

from typing import Final

import streamlit as st

from moa_core.text import one_line
from pages.component import Asked, ChatGroup, ListedChat, chats_component
from pages.widgets.conversations.chats import Chats
from pages.widgets.conversations.conversation_list import (
    PINNED,
    TITLE_CHARS,
    by_period,
    when_used,
)
from pages.widgets.conversations.menu import choose_in_menu, menu_entries
from pages.widgets.formatting import counted, distinct_labels, figures
from pages.widgets.layout import go_to_chat
from storage.history import Filters, ListedConversation

LISTED: Final = 30
_CHATS: Final = Filters(kind="chat", archived=False)


def recent_conversations(chats: Chats, opened_uid: str | None) -> None:
    """Draw the newest chats, each with its menu, and a way to all of them."""
    history = chats.history
    pinned, newest = history.pinned_and_newest(_CHATS, LISTED)
    listed = {each.uid: each for each in [*pinned, *newest]}

    def act(asked: Asked) -> None:
        if not (chat := listed.get(str(asked.get("chat")))):
            return
        if asked.get("do") == "open":
            go_to_chat(chat.uid)
        else:
            choose_in_menu(chats, chat, str(asked.get("entry")))

    place = st.container(gap=None, key="chats")
    if listed:
        groups = _groups(pinned, newest)
        chats_component(place, groups, opened_uid, key="chat-list", on_asked=act)
    if listed or not history.is_empty():
        st.page_link("history.py", label="All chats", icon=":material/history:")


def _groups(
    pinned: list[ListedConversation], newest: list[ListedConversation]
) -> list[ChatGroup]:
    """What the list shows."""
    titles = {
        each.uid: one_line(each.title, TITLE_CHARS) or "Untitled"
        for each in [*pinned, *newest]
    }
    called = distinct_labels(titles)

    def shown(chat: ListedConversation) -> ListedChat:
        models = [counted(chat.models, "model")] if chat.models else []
        return ListedChat(
            uid=chat.uid,
            title=titles[chat.uid],
            called=called[chat.uid],
            about=figures.SEPARATOR.join([*models, when_used(chat)]),
            running=chat.running,
        )

    return [
        ChatGroup(
            heading=heading,
            sign="keep" if heading == PINNED else "",
            menu=menu_entries(group[0]),
            chats=[shown(each) for each in group],
        )
        for heading, group in by_period(pinned, newest)
    ]
