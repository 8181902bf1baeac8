"""Edits the prompts of a mixture, and previews what a model would receive."""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from moa_core.messages import Question
from moa_core.mixture import (
    DEFAULT_PROMPTS,
    PLACEMENTS,
    REFERENCES,
    MoAConfig,
    Seat,
    edits,
    prompt_for,
)
from pages.component import Copy, draw_code
from pages.widgets.mixture.state import change_mixture, current_mixture, mixture_widget

SAMPLE_QUESTION = "Why is the sky blue?"
SAMPLE_PROPOSALS = (
    "Air scatters short wavelengths more strongly than long ones.",
    "Sunlight is white; the air spreads its blue part over the whole sky.",
)
_TITLES = {
    "for_proposers": "Models of layer 2 and later",
    "for_aggregator": "Aggregator",
    "for_ranker": "Aggregator that picks the best draft",
    "paper": "System message, as in the paper",
}
_WORDINGS = {"trailing": ("for_proposers", "for_aggregator"), "paper": ("paper",)}
_PLACED = {
    "trailing": "After the conversation",
    "paper": "In the system message, as in the paper",
}
HEIGHT_PX = 240


def prompts_editor() -> None:
    """Draw placement, wording, the way back, and a preview."""
    config = current_mixture()
    prompts = config.prompts
    mixture_widget(
        st.segmented_control,
        "Position of proposals in the prompt",
        "placement",
        lambda now, chosen: _with_prompts(
            now, "placement", chosen or prompts.placement
        ),
        options=PLACEMENTS,
        default=prompts.placement,
        format_func=_PLACED.__getitem__,
        help="After the conversation costs less: providers can read the conversation "
        "from their cache. In the system message, later layers cost full price.",
    )
    for name in _WORDINGS[prompts.placement]:
        _wording(config, name)
    if config.method == "rank":
        _wording(config, "for_ranker")
    st.button(
        "Reset to default",
        key="default-wording",
        icon=":material/undo:",
        disabled=prompts == replace(DEFAULT_PROMPTS, placement=prompts.placement),
        on_click=change_mixture,
        args=(_with_default_wording,),
    )
    _preview(config)


def _wording(config: MoAConfig, name: str) -> None:
    mixture_widget(
        st.text_area,
        _TITLES[name],
        f"prompt-{name}",
        lambda now, text: _with_prompts(now, name, text),
        value=getattr(config.prompts, name),
        height=HEIGHT_PX,
        help=f"{REFERENCES} marks where the proposals go; use it exactly once.",
    )


def _with_prompts(config: MoAConfig, name: str, value: str) -> MoAConfig:
    changes: dict[str, Any] = {name: value}
    return replace(config, prompts=replace(config.prompts, **changes))


def _with_default_wording(config: MoAConfig) -> MoAConfig:
    placement = config.prompts.placement
    return replace(config, prompts=replace(DEFAULT_PROMPTS, placement=placement))


def _preview(config: MoAConfig) -> None:
    """Exactly what a model would receive, for a sample question and two proposals."""
    with st.expander("Preview the prompt", icon=":material/visibility:", key="preview"):
        question = Question(
            st.text_input("Question", SAMPLE_QUESTION, key="preview-question")
        )
        seats = [
            Seat(index, position)
            for index in range(len(config.layers) + 1)
            for position in range(len(edits.agents_of(config, index)))
        ]
        label = partial(_seat_label, config)
        reader = st.selectbox("Model", seats, format_func=label, key="preview-model")
        agent = edits.agents_of(config, reader.layer_index)[reader.position]
        last = reader.layer_index == len(config.layers)
        sent = prompt_for(
            agent,
            "aggregator" if last else "proposer",
            config,
            (question.message,),
            SAMPLE_PROPOSALS if reader.layer_index else (),
        )
        for number, message in enumerate(sent):
            st.caption(message.role)
            copy, key = Copy(f"the {message.role} message"), f"preview-sent-{number}"
            draw_code(st.container(), message.text, key, copy)


def _seat_label(config: MoAConfig, seat: Seat) -> str:
    agent = edits.agents_of(config, seat.layer_index)[seat.position]
    last = seat.layer_index == len(config.layers)
    where = "Answer" if last else f"Layer {seat.layer_index + 1}"
    return f"{where}, {seat.position + 1}: {agent.model}"
