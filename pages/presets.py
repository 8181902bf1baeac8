"""Make a mixture: see its layers as they will run, price it, keep it, share it."""

import streamlit as st

from pages.widgets.mixture import (
    available_presets,
    mixture_editor,
    mixture_problems,
    preset_sharing,
    preset_shelf,
    prompts_editor,
)
from pages.widgets.models import ModelFacts, model_refs, session_keys
from services import services

app = services()
endpoints = app.endpoints_for(session_keys())

st.title("Presets")
every = available_presets(app)
preset_shelf(app, every)
mixture_problems(endpoints)
mixture_editor(ModelFacts(endpoints, app.prices, model_refs(app)))
preset_sharing(app, every)
with st.expander("Prompts", icon=":material/notes:", key="prompts"):
    prompts_editor()
