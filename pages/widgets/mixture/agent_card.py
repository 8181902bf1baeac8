"""Draws one agent of a mixture with its price and settings."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.mixture import EFFORTS, MAX_TEMPERATURE, AgentSpec, MoAConfig, Seat, edits
from pages.widgets.formatting import SEPARATOR, wording
from pages.widgets.markdown import plain_label
from pages.widgets.mixture.picks import pick_labels
from pages.widgets.mixture.state import (
    Change,
    mixture_key,
    mixture_menu,
    mixture_widget,
)
from pages.widgets.models import ModelFacts

CARD_MIN_PX = 260
LENGTHS = (256, 512, 1024, 2048, 4096, 8192, 16384, 32768)


def agent_card(seat: Seat, agent: AgentSpec, seats: int, facts: ModelFacts) -> None:
    """Draw the agent at ``seat`` of a layer in which ``seats`` agents stand."""
    card = st.container(
        border=True, gap="xsmall", height="stretch", key=_name("agent", seat)
    )
    title = card.container(
        horizontal=True, vertical_alignment="center", gap="xxsmall", wrap=False
    )
    title.markdown(f"**{wording.model_name(agent)}**", width="stretch")
    _settings(title, seat, agent, facts)
    _menu(title, seat, seats)
    card.caption(f"{plain_label(agent.endpoint)} · {facts.line(agent)}")
    card.caption(_settings_line(agent))
    card.markdown(facts.presence(agent))


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
    place: DeltaGenerator, seat: Seat, agent: AgentSpec, facts: ModelFacts
) -> None:
    """A button that opens everything that can be set of an agent."""
    opened = place.popover(
        ":material/tune:",
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
    models = list(dict.fromkeys([agent.ref, *facts.refs]))
    field(
        st.selectbox,
        "model",
        "Model",
        lambda now, typed: now.with_model(facts.ref_of(typed)),
        options=models,
        index=0,
        format_func=pick_labels(models),
        accept_new_options=True,
        help="Type to search, or enter endpoint/model for one that is not listed.",
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


def _menu(place: DeltaGenerator, seat: Seat, seats: int) -> None:
    changes: dict[str, Change] = {
        "Duplicate": lambda now: edits.with_agent_twice(now, seat)
    }
    if seat.position > 0:
        changes["Move left"] = lambda now: edits.with_agent_moved(now, seat, -1)
    if seat.position < seats - 1:
        changes["Move right"] = lambda now: edits.with_agent_moved(now, seat, 1)
    if seats > 1:
        changes["Remove"] = lambda now: edits.without_agent(now, seat)
    name = _name("menu", seat)
    mixture_menu(place, ":material/more_vert:", name, changes, type="tertiary")


def _name(what: str, seat: Seat) -> str:
    return f"{what}-{seat.layer_index}-{seat.position}"
