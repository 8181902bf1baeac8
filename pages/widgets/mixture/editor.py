"""Draws the mixture as it runs: the rows of each layer, then of the aggregator."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.mixture import (
    LENGTHS,
    MAX_AGENTS_PER_LAYER,
    MAX_LAYERS,
    MoAConfig,
    Seat,
    edits,
)
from pages.widgets.formatting import counted, wording
from pages.widgets.mixture.agent_row import agent_row
from pages.widgets.mixture.model_search import ModelSearch
from pages.widgets.mixture.pace import pace_section
from pages.widgets.mixture.picks import agent_like_others, with_aggregator
from pages.widgets.mixture.state import (
    Change,
    change_mixture,
    draft_mixture,
    draft_with_agent,
    is_empty,
    mixture_menu,
    mixture_problem,
    mixture_widget,
)
from storage.votes import Votes

_METHOD_LABELS = {"synthesise": "Write a new one", "rank": "Pick the best draft"}


def mixture_editor(search: ModelSearch, votes: Votes) -> None:
    """Draw every layer with its agents, then the aggregator with its fallbacks.

    Args:
        search: Finds models.
        votes: Say from which doubt on Auto asks more than one model.
    """
    config = draft_mixture()
    mixture_problem()
    for index in range(len(config.layers)):
        _layer(config, index, search)
    st.button(
        "Add layer",
        key="add-layer",
        icon=":material/add:",
        disabled=len(config.layers) >= MAX_LAYERS,
        on_click=change_mixture,
        args=(edits.with_layer_added,),
    )
    _aggregators(config, search)
    pace_section(config, votes.threshold)


def _layer(config: MoAConfig, index: int, search: ModelSearch) -> None:
    layer, number = config.layers[index], index + 1
    read = "reads" if len(layer.proposers) == 1 else "read"
    what = "all drafts above" if index else "the conversation"
    about = f"{counted(len(layer.proposers), 'model')} {read} {what}"
    if is_empty(layer):
        about = ":orange[needs a model]"
    head = _head(f"layer-{index}", f"Layer {number}", about)
    mixture_menu(
        head.container(width="content", key=f"icons-layer-{index}"),
        f"Change layer {number}",
        f"layer-menu-{index}",
        _layer_changes(len(config.layers), index),
        icon=":material/more_horiz:",
        type="tertiary",
    )
    if not is_empty(layer):
        _rows(config, index, search)
    if len(layer.proposers) < MAX_AGENTS_PER_LAYER:
        label = f"Add a model to layer {number}"
        search.draw(f"add-model-{index}", label, _adding_to(index))


def _aggregators(config: MoAConfig, search: ModelSearch) -> None:
    last = len(config.layers)
    _head("answer", "Answer", "the aggregator writes it from the last drafts")
    _rows(config, last, search)

    def choose(ref: str) -> None:
        change_mixture(lambda now: with_aggregator(now, ref))

    search.draw("choose-aggregator", "Choose another aggregator", choose)
    if len(config.fallbacks) < MAX_AGENTS_PER_LAYER:
        search.draw("add-fallback", "Add a fallback aggregator", _adding_to(last))
    row = st.container(horizontal=True, gap="medium")
    with row:
        mixture_widget(
            st.segmented_control,
            "Answer length",
            "answer-length",
            lambda now, chosen: replace(now, length=chosen or now.length),
            options=LENGTHS,
            default=config.length,
            format_func=wording.LENGTHS.__getitem__,
        )
        mixture_widget(
            st.segmented_control,
            "Final answer",
            "method",
            lambda now, chosen: replace(now, method=chosen or now.method),
            options=list(_METHOD_LABELS),
            default=config.method,
            format_func=_METHOD_LABELS.__getitem__,
            help="Write a new answer from the drafts, or take the best one unchanged.",
        )


def _adding_to(layer_index: int) -> Callable[[str], None]:
    """Adds a model to a layer, or to the fallbacks, with the others' settings."""

    def add(ref: str) -> None:
        def change(now: MoAConfig) -> MoAConfig:
            return draft_with_agent(now, layer_index, agent_like_others(now, ref))

        change_mixture(change)

    return add


def _head(key: str, title: str, what: str) -> DeltaGenerator:
    row = st.container(
        horizontal=True, vertical_alignment="center", gap="small", wrap=False, key=key
    )
    row.markdown(f"**{title}** :gray[· {what}]", width="stretch")
    return row


def _rows(config: MoAConfig, layer_index: int, search: ModelSearch) -> None:
    with st.container(gap="xsmall"):
        for position, agent in enumerate(edits.agents_of(config, layer_index)):
            agent_row(Seat(layer_index, position), agent, config, search.facts)


def _layer_changes(count: int, index: int) -> dict[str, Change]:
    """What can be done with a layer, one of ``count``."""
    changes: dict[str, Change] = {}
    if count < MAX_LAYERS:
        changes["Duplicate layer"] = lambda now: edits.with_layer_twice(now, index)
    if index > 0:
        changes["Move up"] = lambda now: edits.with_layer_moved(now, index, -1)
    if index < count - 1:
        changes["Move down"] = lambda now: edits.with_layer_moved(now, index, 1)
    if index > 0:
        above = "Same as the layer above"
        changes[above] = lambda now: edits.with_layer_as_above(now, index)
    changes["Remove layer"] = lambda now: edits.without_layer(now, index)
    return changes
