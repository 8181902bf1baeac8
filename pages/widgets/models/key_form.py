"""Takes a key: tests it, uses it in this tab, or has it remembered on this machine."""

import concurrent.futures
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.errors import MoAError
from moa_core.providers import EndpointInfo
from pages.widgets.formatting import counted, figures, notices
from pages.widgets.markdown import plain_label, read_aloud
from pages.widgets.models.endpoints import LookForModels, keep_in_tab, session_keys
from services.background import Trial
from services.remembering import Remembering

PATIENCE_S = 60.0
"""Longer than any test takes, and time to unlock a keyring."""


@dataclass(frozen=True, slots=True)
class EndpointActions:
    """What can be done with endpoints and keys.

    Attributes:
        remembering: Remembers them on this machine, or does not.
        try_endpoint: Tries a name, an address and a key that are not saved yet.
        try_model: Asks a model of an endpoint with keys; gives the seconds it took.
        look_for_models: Asks every endpoint again, with the keys of the session.
        in_background: Does in a thread what may take long.
    """

    remembering: Remembering
    try_endpoint: Callable[[str, str, str], concurrent.futures.Future[Trial]]
    try_model: Callable[[str, str, Mapping[str, str]], concurrent.futures.Future[float]]
    look_for_models: LookForModels
    in_background: Callable[[Callable[[], Any]], concurrent.futures.Future[Any]]


def key_form(info: EndpointInfo, actions: EndpointActions) -> None:
    """Draw a field for the key of one endpoint, and what can be done with it."""
    row = st.container(
        horizontal=True,
        vertical_alignment="bottom",
        gap="small",
        key=f"key-form-{info.name}",
    )
    field = field_key(info.name)
    key = row.text_input(
        f"Key for {plain_label(info.label)}",
        key=field,
        type="password",
        autocomplete="off",
        placeholder="Another key" if info.connected else "Paste your key",
    )
    remembers, called = actions.remembering.on, plain_label(info.label)
    tests = row.button(
        read_aloud("Test key", f"for {called}"), key=f"test-key-{info.name}"
    )
    saves = remembers and row.button(
        read_aloud("Save", f"the key for {called}"), key=f"save-key-{info.name}"
    )
    uses = row.button(
        read_aloud("Use in this tab", f"the key for {called}"),
        key=f"use-key-{info.name}",
    )
    result = st.container(key=f"key-result-{info.name}")
    if (tests or saves or uses) and not key:
        result.warning("Paste a key first.", icon=":material/key:")
    elif tests:
        show_trial(result, actions, info.name, info.base_url, key)
    elif saves:
        save = partial(actions.remembering.save_key, info.name, key)
        if succeeds_in_background(result, actions, save):
            forget_in_tab(info.name)
            taken(info.name, actions)
    elif uses:
        keep_in_tab(info.name, key)
        taken(info.name, actions)


def field_key(name: str) -> str:
    """The key of the field: another one once it was taken, so that it is empty."""
    return f"enter-key-{name}-{st.session_state.get(_times(name), 0)}"


def taken(name: str, actions: EndpointActions) -> None:
    """Empty the field, ask for models with the new key, and draw the page anew."""
    st.session_state[_times(name)] = st.session_state.get(_times(name), 0) + 1
    actions.look_for_models(session_keys())
    st.rerun()


def forget_in_tab(name: str) -> None:
    """Drop the key of this browser session, if it has one."""
    keep_in_tab(name, None)


def show_trial(
    place: DeltaGenerator, actions: EndpointActions, name: str, url: str, key: str
) -> None:
    """Try an endpoint as it was entered, and say what works, or why it does not."""
    try:
        with place, st.spinner("Testing"):
            trial = actions.try_endpoint(name, url, key).result(PATIENCE_S)
    except MoAError as error:
        notices.failure(place, error)
    except concurrent.futures.TimeoutError:
        place.error(f"No answer within {PATIENCE_S:g} seconds. Check the address.")
    else:
        _say(place, trial)


def succeeds_in_background(
    place: DeltaGenerator, actions: EndpointActions, action: Callable[[], object]
) -> bool:
    """Do what may wait for the user to unlock a keyring; say it if it fails."""
    try:
        with place, st.spinner("Saving"):
            actions.in_background(action).result(PATIENCE_S)
    except MoAError as error:
        notices.failure(place, error)
        return False
    except concurrent.futures.TimeoutError:
        place.error("Your keyring didn't respond. Unlock it and try again.")
        return False
    return True


def _say(place: DeltaGenerator, trial: Trial) -> None:
    found = f"Lists {counted(trial.models, 'model')}."
    if trial.problem and not trial.models:
        notices.failure(place, trial.problem)
    elif trial.problem:
        place.warning(f"{found} But {plain_label(trial.model)} could not be asked:")
        notices.failure(place, trial.problem)
    elif trial.model:
        took = figures.seconds(trial.took_s)
        place.success(f"{found} {plain_label(trial.model)} answered in {took}.")
    else:
        place.warning(f"{found} None of them is for chats.")


def _times(name: str) -> str:
    return f"keys taken for {name}"
