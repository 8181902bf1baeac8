"""Draws one agent of a mixture with its price and settings."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.mixture import EFFORTS, MAX_TEMPERATURE, AgentSpec, MoAConfig, Seat, edits
from pages.widgets.formatting import SEPARATOR, wording
from pages.widgets.markdown import plain_label
from pages.widgets.mixture.picks import pick_label
from pages.widgets.mixture.state import (
    Change,
    change_mixture,
    mixture_key,
    mixture_widget,
)
from pages.widgets.models import ModelFacts

CARD_MIN_PX = 260
LENGTHS = (256, 512, 1024, 2048, 4096, 8192, 16384, 32768)

_DUPLICATE, _EARLIER, _LATER, _REMOVE = "Duplicate", "Move left", "Move right", "Remove"


def agent_card(seat: Seat, agent: AgentSpec, seats: int, facts: ModelFacts) -> None:
    """Draw one agent.

    Args:
        seat: Its place in the mixture.
        agent: What stands there.
        seats: How many stand in its layer.
        facts: What is known of models.
    """
    card = st.container(border=True, gap="xsmall", height="stretch")
    title = card.container(
        horizontal=True, vertical_alignment="center", gap="xxsmall", wrap=False
    )
    title.markdown(f"**{wording.model_name(agent)}**", width="stretch")
    _settings(title, seat, agent, facts)
    _menu(title, seat, seats)
    card.caption(f"{plain_label(agent.endpoint)} · {facts.line(agent)}")
    card.caption(_set(agent))
    card.markdown(facts.presence(agent))


def _set(agent: AgentSpec) -> str:
    """What was set, in a line."""
    parts = [
        "own temperature"
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
    opened = place.popover(
        ":material/tune:",
        type="tertiary",
        key=mixture_key(_name("set", seat)),
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        _fields(seat, agent, facts)


def _fields(seat: Seat, agent: AgentSpec, facts: ModelFacts) -> None:
    """Everything that can be set of an agent."""
    _Field(
        seat,
        st.selectbox,
        "Model",
        lambda now, said: now.with_model(facts.ref_of(said)),
    ).draw(
        options=list(dict.fromkeys([agent.ref, *facts.refs])),
        index=0,
        format_func=pick_label,
        accept_new_options=True,
        help="Type to search. What no endpoint lists is written endpoint/model.",
    )
    _Field(seat, st.slider, "Temperature", _with("temperature")).draw(
        min_value=0.0,
        max_value=MAX_TEMPERATURE,
        value=0.7 if agent.temperature is None else agent.temperature,
        step=0.1,
    )
    _Field(
        seat, st.select_slider, "Longest answer, in tokens", _with("max_tokens")
    ).draw(options=sorted({*LENGTHS, agent.max_tokens}), value=agent.max_tokens)
    _Field(
        seat, st.segmented_control, "Effort, for reasoning models", _with("effort")
    ).draw(options=EFFORTS, default=agent.effort)
    _Field(seat, st.text_area, "Persona", _with_persona).draw(
        value=agent.system_prompt or "",
        placeholder="For example: You are a careful economist.",
        help="Only this model gets it, before the conversation.",
    )


@dataclass(frozen=True, slots=True)
class _Field:
    """A widget that sets one thing of the agent at a seat."""

    seat: Seat
    widget: Callable[..., object]
    label: str
    change: Callable[[AgentSpec, Any], AgentSpec]

    def draw(self, **options: Any) -> None:  # noqa: ANN401 - the widget's own
        """Draw it, with what the widget takes."""
        name = _name(self.label, self.seat)
        mixture_widget(self.widget, self.label, name, self._edit, **options)

    def _edit(self, config: MoAConfig, value: Any) -> MoAConfig:  # noqa: ANN401 - its value
        now = edits.agents_of(config, self.seat.layer_index)[self.seat.position]
        return edits.with_agent(config, self.seat, self.change(now, value))


def _with(field: str) -> Callable[[AgentSpec, Any], AgentSpec]:
    return lambda now, value: replace(now, **{field: value})


def _with_persona(now: AgentSpec, text: str) -> AgentSpec:
    return replace(now, system_prompt=text.strip() or None)


def _menu(place: DeltaGenerator, seat: Seat, seats: int) -> None:
    possible = {
        _DUPLICATE: True,
        _EARLIER: seat.position > 0,
        _LATER: seat.position < seats - 1,
        _REMOVE: seats > 1,
    }
    key = mixture_key(_name("menu", seat))
    place.menu_button(
        ":material/more_vert:",
        [action for action, can in possible.items() if can],
        key=key,
        type="tertiary",
        on_click=_act,
        args=(key, seat),
    )


def _act(key: str, seat: Seat) -> None:
    changes: dict[str, Change] = {
        _DUPLICATE: lambda now: edits.with_agent_twice(now, seat),
        _EARLIER: lambda now: edits.with_agent_moved(now, seat, -1),
        _LATER: lambda now: edits.with_agent_moved(now, seat, 1),
        _REMOVE: lambda now: edits.without_agent(now, seat),
    }
    change_mixture(changes[st.session_state[key]])


def _name(what: str, seat: Seat) -> str:
    return f"{what}-{seat.layer_index}-{seat.position}"
