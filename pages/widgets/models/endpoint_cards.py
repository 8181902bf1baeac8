"""Shows each endpoint with its state, its key and its models, and takes keys."""

from functools import partial

import streamlit as st

from moa_core.providers import EndpointInfo, Endpoints
from pages.widgets.formatting import SEPARATOR, notices
from pages.widgets.markdown import plain_label, read_aloud
from pages.widgets.models.endpoint_test import endpoint_test
from pages.widgets.models.endpoints import endpoint_state, refresh_button
from pages.widgets.models.key_form import (
    EndpointActions,
    forget_in_tab,
    key_form,
    succeeds_in_background,
    taken,
)


def endpoint_cards(endpoints: Endpoints, actions: EndpointActions) -> None:
    """Draw a card for every endpoint but the simulated one, and where keys are kept."""
    st.caption(_where_keys_are(actions))
    if problem := actions.remembering.problem:
        notices.failure(st.container(key="remembered-problem"), problem)
    for info in endpoints.infos():
        if info.kind != "simulated":
            with st.container(border=True, gap="small", key=f"endpoint-{info.name}"):
                _card(info, actions)
    refresh_button(actions.look_for_models)


def _where_keys_are(actions: EndpointActions) -> str:
    if not actions.remembering.on:
        return (
            "Endpoints and keys aren't saved in this installation: set them as "
            "variables, as `.env.example` shows. A key that you enter here is used in "
            "this tab only."
        )
    file = "`endpoints.json` beside the database, which only you can read"
    places = {
        "auto": f"your system's keyring where there is one, else in {file}",
        "keyring": "your system's keyring",
        "file": file,
    }
    place = places[actions.remembering.choice]
    return (
        f"Saved keys are kept in {place}. They never reach the database, an export, a "
        "log or a page. Variables and `.env` come first."
    )


def _card(info: EndpointInfo, actions: EndpointActions) -> None:
    row = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    row.markdown(f"**{plain_label(info.label)}** · {endpoint_state(info)}")
    with row.container(horizontal=True, width="content", gap="small"):
        _remove_buttons(info, actions)
    parts = [plain_label(info.base_url, limit=120), _origin(info), _key(info, actions)]
    st.caption(SEPARATOR.join(filter(None, parts)))
    of_variable = info.key_origin == "environment" and info.models.state != "failed"
    if info.kind != "local" and not of_variable:
        key_form(info, actions)
    if info.connected and info.models.state != "failed":
        endpoint_test(actions.try_model, info)


def _origin(info: EndpointInfo) -> str:
    match info.origin:
        case "remembered":
            return "added here"
        case "found":
            return "found on this machine"
        case _:
            built_in = info.kind in ("openai", "together")
            return "" if built_in else "set by POLYPHONY_ENDPOINTS"


def _key(info: EndpointInfo, actions: EndpointActions) -> str:
    if info.key_origin is None:
        return "needs no key" if info.kind == "local" else ""
    ending = f" …{plain_label(info.key_end)}" if info.key_end else ""
    if info.key_origin == "environment":
        return f"key{ending} from {plain_label(info.key_variable)}"
    if info.key_origin == "session":
        return f"key{ending} in this tab only"
    place = actions.remembering.place_of(info.name)
    kept = "your keyring" if place == "keyring" else "the file"
    return f"key{ending} saved in {kept}"


def _remove_buttons(info: EndpointInfo, actions: EndpointActions) -> None:
    saved = actions.remembering.place_of(info.name) is not None
    of = f"for {plain_label(info.label)}"
    if info.key_origin == "session" and st.button(
        read_aloud("Forget key", of), key=f"forget-key-{info.name}", type="tertiary"
    ):
        forget_in_tab(info.name)
        taken(info.name, actions)
    elif saved and st.button(
        read_aloud("Remove saved key", of),
        key=f"remove-key-{info.name}",
        type="tertiary",
    ):
        _forget(info, actions, endpoint=False)
    if info.origin == "remembered" and st.button(
        read_aloud("Remove endpoint", plain_label(info.label)),
        key=f"remove-endpoint-{info.name}",
        type="tertiary",
    ):
        _forget(info, actions, endpoint=True)


def _forget(info: EndpointInfo, actions: EndpointActions, *, endpoint: bool) -> None:
    forget = partial(actions.remembering.forget, info.name, endpoint=endpoint)
    place = st.container(key=f"remove-result-{info.name}")
    if succeeds_in_background(place, actions, forget):
        taken(info.name, actions)
