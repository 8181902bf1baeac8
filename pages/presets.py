"""The page of presets: edits, prices, keeps and shares a mixture."""

import streamlit as st

from pages.account import my_services
from pages.widgets.chat import use_mixture_buttons
from pages.widgets.mixture import (
    MixturePicker,
    available_presets,
    mixture_editor,
    mixture_problems,
    preset_sharing,
    preset_shelf,
    prompts_editor,
)
from pages.widgets.models import session_keys

app = my_services()
endpoints = app.endpoints_for(session_keys())

st.title("Presets", anchor=False)
choices = available_presets(app.presets, endpoints)
preset_shelf(app.presets, choices)
use_mixture_buttons()
mixture_problems(endpoints)
picker = MixturePicker(app.presets, endpoints, app.prices, app.history, app.votes)
mixture_editor(picker.search(), app.votes)
preset_sharing(app.presets, choices)
with st.expander("Prompts", icon=":material/notes:", key="prompts"):
    prompts_editor()
