"""Welcomes to a new chat: what this is, questions to try, how to connect models."""

import streamlit as st

from moa_core.errors import MoAError
from moa_core.messages import Question
from moa_core.mixture import DEFAULT_PRESET
from moa_core.settings import SIMULATED, TINY
from pages.widgets.chat.conversation import submit_question
from pages.widgets.formatting import notices
from pages.widgets.layout import READABLE_PX, branch_point
from pages.widgets.mixture import (
    complete_mixture,
    current_mixture,
    select_shipped_preset,
)
from pages.widgets.models import model_refs, tiny_models
from services.asking import Asking
from services.demo_models import DemoModels
from storage.presets import Presets

EXAMPLES = (
    "Why is the sky blue, and why are sunsets red?",
    "Plan a weekend in Lisbon for two people who love food.",
    "Write a Python function that checks whether brackets are balanced.",
    "What speaks for and against a four-day working week?",
)
_PROBLEM = "problem with the example"


def welcome(asking: Asking, presets: Presets, demo_models: DemoModels | None) -> None:
    """Draw what a new chat shows before its first question.

    Args:
        asking: Starts an example.
        presets: The user's own.
        demo_models: Offered while no other model is connected; ``None``: never.
    """

    def ask(example: str) -> None:
        try:
            question, mixture = Question(example), complete_mixture()
            submit_question(asking, presets, question, mixture, *branch_point(None))
        except MoAError as error:
            st.session_state[_PROBLEM] = error

    with st.container(width=READABLE_PX, key="welcome"):
        st.title("Ask several models at once")
        st.markdown(
            "Models of the first layer answer side by side. Those of the next layer "
            "read these proposals and improve on them. One model, the aggregator, "
            "writes the final answer. You see every step, and what it cost."
        )
        if problem := st.session_state.pop(_PROBLEM, None):
            notices.failure(st.container(key="example-problem"), problem)
        with st.grid("auto", min_column_width=300, gap="xsmall"):
            for number, example in enumerate(EXAMPLES):
                st.button(
                    example,
                    key=f"example-{number}",
                    width="stretch",
                    wrap=True,
                    on_click=ask,
                    args=(example,),
                )
        _unconnected(asking, demo_models)


def _unconnected(asking: Asking, demo_models: DemoModels | None) -> None:
    """Say how to get real answers where only simulated or tiny models are there."""
    refs = model_refs(asking.endpoints)
    connected = {ref.partition("/")[0] for ref in refs} - {SIMULATED}
    if not connected:
        st.container(key="not-connected").info(
            "No model is connected yet, but **simulated** ones can answer: free, made "
            "up, and good for a look around. For real answers, open **Models** in the "
            "sidebar and enter a key, or start Ollama, LM Studio, llama.cpp or vLLM on "
            "this machine.",
            icon=":material/cable:",
        )
    if demo_models and (demo_models.state.phase == "ready" or not connected):
        tiny_models(
            demo_models,
            in_use=TINY in current_mixture().endpoints,
            use=lambda: select_shipped_preset(TINY),
            leave=lambda: select_shipped_preset(DEFAULT_PRESET.name),
        )
