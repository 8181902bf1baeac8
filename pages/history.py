"""The page of the history: lists and searches conversations."""

from dataclasses import replace

import streamlit as st

from pages.account import my_services
from pages.streamlit_patches import redirect_misdirected_link
from pages.widgets.conversations import (
    Chats,
    api_requests_button,
    chosen_filters,
    history_filters,
    history_list,
    nothing_found,
    pending_action,
    search_results,
    select_toggle,
    show_filters,
)
from pages.widgets.layout import CONVERSATION, empty_state
from storage.history import parse

redirect_misdirected_link(CONVERSATION)
app = my_services()

st.title("History", anchor=False)
with st.container(horizontal=True, vertical_alignment="bottom", key="history-tools"):
    query = st.text_input(
        "Search",
        type="search",
        key="history-query",
        placeholder="Search questions, proposals and answers",
        label_visibility="collapsed",
        live=True,
        persist_state="session",
    )
    history_filters(app.history.choices())
    if not query and app.history.has_of_programs():
        api_requests_button()
    if not query:
        select_toggle()
show_filters()
chats = Chats(app.history, app.conversations, app.data_files)
pending_action(chats)

filters, words = chosen_filters(), parse(query or "")
if app.history.is_empty():
    empty_state(
        "No chats yet. Your questions, and every answer to them, are kept here."
    )
elif words:
    if not search_results(app.search, query or "", filters):
        nothing_found(query or "")
else:
    filters = replace(filters, archived=bool(filters.archived))
    if not history_list(chats, filters):
        nothing_found(query or "")
