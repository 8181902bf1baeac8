"""Keeps the mixture that answers next for the browser session; widgets edit it.

The mixture itself is the state: every widget shows a part of it and edits that part. A
change that cannot be is undone and explained, and nothing else is lost. While it is
edited a layer may be empty: then nothing can be asked until the layer has a model.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.errors import ConfigError
from moa_core.mixture import DEFAULT_PRESET, AgentSpec, Layer, MoAConfig, Seat, edits

_CONFIG = "mixture"
_PROBLEM = "mixture problem"
_GENERATION = "mixture generation"

Edit: TypeAlias = Callable[[MoAConfig, Any], MoAConfig]
"""Gives the mixture with one part changed to what a widget says."""

Change: TypeAlias = Callable[[MoAConfig], MoAConfig]
"""Gives the mixture with one thing changed, for buttons."""


_NOBODY: Final = AgentSpec(endpoint="\N{EMPTY SET}", model="\N{EMPTY SET}")
"""Sits alone in a layer that is empty while the mixture is edited; nobody sees it."""


def current_mixture() -> MoAConfig:
    """The mixture that answers the next question, without layers that are empty."""
    draft = draft_mixture()
    layers = tuple(layer for layer in draft.layers if not is_empty(layer))
    if layers == draft.layers:
        return draft
    return replace(
        draft, layers=layers, method=draft.method if layers else "synthesise"
    )


def draft_mixture() -> MoAConfig:
    """The mixture as it is being edited; ``is_empty`` tells which layers are empty."""
    draft: MoAConfig = st.session_state.setdefault(_CONFIG, DEFAULT_PRESET.config)
    return draft


def is_empty(layer: Layer) -> bool:
    """Whether a layer of the draft has no model yet."""
    return layer.proposers[0].endpoint == _NOBODY.endpoint


def mixture_gap() -> str | None:
    """Why the mixture cannot be asked, such as ``Layer 1 needs a model.``, if so."""
    for number, layer in enumerate(draft_mixture().layers, 1):
        if is_empty(layer):
            return f"Layer {number} needs a model."
    return None


def complete_mixture() -> MoAConfig:
    """The mixture that answers the next question, if it can.

    Raises:
        ConfigError: A layer of it is empty.
    """
    if gap := mixture_gap():
        raise ConfigError(gap)
    return current_mixture()


def draft_with_agent(draft: MoAConfig, layer_index: int, agent: AgentSpec) -> MoAConfig:
    """One agent more in a layer of a draft, or the first of an empty one."""
    if layer_index < len(draft.layers) and is_empty(draft.layers[layer_index]):
        return edits.with_agents(draft, layer_index, [agent])
    return edits.with_agent_added(draft, layer_index, agent)


def draft_without_agent(draft: MoAConfig, seat: Seat) -> MoAConfig:
    """Without the agent of a seat; a layer's last one leaves it empty."""
    proposes = seat.layer_index < len(draft.layers)
    if proposes and len(edits.agents_of(draft, seat.layer_index)) == 1:
        return edits.with_agents(draft, seat.layer_index, [_NOBODY])
    return edits.without_agent(draft, seat)


def without_model(draft: MoAConfig, ref: str) -> MoAConfig:
    """Without a model, ``endpoint/model``, wherever it sits.

    Raises:
        ConfigError: No aggregator would be left.
    """
    for index in range(len(draft.layers) + 1):
        agents = edits.agents_of(draft, index)
        for position in reversed(range(len(agents))):
            if agents[position].ref == ref:
                draft = draft_without_agent(draft, Seat(index, position))
    return draft


def with_model_replaced(draft: MoAConfig, ref: str, by: str) -> MoAConfig:
    """With another model, ``endpoint/model``, in the place of one wherever it sits."""
    return draft.with_each_agent(
        lambda agent: agent.with_model(by) if agent.ref == ref else agent
    )


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
        use_mixture(change(draft_mixture()))
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
            st.session_state[_CONFIG] = edit(draft_mixture(), st.session_state[key])
        except ConfigError as error:
            _explain(error)
            use_mixture(draft_mixture())

    draw(label, key=key, on_change=apply, **options)


def mixture_menu(
    place: DeltaGenerator,
    label: str,
    name: str,
    changes: Mapping[str, Change],
    **options: Any,  # noqa: ANN401 - the widget's own
) -> None:
    """Draw a menu whose items, by label, change the mixture."""
    key = mixture_key(name)
    place.menu_button(
        label,
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
    if problem := st.session_state.get(_PROBLEM):
        st.container(key="mixture-problem").warning(problem, icon=":material/undo:")
        del st.session_state[_PROBLEM]


def _explain(error: ConfigError) -> None:
    st.session_state[_PROBLEM] = f"{error} The change was undone."


def mixture_generation() -> int:
    """How often the mixture of this browser session was replaced as a whole."""
    generation: int = st.session_state.get(_GENERATION, 0)
    return generation
