"""Links to a conversation: at a turn, a duel, what is evaluated."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from pages.widgets.layout.address import (
    BENCHMARK,
    CONVERSATION,
    DUEL,
    EXPERIMENT,
    QUESTION,
    THROUGH,
    VIEW,
)
from pages.widgets.markdown import title_label
from storage.schema import ConversationKind

_PAGES: Final = {
    "chat": ("chat.py", ":material/forum:"),
    "duel": ("compare.py", ":material/swords:"),
    "experiment": ("evaluate.py", ":material/experiment:"),
    "benchmark": ("evaluate.py", ":material/leaderboard:"),
    "api": ("chat.py", ":material/api:"),
}
_TITLE_CHARS = 90
_TITLE_PX = 560
"""Where a row has less beside what is said of it, that stands below the title."""


def conversation_link(
    kind: ConversationKind,
    uid: str,
    title: str,
    about: str,
    *,
    turn_uid: str | None = None,
    running: bool = False,
) -> None:
    """A link to a conversation by its title; something said of it right or below.

    Args:
        kind: What it is.
        uid: Its name in addresses.
        title: What it is called.
        about: A few words of Markdown.
        turn_uid: The turn to show; ``None`` for all of it.
        running: Whether a run is under way there.
    """
    page, icon = _PAGES[kind]
    query = {
        "chat": {CONVERSATION: uid},
        "duel": {VIEW: "duel", DUEL: uid},
        "experiment": {EXPERIMENT: uid},
        "benchmark": {BENCHMARK: uid},
        "api": {CONVERSATION: uid},
    }[kind]
    if kind in ("chat", "api") and turn_uid:
        query[THROUGH] = turn_uid
    elif kind == "experiment" and turn_uid:
        query |= {VIEW: "answers", QUESTION: turn_uid}
    icon = ":material/progress_activity:" if running else icon
    link_row(page, query, title, about, icon=icon)


def link_row(
    page: str,
    query: Mapping[str, str],
    title: str,
    about: str,
    *,
    icon: str,
    key: str | None = None,
) -> None:
    """A link by a title; something said of it right, or below where that is narrow.

    Args:
        page: Where it leads.
        query: Of the address there.
        title: What others called it.
        about: A few words of Markdown.
        icon: Before the title.
        key: Of the row.
    """
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        gap=None,
        key=key,
    ):
        st.page_link(
            page,
            label=title_label(title, _TITLE_CHARS),
            icon=icon,
            query_params=query,
            width=_TITLE_PX,
        )
        st.caption(about, width="content")


def empty_state(message: str) -> None:
    """Say what will stand on a page that has nothing to show, and lead to the chat."""
    place = st.container(key="nothing-yet")
    place.info(message)
    place.page_link("chat.py", label="Ask something", icon=":material/forum:")
