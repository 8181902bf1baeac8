"""Lists conversations in the history: pinned ones, then by time."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Final

import streamlit as st

from pages.widgets.conversations.chats import Chats
from pages.widgets.conversations.menu import conversation_menu
from pages.widgets.conversations.selection import select_box, selecting, selection_bar
from pages.widgets.formatting import dates, distinct_labels, figures
from pages.widgets.layout import conversation_link, cursor, page_buttons
from pages.widgets.markdown import plain_label, title_label
from storage.history import Filters, ListedConversation
from storage.spending import OTHER_KEY

LISTED = 30
TITLE_CHARS = 60
PINNED: Final = "Pinned"


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
    by_programs = [each.uid for each in [*pinned, *shown] if each.kind == "api"]
    keys = history.keys_of(by_programs) if by_programs else {}
    for heading, group in by_period(pinned, shown):
        sign = ":material/keep: " if heading == PINNED else ""
        st.caption(f"**{sign}{heading}**")
        with st.container(gap=None):
            for each in group:
                with st.container(
                    horizontal=True,
                    vertical_alignment="center",
                    key=f"listed-{each.uid}",
                    gap="small",
                    wrap=False,
                ):
                    if selects:
                        select_box(each)
                    about = when_used(each)
                    if each.uid in keys:
                        key = plain_label(keys[each.uid] or OTHER_KEY, limit=40)
                        about = key + figures.SEPARATOR + about
                    if each.run_count:
                        about += figures.SEPARATOR + figures.money(each.cost)
                    conversation_link(
                        each.kind, each.uid, each.title, about, running=each.running
                    )
                    conversation_menu(chats, each, called[each.uid])
    page_buttons("list", filters, shown[-1] if len(listed) > LISTED else None)
    return bool(pinned or shown or before)


def _called(listed: list[ListedConversation]) -> dict[str, str]:
    """What each is called in the name of its menu: no two are called alike."""
    titles = {each.uid: title_label(each.title, TITLE_CHARS) for each in listed}
    return distinct_labels(titles)


def by_period(
    pinned: list[ListedConversation], newest: list[ListedConversation]
) -> Iterator[tuple[str, list[ListedConversation]]]:
    """Headings, each with what stands under it."""
    if pinned:
        yield PINNED, pinned
    periods = groupby(
        newest, lambda listed: dates.period(dates.day_of(listed.updated_at))
    )
    yield from ((period, list(of_period)) for period, of_period in periods)


def when_used(listed: ListedConversation) -> str:
    """``18:22`` of today and yesterday, else ``20 Nov``."""
    recent = dates.day_of(listed.updated_at) >= dates.today() - timedelta(days=1)
    return (dates.clock if recent else dates.short_date)(listed.updated_at)
