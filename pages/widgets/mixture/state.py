"""Keeps the mixture that answers next for the browser session; widgets edit it.

The mixture itself is the state: every widget shows a part of it and edits that part. A
change that cannot be is undone and explained, and nothing else is lost.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.errors import ConfigError
from moa_core.mixture import DEFAULT_PRESET, MoAConfig

_CONFIG = "mixture"
_PROBLEM = "mixture problem"
_GENERATION = "mixture generation"

Edit: TypeAlias = Callable[[MoAConfig, Any], MoAConfig]
"""Gives the mixture with one part changed to what a widget says."""

Change: TypeAlias = Callable[[MoAConfig], MoAConfig]
"""Gives the mixture with one thing changed, for buttons."""


def current_mixture() -> MoAConfig:
    """The mixture that answers the next question."""
    config: MoAConfig = st.session_state.setdefault(_CONFIG, DEFAULT_PRESET.config)
    return config


def has_mixture() -> bool:
    """Whether this browser session has a mixture already."""
    return _CONFIG in st.session_state


def use_mixture(config: MoAConfig) -> None:
    """Make ``config`` the mixture that answers next, and draw its widgets anew."""
    st.session_state[_CONFIG] = config
    st.session_state[_GENERATION] = mixture_generation() + 1


def change_mixture(change: Change) -> None:
    """Change the mixture by a button."""
    try:
        use_mixture(change(current_mixture()))
    except ConfigError as error:
        _explain(error)


def mixture_widget(
    draw: Callable[..., object],
    label: str,
    name: str,
    edit: Edit,
    **options: Any,  # noqa: ANN401 - the widget's own
) -> None:
    """Draw a widget whose changes edit the mixture.

    Args:
        draw: A widget function, for example ``st.slider``.
        label: What it is called on the page.
        name: Names it within the mixture.
        edit: Takes over what it says.
        options: What ``draw`` takes besides.
    """
    key = mixture_key(name)

    def apply() -> None:
        try:
            st.session_state[_CONFIG] = edit(current_mixture(), st.session_state[key])
        except ConfigError as error:
            _explain(error)
            use_mixture(current_mixture())

    draw(label, key=key, on_change=apply, **options)


def mixture_menu(
    place: DeltaGenerator,
    icon: str,
    name: str,
    changes: Mapping[str, Change],
    **options: Any,  # noqa: ANN401 - the widget's own
) -> None:
    """Draw a menu whose items, by label, change the mixture."""
    key = mixture_key(name)
    place.menu_button(
        icon,
        list(changes),
        key=key,
        on_click=lambda: change_mixture(changes[st.session_state[key]]),
        **options,
    )


def mixture_key(name: str) -> str:
    """A widget's key, good until the mixture is replaced as a whole."""
    return f"mixture-{name}-{mixture_generation()}"


def mixture_problem() -> None:
    """Say once what could not be, where the form is."""
    if problem := st.session_state.pop(_PROBLEM, None):
        st.container(key="mixture-problem").warning(problem, icon=":material/undo:")


def _explain(error: ConfigError) -> None:
    st.session_state[_PROBLEM] = f"{error} The change was undone."


def mixture_generation() -> int:
    """How often the mixture of this browser session was replaced as a whole."""
    generation: int = st.session_state.get(_GENERATION, 0)
    return generation
