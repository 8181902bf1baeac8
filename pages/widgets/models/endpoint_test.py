"""Makes one cheap call to an endpoint, to see that it answers, or why it does not."""

import concurrent.futures
from collections.abc import Callable, Mapping

import streamlit as st

from moa_core.errors import MoAError
from moa_core.providers import EndpointInfo
from pages.widgets.formatting import figures, notices
from pages.widgets.markdown import plain_label, read_aloud
from pages.widgets.models.endpoints import session_keys

_PATIENCE_S = 30.0
"""Longer than any test takes: only an engine that hangs needs it."""


def endpoint_test(
    try_model: Callable[
        [str, str, Mapping[str, str]], concurrent.futures.Future[float]
    ],
    info: EndpointInfo,
) -> None:
    """Draw the choice of a model to ask, and what came of asking it.

    Args:
        try_model: Asks a model of an endpoint with keys; gives the seconds it took.
        info: The endpoint; its list says which models there are.
    """
    models = [model.id for model in info.models.models]
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    model = row.selectbox(
        f"Test {plain_label(info.label)} with",
        models,
        index=0 if models else None,
        key=f"test-model-{info.name}",
        accept_new_options=True,
        placeholder="Enter a model",
    )
    clicked = row.button(
        read_aloud("Test", plain_label(info.label)),
        key=f"test-{info.name}",
        icon=":material/network_check:",
        disabled=not model,
    )
    if not (clicked and model):
        return
    answer = try_model(info.name, model, session_keys())
    with st.spinner("Testing"):
        try:
            took_s = answer.result(_PATIENCE_S)
        except MoAError as error:
            notices.failure(st.container(), error)
        except concurrent.futures.TimeoutError:
            answer.cancel()
            st.error(f"No answer within {_PATIENCE_S:g} seconds. Try another model.")
        else:
            st.success(f"{plain_label(model)} answered in {figures.seconds(took_s)}.")
