"""Draws the frame around every page: navigation, and what start-up failed of."""

from pathlib import Path

import streamlit as st

from moa_core.errors import MoAError
from pages.streamlit_patches import correct_front_end
from pages.widgets.formatting import notices
from pages.widgets.mixture import begin_tab, use_linked_preset
from pages.widgets.models import session_keys
from services import services

ICON = str(Path(__file__).parent / "icon.png")
SIDEBAR_PX = 340

st.set_page_config(
    page_title="Polyphony",
    page_icon=ICON,
    layout="wide",
    initial_sidebar_state=SIDEBAR_PX,
)
st.logo(ICON, size="large")
correct_front_end()
chat = st.Page("chat.py", title="Chat", icon=":material/forum:", default=True)
page = st.navigation(
    [
        chat,
        st.Page("compare.py", title="Compare", icon=":material/compare:"),
        st.Page("history.py", title="History", icon=":material/history:"),
        st.Page("spend.py", title="Spend", icon=":material/payments:"),
        st.Page("presets.py", title="Presets", icon=":material/tune:"),
        st.Page("settings.py", title="Settings", icon=":material/settings:"),
    ]
)
try:
    app = services()
except MoAError as error:
    st.title("Polyphony cannot start")
    notices.failure(st.container(key="start-problem"), error)
    st.stop()
begin_tab(app.presets, app.last_used, app.endpoints_for(session_keys()), app.prices)
notices.attempt(use_linked_preset, app.presets)
if page != chat:  # which says it beside the next question, where one looks
    notices.last_problem()
try:
    page.run()
except MoAError as error:
    notices.failure(st.container(key="page-problem"), error)
