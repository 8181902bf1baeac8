"""The conversations in the sidebar: pinned ones first, then day by day."""

from itertools import groupby

import streamlit as st

from pages.widgets.conversations import menu
from pages.widgets.formatting import dates
from pages.widgets.layout import go_to
from pages.widgets.markdown import title_label
from services import Services
from storage.conversations import Conversation
from storage.history import Filters, ListedConversation

LISTED = 50
SCROLLS_FROM = 6
HEIGHT_PX = 250
_TITLE_CHARS = 36

_CHATS = Filters(kind="chat", archived=False)


def recent_conversations(app: Services, conversation: Conversation | None) -> None:
    """Draw the newest chats, with a way to all of them.

    Args:
        app: What it shows and changes.
        conversation: The open one, or ``None`` for a new one.
    """
    opened = conversation.uid if conversation else None
    pinned = app.history.pinned(_CHATS)
    newest = app.history.newest(_CHATS, LISTED)
    menu.under_way(app)
    if pinned or newest:
        scrolls = len(pinned) + len(newest) >= SCROLLS_FROM
        with st.container(
            height=HEIGHT_PX if scrolls else "content", border=False, gap=None
        ):
            _group(app, ":material/keep: Pinned", pinned, opened)
            for day, of_day in groupby(
                newest, lambda each: dates.day_of(each.updated_at)
            ):
                _group(app, dates.heading(day), list(of_day), opened)
    if not app.history.is_empty():
        st.page_link("history.py", label="All conversations", icon=":material/history:")


def _group(
    app: Services, heading: str, listed: list[ListedConversation], opened: str | None
) -> None:
    if listed:
        st.caption(heading)
    for each in listed:
        _entry(app, each, is_open=each.uid == opened)


def _entry(app: Services, listed: ListedConversation, *, is_open: bool) -> None:
    """A button that opens it; the one that is open has its menu beside it."""
    title = title_label(listed.title, _TITLE_CHARS)
    if not is_open:
        _opener(listed, title)
        return
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        gap=None,
        wrap=False,
        key=f"entry-{listed.uid}",
    ):
        _opener(listed, f"**{title}**")
        menu.conversation_menu(app, listed)


def _opener(listed: ListedConversation, label: str) -> None:
    st.button(
        label,
        key=f"open-{listed.uid}",
        icon="spinner" if listed.running else None,
        type="tertiary",
        on_click=go_to,
        args=(listed.uid,),
    )
