"""Links from lists to a conversation: a chat at one of its turns, or a duel."""

from typing import Literal

import streamlit as st

from pages.widgets.address import CONVERSATION, DUEL, THROUGH, VIEW
from pages.widgets.untrusted import plain_label

_TITLE_CHARS = 90
_TITLE_PX = 560
"""Where a row has less beside what is said of it, that stands below the title."""


def link_to(
    kind: Literal["chat", "duel"],
    uid: str,
    title: str,
    *,
    turn_uid: str | None = None,
    running: bool = False,
) -> None:
    """A link to a conversation, by its title.

    Args:
        kind: What it is.
        uid: Its name in addresses.
        title: What it is called.
        turn_uid: The turn to show; ``None`` for all of it.
        running: Whether a run is under way there.
    """
    if kind == "duel":
        where = {VIEW: "duel", DUEL: uid}
    else:
        where = {CONVERSATION: uid} | ({THROUGH: turn_uid} if turn_uid else {})
    icon = ":material/swords:" if kind == "duel" else ":material/forum:"
    st.page_link(
        "compare.py" if kind == "duel" else "chat.py",
        label=plain_label(title, limit=_TITLE_CHARS) or "Untitled",
        icon=":material/progress_activity:" if running else icon,
        query_params=where,
        width="stretch",
    )


def line_to(
    kind: Literal["chat", "duel"],
    uid: str,
    title: str,
    about: str,
    *,
    turn_uid: str | None = None,
    running: bool = False,
) -> None:
    """``link_to`` with something said of it: on its right, on phones below it.

    Args:
        kind: What it is.
        uid: Its name in addresses.
        title: What it is called.
        about: A few words of Markdown.
        turn_uid: The turn to show; ``None`` for all of it.
        running: Whether a run is under way there.
    """
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        gap=None,
    ):
        with st.container(width=_TITLE_PX):
            link_to(kind, uid, title, turn_uid=turn_uid, running=running)
        st.caption(about, width="content")


def follow_misled_link() -> None:
    """Go where a link meant that was opened in a new tab.

    Streamlit writes the addresses of its links to the first page without that page:
    they stay on the page on which they stand.
    """
    if CONVERSATION in st.query_params:
        st.switch_page("chat.py", query_params=st.query_params.to_dict())
