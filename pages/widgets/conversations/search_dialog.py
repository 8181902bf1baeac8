"""Searches all chats from any page, in a dialog that Ctrl or Cmd + K opens."""

from typing import Final

import streamlit as st

from pages.widgets.conversations.filters import nothing_found
from pages.widgets.conversations.search_results import search_results
from pages.widgets.layout import close_dialog, open_dialog, opened_dialog
from storage.history import Filters, Search, parse

_SEARCHING: Final = "search of all chats"


def search_button(search: Search) -> None:
    """Draw the button, and the dialog while it is open."""
    st.button(
        "Search",
        key="search-chats",
        icon=":material/search:",
        width="stretch",
        shortcut="Mod+K",
        on_click=open_dialog,
        args=(_SEARCHING,),
    )
    if opened_dialog(_SEARCHING):
        _dialog(search)


@st.dialog(
    "Search chats", width="medium", icon=":material/search:", on_dismiss=close_dialog
)
def _dialog(search: Search) -> None:
    query = st.text_input(
        "Search",
        type="search",
        key="search-query",
        placeholder="Search questions, drafts and answers",
        label_visibility="collapsed",
        live=True,
    )
    if parse(query or "") and not search_results(search, query or "", Filters()):
        nothing_found(query or "")
