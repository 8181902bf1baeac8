"""Draws one agent of a mixture in a row, with its price, settings and menu."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.mixture import EFFORTS, MAX_TEMPERATURE, AgentSpec, MoAConfig, Seat, edits
from pages.widgets.formatting import SEPARATOR, wording
from pages.widgets.markdown import plain_label
from pages.widgets.mixture.state import (
    Change,
    draft_without_agent,
    mixture_key,
    mixture_menu,
    mixture_widget,
)
from pages.widgets.models import ModelFacts

LENGTHS = (256, 512, 1024, 2048, 4096, 8192, 16384, 32768)


def agent_row(
    seat: Seat, agent: AgentSpec, config: MoAConfig, facts: ModelFacts
) -> None:
    """Draw the agent at ``seat`` of a mixture, its settings and its menu."""
    row = st.container(
        horizontal=True,
        vertical_alignment="center",
        gap="small",
        wrap=False,
        border=True,
        key=_name("agent", seat),
    )
    name, beside = wording.model_name(agent), edits.agents_of(config, seat.layer_index)
    same = [each.ref for each in beside[: seat.position]].count(agent.ref)
    number = f" #{same + 1}" if same else ""
    about = SEPARATOR.join([facts.line(agent), _settings_line(agent)])
    row.markdown(
        f"**{name}**{number} :gray[· {plain_label(agent.endpoint)}] "
        f"{facts.presence(agent)}  \n:small[:gray[{about}]]",
        width="stretch",
    )
    tools = row.container(
        horizontal=True, gap="xxsmall", width="content", key=_name("icons", seat)
    )
    place = f"layer {seat.layer_index + 1}"
    if seat.layer_index == len(config.layers):
        place = f"fallback {seat.position}" if seat.position else "aggregator"
    called = f"{name}{number}, {place}"
    _settings(tools, seat, agent, facts, called)
    _menu(tools, seat, len(beside), called)


def _settings_line(agent: AgentSpec) -> str:
    parts = [
        "default temperature"
        if agent.temperature is None
        else f"temperature {agent.temperature:g}",
        f"up to {agent.max_tokens:,} tokens",
    ]
    if agent.effort:
        parts.append(f"{agent.effort} effort")
    if agent.system_prompt:
        parts.append("persona")
    return SEPARATOR.join(parts)


def _settings(
    place: DeltaGenerator, seat: Seat, agent: AgentSpec, facts: ModelFacts, called: str
) -> None:
    """A button that opens everything that can be set of an agent."""
    opened = place.popover(
        f"Settings of {called}",
        icon=":material/tune:",
        type="tertiary",
        key=mixture_key(_name("set", seat)),
        on_change="rerun",
    )
    if not opened.open:
        return

    def field(
        widget: Callable[..., object],
        name: str,
        label: str,
        change: Callable[[AgentSpec, Any], AgentSpec],
        **options: Any,  # noqa: ANN401 - the widget's own
    ) -> None:
        def edit(config: MoAConfig, value: Any) -> MoAConfig:  # noqa: ANN401 - its value
            now = edits.agents_of(config, seat.layer_index)[seat.position]
            return edits.with_agent(config, seat, change(now, value))

        mixture_widget(widget, label, _name(name, seat), edit, **options)

    with opened:
        _fields(field, agent, facts)


def _fields(field: Callable[..., None], agent: AgentSpec, facts: ModelFacts) -> None:
    field(
        st.text_input,
        "model",
        "Model",
        lambda now, typed: now.with_model(facts.ref_of(typed)),
        value=agent.ref,
        help="A model that no endpoint lists is written endpoint/model.",
    )
    field(
        st.slider,
        "temperature",
        "Temperature",
        lambda now, value: replace(now, temperature=value),
        min_value=0.0,
        max_value=MAX_TEMPERATURE,
        value=0.7 if agent.temperature is None else agent.temperature,
        step=0.1,
    )
    field(
        st.select_slider,
        "longest",
        "Max. answer length (tokens)",
        lambda now, value: replace(now, max_tokens=value),
        options=sorted({*LENGTHS, agent.max_tokens}),
        value=agent.max_tokens,
    )
    field(
        st.segmented_control,
        "effort",
        "Reasoning effort",
        lambda now, value: replace(now, effort=value),
        options=EFFORTS,
        default=agent.effort,
    )
    field(
        st.text_area,
        "persona",
        "Persona",
        lambda now, text: replace(now, system_prompt=text.strip() or None),
        value=agent.system_prompt or "",
        placeholder="E.g. You are a careful economist.",
        help="Sent to this model only, before the conversation.",
    )


def _menu(place: DeltaGenerator, seat: Seat, seats: int, called: str) -> None:
    changes: dict[str, Change] = {
        "Add another sample": lambda now: edits.with_agent_twice(now, seat)
    }
    if seat.position > 0:
        changes["Move up"] = lambda now: edits.with_agent_moved(now, seat, -1)
    if seat.position < seats - 1:
        changes["Move down"] = lambda now: edits.with_agent_moved(now, seat, 1)
    changes["Remove"] = lambda now: draft_without_agent(now, seat)
    mixture_menu(
        place,
        f"Change {called}",
        _name("menu", seat),
        changes,
        icon=":material/more_vert:",
        type="tertiary",
    )


def _name(what: str, seat: Seat) -> str:
    return f"{what}-{seat.layer_index}-{seat.position}"
