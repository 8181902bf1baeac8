"""Leads from the page of presets back to the chat, with the mixture as it stands."""

import streamlit as st

from pages.widgets.chat.conversation import begin_with_this_mixture
from pages.widgets.layout import CONVERSATION, go_to_chat, open_chat
from pages.widgets.mixture import choose_looked_at, mixture_gap


def use_mixture_buttons() -> None:
    """Draw "Use in this chat", if one is open, and "New chat with this"."""
    opened, gap = open_chat().get(CONVERSATION), mixture_gap()
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")

    def use(chat: str | None) -> None:
        choose_looked_at()
        go_to_chat(chat)

    if opened:
        row.button(
            "Use in this chat",
            key="use-in-chat",
            icon=":material/forum:",
            type="primary",
            disabled=gap is not None,
            on_click=use,
            args=(opened,),
        )

    def begin() -> None:
        begin_with_this_mixture()
        use(None)

    row.button(
        "New chat with this",
        key="use-in-new-chat",
        icon=":material/edit_square:",
        type="secondary" if opened else "primary",
        disabled=gap is not None,
        on_click=begin,
    )
    if gap:
        row.caption(f":orange[{gap}]", width="content")
