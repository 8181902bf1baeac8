"""Which models there are, where they come from, and how to connect more, in place."""

from collections.abc import Mapping

import streamlit as st

from moa_core.providers import EndpointInfo
from moa_core.settings import SIMULATED
from pages.widgets.markdown import plain_label
from services import Services

_KEYS = "keys"


def session_keys() -> Mapping[str, str]:
    """Keys entered in this browser session, by endpoint; they live nowhere else."""
    keys: dict[str, str] = st.session_state.setdefault(_KEYS, {})
    return keys


def model_refs(app: Services) -> list[str]:
    """Every model of every connected endpoint, real ones before simulated ones."""
    infos = app.endpoints_for(session_keys()).infos()
    connected = sorted(
        (info for info in infos if info.connected),
        key=lambda info: info.name == SIMULATED,
    )
    return [
        f"{info.name}/{model.id}" for info in connected for model in info.models.models
    ]


def models_are_coming(app: Services) -> bool:
    """Whether an endpoint is being asked for its models right now."""
    infos = app.endpoints_for(session_keys()).infos()
    return any(info.models.state == "loading" for info in infos)


def connect(app: Services) -> None:
    """Every endpoint with its state, a field for a missing key, and a refresh."""
    endpoints = app.endpoints_for(session_keys())
    for info in endpoints.infos():
        st.markdown(f"**{plain_label(info.label)}** · {_state(info)}")
        if not info.connected or info.name in session_keys() or _refused(info):
            _key_field(app, info)
    st.button(
        "Look again",
        icon=":material/refresh:",
        help="Asks every endpoint for its models, and looks for local servers.",
        on_click=lambda: app.look_for_models(session_keys()),
    )
    st.caption(
        "Keys that you enter here are forgotten when you close this tab. To keep one, "
        "write it into the file `.env`, as `.env.example` shows, and start again."
    )


def _state(info: EndpointInfo) -> str:
    if not info.connected:
        return ":gray[no key]"
    if info.models.state == "failed":
        return f":red[{plain_label(info.models.error or 'does not answer', limit=160)}]"
    if info.models.state in ("unknown", "loading"):
        return ":gray[looking for models]"
    count = len(info.models.models)
    return ":green[1 model]" if count == 1 else f":green[{count} models]"


def _refused(info: EndpointInfo) -> bool:
    """Whether listing models failed, which a better key may mend."""
    return bool(info.key_variable) and info.models.state == "failed"


def _key_field(app: Services, info: EndpointInfo) -> None:
    widget = f"key-{info.name}"
    st.text_input(
        f"Key for {plain_label(info.label)}",
        key=widget,
        type="password",
        placeholder=_key_hint(info),
        label_visibility="collapsed",
        on_change=_keep_key,
        args=(app, info.name, widget),
    )


def _key_hint(info: EndpointInfo) -> str:
    if info.connected:
        return "Another key"
    return f"Key, or set {info.key_variable}"


def _keep_key(app: Services, endpoint: str, widget: str) -> None:
    key = st.session_state[widget].strip()
    if key:
        st.session_state[_KEYS] = {**session_keys(), endpoint: key}
        app.look_for_models(session_keys())
