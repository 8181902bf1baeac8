"""Draws the frame around every page: the sidebar, and what start-up failed of."""

from pathlib import Path

import streamlit as st

from moa_core.errors import MoAError
from pages.streamlit_patches import correct_front_end
from pages.widgets.chat import sidebar
from pages.widgets.conversations import Chats
from pages.widgets.formatting import notices
from pages.widgets.layout import CONVERSATION, chat_to_open, go_to, remember_chat
from pages.widgets.mixture import begin_tab, use_linked_preset
from pages.widgets.models import session_keys
from services import services

ICON = str(Path(__file__).parent / "icon.png")
SIDEBAR_PX = 256

st.set_page_config(
    page_title="Polyphony",
    page_icon=ICON,
    layout="wide",
    initial_sidebar_state=SIDEBAR_PX,
)
st.logo(ICON, size="large")
correct_front_end()
chat = st.Page("chat.py", title="Chat", default=True)
page = st.navigation(
    [
        chat,
        st.Page("compare.py", title="Compare"),
        st.Page("history.py", title="History"),
        st.Page("spend.py", title="Spend"),
        st.Page("presets.py", title="Presets"),
        st.Page("settings.py", title="Settings"),
    ],
    position="hidden",
)
try:
    app = services()
except MoAError as error:
    st.title("Polyphony cannot start")
    notices.failure(st.container(key="start-problem"), error)
    st.stop()
begin_tab(app.presets, app.last_used, app.endpoints_for(session_keys()), app.prices)
notices.attempt(use_linked_preset, app.presets)
if going := chat_to_open():
    [uid] = going
    if page != chat:
        st.switch_page(chat, query_params={CONVERSATION: uid} if uid else {})
    go_to(uid)
if page == chat:
    remember_chat()
chats = Chats(app.history, app.conversations, app.data_files)
sidebar(chats, app.search, f"{page.title.lower()}.py")
if page != chat:  # which says it beside the next question, where one looks
    notices.last_problem()
try:
    page.run()
except MoAError as error:
    notices.failure(st.container(key="page-problem"), error)
