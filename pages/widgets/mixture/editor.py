"""Draws the mixture as it runs: cards for each layer, then for the aggregator."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.mixture import (
    LENGTHS,
    MAX_AGENTS_PER_LAYER,
    MAX_LAYERS,
    AgentSpec,
    MoAConfig,
    Seat,
    edits,
)
from pages.widgets.formatting import counted, wording
from pages.widgets.mixture.agent_card import CARD_MIN_PX, agent_card
from pages.widgets.mixture.state import (
    Change,
    change_mixture,
    current_mixture,
    mixture_key,
    mixture_menu,
    mixture_problem,
    mixture_widget,
)
from pages.widgets.models import ModelFacts

_METHOD_LABELS = {"synthesise": "Write a new one", "rank": "Pick the best draft"}


def mixture_editor(facts: ModelFacts) -> None:
    """Draw every layer with its agents, then the aggregator with its fallbacks."""
    config = current_mixture()
    mixture_problem()
    for index in range(len(config.layers)):
        _layer(config, index, facts)
    if not config.layers:
        st.button(
            "Add layer",
            key="add-layer",
            icon=":material/add:",
            on_click=change_mixture,
            args=(edits.with_layer_added,),
        )
    _aggregators(config, facts)


def _layer(config: MoAConfig, index: int, facts: ModelFacts) -> None:
    agents = config.layers[index].proposers
    reads = "reads" if len(agents) == 1 else "read"
    what = "all answers above" if index else "the conversation"
    models = counted(len(agents), "model")
    head = _head(f"layer-{index}", f"Layer {index + 1}", f"{models} {reads} {what}")
    head.button(
        "Add model",
        key=mixture_key(f"add-{index}"),
        icon=":material/add:",
        disabled=len(agents) >= MAX_AGENTS_PER_LAYER,
        on_click=change_mixture,
        args=(lambda now: edits.with_agent_added(now, index, agents[-1]),),
    )
    changes = _layer_changes(len(config.layers), index)
    mixture_menu(head, ":material/more_horiz:", f"layer-menu-{index}", changes)
    _cards(agents, index, facts)


def _aggregators(config: MoAConfig, facts: ModelFacts) -> None:
    last = len(config.layers)
    head = _head(
        "answer", "Answer", "the aggregator reads the last layer and writes the answer"
    )
    head.button(
        "Add fallback",
        key=mixture_key(f"add-{last}"),
        icon=":material/add:",
        disabled=len(config.fallbacks) >= MAX_AGENTS_PER_LAYER,
        help="Adds a model that writes the answer if the aggregator fails.",
        on_click=change_mixture,
        args=(lambda now: edits.with_agent_added(now, last, config.aggregator),),
    )
    _cards(config.aggregators, last, facts)
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
            help="Write a new answer from the proposals, or return the best one "
            "unchanged.",
        )


def _head(key: str, title: str, what: str) -> DeltaGenerator:
    row = st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=key
    )
    row.markdown(f"**{title}** :gray[· {what}]", width="stretch")
    return row


def _cards(agents: tuple[AgentSpec, ...], layer_index: int, facts: ModelFacts) -> None:
    with st.grid("auto", min_column_width=CARD_MIN_PX, gap="small"):
        for position, agent in enumerate(agents):
            agent_card(Seat(layer_index, position), agent, len(agents), facts)


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
    if count > 1:
        changes["Remove layer"] = lambda now: edits.without_layer(now, index)
    return changes
