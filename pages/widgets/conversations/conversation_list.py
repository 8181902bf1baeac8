"""Lists conversations in the history and the sidebar: pinned ones, then by time."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Final, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.widgets.conversations.chats import Chats
from pages.widgets.conversations.menu import conversation_menu
from pages.widgets.conversations.selection import select_box, selecting, selection_bar
from pages.widgets.formatting import dates, distinct_labels, figures
from pages.widgets.layout import conversation_link, cursor, go_to_chat, page_buttons
from pages.widgets.markdown import title_label
from storage.history import Filters, ListedConversation

LISTED = 30
SIDEBAR_LISTED = 30
_TITLE_CHARS = 60
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
    called = _called([*pinned, *shown])
    for heading, group in _groups(pinned, shown):
        st.caption(f"**{heading}**")
        with st.container(gap=None):
            for each in group:
                with _row(f"listed-{each.uid}", "small"):
                    if selects:
                        select_box(each)
                    about = _when(each)
                    if each.run_count:
                        about += figures.SEPARATOR + figures.money(each.cost)
                    conversation_link(
                        each.kind, each.uid, each.title, about, running=each.running
                    )
                    conversation_menu(chats, each, "menu", called[each.uid])
    page_buttons("list", filters, shown[-1] if len(listed) > LISTED else None)
    return bool(pinned or shown or before)


def recent_conversations(chats: Chats, opened_uid: str | None) -> None:
    """Draw the newest chats, each with its menu, and a way to all of them."""
    history = chats.history
    pinned = history.pinned(_CHATS)
    newest = history.newest(_CHATS, SIDEBAR_LISTED)
    called = _called([*pinned, *newest])
    with st.container(gap=None, key="chats"):
        for heading, group in _groups(pinned, newest):
            st.caption(heading)
            for each in group:
                with _row(f"entry-{each.uid}", None):
                    _open_button(each, opened=each.uid == opened_uid)
                    conversation_menu(chats, each, "chat-menu", called[each.uid])
    if pinned or newest or not history.is_empty():
        st.page_link("history.py", label="All chats", icon=":material/history:")


def _called(listed: list[ListedConversation]) -> dict[str, str]:
    """What each is called in the name of its menu: no two are called alike."""
    titles = {each.uid: title_label(each.title, _TITLE_CHARS) for each in listed}
    return distinct_labels(titles)


def _groups(
    pinned: list[ListedConversation], newest: list[ListedConversation]
) -> Iterator[tuple[str, list[ListedConversation]]]:
    """Headings, each with what stands under it."""
    if pinned:
        yield _PINNED, pinned
    periods = groupby(
        newest, lambda listed: dates.period(dates.day_of(listed.updated_at))
    )
    yield from ((period, list(of_period)) for period, of_period in periods)


def _when(listed: ListedConversation) -> str:
    """``18:22`` of today and yesterday, else ``20 Nov``."""
    recent = dates.day_of(listed.updated_at) >= dates.today() - timedelta(days=1)
    return (dates.clock if recent else dates.short_date)(listed.updated_at)


def _row(key: str, gap: Literal["small"] | None) -> DeltaGenerator:
    return st.container(
        horizontal=True, vertical_alignment="center", key=key, gap=gap, wrap=False
    )


def _open_button(listed: ListedConversation, *, opened: bool) -> None:
    """Its title, and below it its models and when it was last used."""
    title = title_label(listed.title, _TITLE_CHARS)
    about = [figures.counted(listed.models, "model")] if listed.models else []
    below = figures.SEPARATOR.join([*about, _when(listed)])
    st.button(
        f"{f'**{title}**' if opened else title} :small[:gray[{below}]]",
        key=f"open-{listed.uid}",
        icon="spinner" if listed.running else None,
        type="tertiary",
        width="stretch",
        on_click=go_to_chat,
        args=(listed.uid,),
    )
