"""Lists conversations in the history and the sidebar: pinned ones, then by day."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.widgets.conversations.chats import Chats
from pages.widgets.conversations.menu import conversation_menu, pending_action
from pages.widgets.conversations.selection import select_box, selecting, selection_bar
from pages.widgets.formatting import dates, figures
from pages.widgets.layout import conversation_link, cursor, go_to, page_buttons
from pages.widgets.markdown import title_label
from storage.conversations import Conversation
from storage.history import Filters, ListedConversation

LISTED = 30
SIDEBAR_LISTED = 50
SCROLLS_FROM = 6
HEIGHT_PX = 250
_TITLE_CHARS = 36
_PINNED: Final = ":material/keep: Pinned"
_CHATS: Final = Filters(kind="chat", archived=False)


def history_list(chats: Chats, filters: Filters) -> bool:
    """Draw one page of the history; tell whether there was anything to draw."""
    before: ListedConversation | None = cursor("list", filters)
    history = chats.history
    pinned = [] if before else history.pinned(filters)
    listed = history.newest(filters, LISTED + 1, before)
    shown = listed[:LISTED]
    if selects := selecting():
        selection_bar(chats, [*pinned, *shown])
    for heading, group in _groups(pinned, shown):
        st.caption(f"**{heading}**")
        with st.container(gap=None):
            for each in group:
                with _row(f"listed-{each.uid}", "small"):
                    if selects:
                        select_box(each)
                    when = dates.short_date if heading == _PINNED else dates.clock
                    about = when(each.updated_at)
                    if each.run_count:
                        about += figures.SEPARATOR + figures.money(each.cost)
                    conversation_link(
                        each.kind, each.uid, each.title, about, running=each.running
                    )
                    conversation_menu(chats, each)
    page_buttons("list", filters, shown[-1] if len(listed) > LISTED else None)
    return bool(pinned or shown or before)


def recent_conversations(chats: Chats, opened: Conversation | None) -> None:
    """Draw the newest chats, with a way to all of them; the open one has its menu."""
    history = chats.history
    pinned = history.pinned(_CHATS)
    newest = history.newest(_CHATS, SIDEBAR_LISTED)
    pending_action(chats)
    if pinned or newest:
        scrolls = len(pinned) + len(newest) >= SCROLLS_FROM
        with st.container(
            height=HEIGHT_PX if scrolls else "content", border=False, gap=None
        ):
            for heading, group in _groups(pinned, newest):
                st.caption(heading)
                for each in group:
                    label = title_label(each.title, _TITLE_CHARS)
                    if opened is None or each.uid != opened.uid:
                        _open_button(each, label)
                        continue
                    with _row(f"entry-{each.uid}", None):
                        _open_button(each, f"**{label}**")
                        conversation_menu(chats, each)
    if not history.is_empty():
        st.page_link("history.py", label="All conversations", icon=":material/history:")


def _groups(
    pinned: list[ListedConversation], newest: list[ListedConversation]
) -> Iterator[tuple[str, list[ListedConversation]]]:
    """Headings, each with what stands under it."""
    if pinned:
        yield _PINNED, pinned
    for day, of_day in groupby(newest, lambda each: dates.day_of(each.updated_at)):
        yield dates.heading(day), list(of_day)


def _row(key: str, gap: Literal["small"] | None) -> DeltaGenerator:
    return st.container(
        horizontal=True, vertical_alignment="center", key=key, gap=gap, wrap=False
    )


def _open_button(listed: ListedConversation, label: str) -> None:
    st.button(
        label,
        key=f"open-{listed.uid}",
        icon="spinner" if listed.running else None,
        type="tertiary",
        on_click=go_to,
        args=(listed.uid,),
    )
