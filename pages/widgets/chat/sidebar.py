"""Draws the sidebar: new chat, the conversations, the mixture and the models."""

from collections.abc import Callable, Mapping

import streamlit as st

from moa_core.providers import Endpoints
from pages.widgets.conversations import Chats, recent_conversations
from pages.widgets.layout import go_to
from pages.widgets.models import endpoint_list
from storage.conversations import Conversation


def sidebar(
    chats: Chats,
    endpoints: Endpoints,
    look_for_models: Callable[[Mapping[str, str]], None],
    conversation: Conversation | None,
) -> None:
    """Draw the sidebar; ``conversation`` is the open one, or ``None`` for a new one."""
    with st.sidebar:
        st.button(
            "New chat",
            key="new-chat",
            icon=":material/edit_square:",
            width="stretch",
            shortcut="Mod+Shift+O",
            disabled=conversation is None,
            on_click=go_to,
            args=(None,),
        )
        recent_conversations(chats, conversation)
        with st.expander("Models", icon=":material/cable:", key="models"):
            endpoint_list(endpoints, look_for_models)
