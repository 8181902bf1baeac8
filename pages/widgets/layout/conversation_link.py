"""Links from lists to a conversation: a chat at one of its turns, or a duel."""

from typing import Literal

import streamlit as st

from pages.widgets.layout.address import CONVERSATION, DUEL, THROUGH, VIEW
from pages.widgets.markdown import title_label

_TITLE_CHARS = 90
_TITLE_PX = 560
"""Where a row has less beside what is said of it, that stands below the title."""


def conversation_link(
    kind: Literal["chat", "duel"],
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
    icon = ":material/swords:" if kind == "duel" else ":material/forum:"
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        gap=None,
    ):
        st.page_link(
            "compare.py" if kind == "duel" else "chat.py",
            label=title_label(title, _TITLE_CHARS),
            icon=":material/progress_activity:" if running else icon,
            query_params=_where(kind, uid, turn_uid),
            width=_TITLE_PX,
        )
        st.caption(about, width="content")


def _where(
    kind: Literal["chat", "duel"], uid: str, turn_uid: str | None
) -> dict[str, str]:
    if kind == "duel":
        return {VIEW: "duel", DUEL: uid}
    return {CONVERSATION: uid} | ({THROUGH: turn_uid} if turn_uid else {})
