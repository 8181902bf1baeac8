"""Searches all chats from any page, in a dialog that Ctrl or Cmd + K opens."""

from typing import Final

import streamlit as st

from pages.widgets.conversations.filters import nothing_found
from pages.widgets.conversations.search_results import search_results
from storage.history import Filters, Search, parse

_OPENED_AT: Final = "address at which the search was opened"


def search_button(search: Search, page: str) -> None:
    """Draw the button, and the dialog until one goes to another address.

    Args:
        search: Finds questions, drafts and answers.
        page: The page that is shown.
    """
    address = (page, dict(st.query_params))
    st.button(
        "Search",
        key="search-chats",
        icon=":material/search:",
        width="stretch",
        shortcut="Mod+K",
        on_click=st.session_state.__setitem__,
        args=(_OPENED_AT, address),
    )
    if st.session_state.get(_OPENED_AT) == address:
        _dialog(search)
    else:
        _close()


def _close() -> None:
    st.session_state.pop(_OPENED_AT, None)


@st.dialog("Search chats", width="medium", icon=":material/search:", on_dismiss=_close)
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
