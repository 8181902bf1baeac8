"""Draws the sidebar: new chat, the conversations, the mixture and the models."""

import streamlit as st

from pages.widgets.conversations import recent_conversations
from pages.widgets.layout import go_to
from pages.widgets.mixture import mixture_form
from pages.widgets.models import endpoint_list, session_keys
from services import Services
from storage.conversations import Conversation


def sidebar(app: Services, conversation: Conversation | None) -> None:
    """Draw the sidebar; ``conversation`` is the open one, or ``None`` for a new one."""
    endpoints = app.endpoints_for(session_keys())
    with st.sidebar:
        st.button(
            "New chat",
            icon=":material/edit_square:",
            width="stretch",
            disabled=conversation is None,
            on_click=go_to,
            args=(None,),
        )
        recent_conversations(app.history, app.conversations, conversation)
        with st.expander(
            "Mixture", icon=":material/tune:", expanded=True, key="mixture"
        ):
            mixture_form(app.presets, endpoints)
        with st.expander("Models", icon=":material/cable:", key="models"):
            endpoint_list(endpoints, app.look_for_models)
