"""The list of conversations: pinned ones first, then day by day, a page at a time."""

from itertools import groupby

import streamlit as st

from pages.widgets.conversations.menu import conversation_menu
from pages.widgets.formatting import dates, figures
from pages.widgets.layout import conversation_link, cursor, page_buttons, page_container
from services import Services
from storage.history import Filters, ListedConversation

LISTED = 30


def history_list(app: Services, filters: Filters) -> bool:
    """Draw one page of it.

    Returns:
        Whether there was anything to draw.
    """
    before: ListedConversation | None = cursor("list", filters)
    pinned = [] if before else app.history.pinned(filters)
    listed = app.history.newest(filters, LISTED + 1, before)
    shown = listed[:LISTED]
    with page_container("list", before):
        if pinned:
            _group(app, ":material/keep: Pinned", pinned, with_day=True)
        for day, of_day in groupby(shown, lambda each: dates.day_of(each.updated_at)):
            _group(app, dates.heading(day), list(of_day))
        page_buttons("list", filters, shown[-1] if len(listed) > LISTED else None)
    return bool(pinned or shown or before)


def _group(
    app: Services,
    heading: str,
    listed: list[ListedConversation],
    *,
    with_day: bool = False,
) -> None:
    st.caption(f"**{heading}**")
    with st.container(gap=None):
        for each in listed:
            _line(app, each, with_day=with_day)


def _line(app: Services, listed: ListedConversation, *, with_day: bool) -> None:
    row = st.container(
        horizontal=True,
        vertical_alignment="center",
        key=f"listed-{listed.uid}",
        gap="small",
        wrap=False,
    )
    with row:
        about = _about(listed, with_day=with_day)
        conversation_link(
            listed.kind, listed.uid, listed.title, about, running=listed.running
        )
        conversation_menu(app, listed)


def _about(listed: ListedConversation, *, with_day: bool) -> str:
    at = listed.updated_at
    when = dates.short_date(at) if with_day else dates.clock(at)
    if not listed.run_count:
        return when
    return f"{when}{figures.SEPARATOR}{figures.money(listed.cost)}"
