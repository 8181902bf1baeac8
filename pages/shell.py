"""Draws the frame around every page: the sidebar, and what start-up failed of."""

from pathlib import Path

import streamlit as st

from moa_core.errors import MoAError
from pages.account import let_in, visitor
from pages.streamlit_patches import asked_page, correct_front_end
from pages.widgets.account import signed_in_as
from pages.widgets.chat import sidebar
from pages.widgets.conversations import Chats
from pages.widgets.formatting import notices, page_begins, page_is_drawn
from pages.widgets.layout import (
    SHARED_LINK,
    arrive,
    close_dialog_elsewhere,
    destination,
    remember_chat,
)
from pages.widgets.mixture import begin_tab, leave_looked_at, use_linked_preset
from pages.widgets.models import follow_models, known_models, session_keys
from pages.widgets.rework import shown_run
from pages.widgets.sharing import ShareDialog, shared_page
from services import server_settings

ICON = str(Path(__file__).parent / "icon.png")
SIDEBAR_PX = 256
TITLES = (
    *("Chat", "Compare", "Evaluate", "History", "Spend", "Presets", "Settings"),
    "People",
)
SHOW_MODELS = ("Compare", "Evaluate", "Presets", "Settings")
"""Pages that are drawn anew when models come; the chat looks for more than models."""

st.set_page_config(
    page_title="Polyphony",
    page_icon=ICON,
    layout="wide",
    initial_sidebar_state=SIDEBAR_PX,
)
st.logo(ICON, size="large")
correct_front_end()
asked = asked_page()
page_of = {
    f"{title.lower()}.py": st.Page(
        f"{title.lower()}.py", title=title, default=title == "Chat"
    )
    for title in TITLES
}
page = st.navigation([*page_of.values()], position="hidden")
if SHARED_LINK in st.query_params:  # before anybody signs in
    shared_page(st.query_params[SHARED_LINK])
    st.stop()
try:
    app = let_in()
except MoAError as error:
    st.title("Polyphony cannot start", anchor=False)
    notices.failure(st.container(key="start-problem"), error)
    st.stop()
page_begins()
begin_tab(app.presets, app.last_used, app.endpoints_for(session_keys()), app.prices)
notices.attempt(use_linked_preset, app.presets)
file = f"{page.title.lower()}.py"
if file != "presets.py":
    leave_looked_at()
if going := destination(asked, file):
    to, query = going
    if page != page_of[to]:
        st.switch_page(page_of[to], query_params=query)
    arrive(query)
close_dialog_elsewhere(file)
on_chat = page == page_of["chat.py"]
if on_chat:
    remember_chat()
chats = Chats(app.history, app.conversations, app.data_files)
person = visitor()
sidebar(chats, app.search, file, administers=bool(person and person.administers))
ShareDialog(
    app.conversations,
    app.shared_links,
    shown_run,
    app.settings.public_url,
    signs_in=app.settings.sign_in.needed,
).draw()
notices.standing(server_settings().notice)
if person:
    signed_in_as(person.shown, may_log_out=app.settings.sign_in.oidc is not None)
if not on_chat:  # which says it beside the next question, where one looks
    notices.last_problem()
app.keep_models_fresh(session_keys())
endpoints = app.endpoints_for(session_keys())
known = known_models(endpoints)
try:
    with st.container(key=f"page-{page.title.lower()}"):
        page.run()
except MoAError as error:
    notices.failure(st.container(key="page-problem"), error)
page_is_drawn()
if page.title in SHOW_MODELS:
    follow_models(endpoints, known)
