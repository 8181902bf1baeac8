"""Make a mixture: see its layers as they will run, price it, keep it, share it."""

import streamlit as st

from pages.widgets.mixture.editor import mixture_editor
from pages.widgets.mixture.preset_choice import choices
from pages.widgets.mixture.preset_sharing import preset_sharing
from pages.widgets.mixture.preset_shelf import preset_shelf
from pages.widgets.mixture.problems import mixture_problems
from pages.widgets.mixture.prompts_editor import prompts_editor
from pages.widgets.models.endpoints import model_refs, session_keys
from pages.widgets.models.model_facts import ModelFacts
from services import services

app = services()
endpoints = app.endpoints_for(session_keys())

st.title("Presets")
every = choices(app)
preset_shelf(app, every)
mixture_problems(endpoints)
mixture_editor(ModelFacts(endpoints, app.prices, model_refs(app)))
preset_sharing(app, every)
with st.expander("Prompts", icon=":material/notes:", key="prompts"):
    prompts_editor()
