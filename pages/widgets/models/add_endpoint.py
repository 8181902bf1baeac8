"""Adds an endpoint: its name, its address and its key, tested before it is saved."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import streamlit as st

from moa_core.settings import LONGEST_ENDPOINT_NAME
from pages.widgets.markdown import read_aloud
from pages.widgets.models.endpoints import ADD_ENDPOINT
from pages.widgets.models.key_form import (
    EndpointActions,
    show_trial,
    succeeds_in_background,
    taken,
)

KNOWN_ADDRESSES: Final[Mapping[str, str]] = {
    "anthropic": "https://api.anthropic.com/v1",
    "deepseek": "https://api.deepseek.com/v1",
    "fireworks": "https://api.fireworks.ai/inference/v1",
    "gemini": "https://generativelanguage.googleapis.com/v1beta/openai",
    "groq": "https://api.groq.com/openai/v1",
    "mistral": "https://api.mistral.ai/v1",
    "openrouter": "https://openrouter.ai/api/v1",
    "xai": "https://api.x.ai/v1",
}
"""Base URLs of providers that speak the protocol of OpenAI, by a usual name."""

_NAME, _URL, _KEY = "add-name", "add-url", "add-key"
_TIMES = "endpoints added"


def add_endpoint(actions: EndpointActions) -> None:
    """Draw the form, unless nothing is remembered in this installation."""
    if not actions.remembering.on:
        return
    wanted = st.query_params.get(ADD_ENDPOINT, "")
    times = st.session_state.get(_TIMES, 0)
    with st.expander(
        "Add endpoint",
        icon=":material/add:",
        expanded=bool(wanted),
        key=f"add-endpoint-{times}",
    ):
        _form(actions, wanted, times)


def _form(actions: EndpointActions, wanted: str, times: int) -> None:
    row = st.grid("auto", min_column_width=220, gap="small")
    name = row.selectbox(
        "Name",
        list(KNOWN_ADDRESSES),
        index=None,
        key=f"{_NAME}-{times}",
        accept_new_options=True,
        placeholder=wanted or "Choose a provider, or write a name",
        help="First part of a model's reference, as in groq/llama-3.3-70b.",
    )
    name = (name or wanted).strip()[: LONGEST_ENDPOINT_NAME + 1]
    known = KNOWN_ADDRESSES.get(name, "")
    url = row.text_input(
        "Base URL",
        known,
        key=f"{_URL}-{times}-{name if known else ''}",
        placeholder="http://localhost:8000/v1",
        help="Of any server that speaks OpenAI's protocol, usually up to /v1.",
    )
    key = row.text_input(
        "Key (optional)",
        key=f"{_KEY}-{times}",
        type="password",
        autocomplete="off",
        placeholder="Many local servers need none",
    )
    buttons = st.container(horizontal=True, gap="small")
    tests = buttons.button(read_aloud("Test", "the new endpoint"), key="add-test")
    save_label = read_aloud("Save", "the new endpoint")
    saves = buttons.button(save_label, key="add-save", type="primary")
    result = st.container(key="add-result")
    if (tests or saves) and not (name and url):
        result.warning("Write a name and a base URL first.")
    elif tests:
        show_trial(result, actions, name, url, key)
    elif saves:
        save = partial(actions.remembering.save_endpoint, name, url, key)
        if succeeds_in_background(result, actions, save):
            st.query_params.pop(ADD_ENDPOINT, None)
            st.session_state[_TIMES] = times + 1
            taken(name, actions)
