"""The sidebar: new chat, the conversations, the mixture, and which models there are."""

import streamlit as st

from pages.widgets.address import go_to
from pages.widgets.connect import connect, model_refs
from pages.widgets.mixture_form import mixture_form
from pages.widgets.untrusted import plain_label
from services import Services
from storage.conversations import Conversation, ConversationSummary

LISTED = 50
SCROLLS_FROM = 6
LIST_HEIGHT_PX = 250


def sidebar(app: Services, conversation: Conversation | None) -> None:
    """Draw the sidebar.

    Args:
        app: What it shows and changes.
        conversation: The open one, or ``None`` for a new one.
    """
    with st.sidebar:
        st.button(
            "New chat",
            icon=":material/edit_square:",
            width="stretch",
            disabled=conversation is None,
            on_click=go_to,
            args=(None,),
        )
        _conversations(app, conversation)
        with st.expander(
            "Mixture", icon=":material/tune:", expanded=True, key="mixture"
        ):
            mixture_form(app, model_refs(app))
        with st.expander("Models", icon=":material/cable:", key="models"):
            connect(app)


def _conversations(app: Services, conversation: Conversation | None) -> None:
    listed = app.conversations.newest(limit=LISTED)
    if not listed:
        return
    st.caption("Chats")
    scrolls = len(listed) >= SCROLLS_FROM
    with st.container(
        height=LIST_HEIGHT_PX if scrolls else "content", border=False, gap=None
    ):
        for summary in listed:
            _entry(
                summary, is_open=bool(conversation and conversation.uid == summary.uid)
            )


def _entry(summary: ConversationSummary, *, is_open: bool) -> None:
    title = plain_label(summary.title, limit=36)
    st.button(
        f"**{title}**" if is_open else title,
        key=f"open-{summary.uid}",
        icon="spinner" if summary.running else None,
        type="tertiary",
        on_click=go_to,
        args=(summary.uid,),
    )
