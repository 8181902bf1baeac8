"""Welcomes to a new chat: what answers it, for how much, and questions to try."""

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.errors import MoAError
from moa_core.messages import Question
from moa_core.mixture import DEFAULT_PRESET, Preset
from moa_core.plan import Beginning
from moa_core.settings import TINY
from pages.widgets.chat.conversation import submit_question
from pages.widgets.formatting import notices, said_once, say_once
from pages.widgets.layout import branch_point
from pages.widgets.markdown import plain_label
from pages.widgets.mixture import (
    Offers,
    complete_mixture,
    current_mixture,
    draw_offer,
    select_shipped_preset,
    use_preset,
)
from pages.widgets.models import tiny_models
from services.asking import Asking
from services.demo_models import DemoModels
from storage.presets import Presets

EXAMPLES = (
    "Why is the sky blue, and why are sunsets red?",
    "Plan a weekend in Lisbon for two people who love food.",
    "Write a Python function that checks for balanced brackets.",
    "What are the pros and cons of a four-day week?",
)
WIDTH_PX = 860
_CARD_PX = 240
_PICTURE_FILE = Path(__file__).with_name("layers_picture.svg")
_PREFERENCE = b"(prefers-reduced-motion: no-preference)"


def _picture() -> str:
    """A question goes to three models, and their drafts to one that writes the answer.

    Twice: Chromium asks in a picture for no preference. Our styles show one of them.
    """
    moving = _PICTURE_FILE.read_bytes().replace(_PREFERENCE, b"all")
    still = moving.replace(b"@media all", b"@media not all")
    images = [
        f'<img class="{name}" alt="" style="max-width: 100%" width="400" height="136" '
        f'src="data:image/svg+xml;base64,{b64encode(picture).decode()}">'
        for name, picture in (("layers-in-motion", moving), ("layers-at-rest", still))
    ]
    return f'<div style="text-align: center">{"".join(images)}</div>'


_PICTURE = _picture()
_PROBLEM = "problem with the example"


def welcome(
    asking: Asking,
    presets: Presets,
    offers: Offers,
    demo_models: DemoModels | None,
    *,
    may_connect: bool = True,
) -> None:
    """Draw what a new chat shows before its first question.

    Args:
        asking: Starts an example.
        presets: The user's own.
        offers: What is connected, and its price.
        demo_models: Offered while no other model is connected; ``None``: never.
        may_connect: Whether who is there may connect endpoints.
    """
    with (
        st.container(horizontal_alignment="center", key="welcome-centre"),
        st.container(width=WIDTH_PX, key="welcome", gap="medium"),
    ):
        st.html(_PICTURE)
        st.title("Polyphony", text_alignment="center", anchor=False)
        st.markdown(
            "Several models answer side by side, layer by layer. One writes the final "
            "answer from theirs. You see every step, and what it cost.",
            text_alignment="center",
        )
        draw_offer(offers)
        found = offers.real()
        _cards(offers, found, may_connect=may_connect)
        _examples(asking, presets)
        if demo_models and (demo_models.state.phase == "ready" or not found):
            tiny_models(
                demo_models,
                in_use=TINY in current_mixture().endpoints,
                use=lambda: select_shipped_preset(TINY),
                leave=lambda: select_shipped_preset(DEFAULT_PRESET.name),
            )


def _cards(offers: Offers, found: Sequence[Beginning], *, may_connect: bool) -> None:
    """Draw one card for what a key connects, one for this machine, one for the demo."""
    by_kind = {beginning.kind: beginning.preset for beginning in found}
    grid = st.grid("auto", min_column_width=_CARD_PX, gap="small")
    card = _card(grid, "connected")
    if preset := by_kind.get("connected"):
        _preset(card, offers, preset, "connected")
    else:
        _no_key(card, may_connect=may_connect)
    card = _card(grid, "local")
    if preset := by_kind.get("local"):
        _preset(card, offers, preset, "local")
    else:
        card.markdown("**On this machine**")
        card.caption(
            "Start Ollama, LM Studio, llama.cpp or vLLM. It is found by itself, and "
            "costs nothing."
        )
    _preset(_card(grid, "demo"), offers, DEFAULT_PRESET, "demo")


def _card(grid: DeltaGenerator, kind: str) -> DeltaGenerator:
    return grid.container(
        border=True, height="stretch", gap="small", key=f"begin-{kind}"
    )


def _preset(card: DeltaGenerator, offers: Offers, preset: Preset, kind: str) -> None:
    demo = preset == DEFAULT_PRESET
    name = "the demo" if demo else plain_label(preset.title, limit=60)
    described, cost = plain_label(preset.description, limit=160), offers.cost(preset)
    card.markdown(f"**{'Demo' if demo else name}**")
    card.caption(f"{described}  \n{cost[0].upper()}{cost[1:]}.")
    in_use = current_mixture() == preset.config
    card.button(
        "In use" if in_use else f"Use {name}",
        key=f"begin-with-{kind}",
        icon=":material/check:" if in_use else None,
        width="stretch",
        disabled=in_use,
        on_click=use_preset,
        args=(preset,),
    )


def _no_key(card: DeltaGenerator, *, may_connect: bool) -> None:
    card.markdown("**Your provider**")
    card.caption("OpenAI, Together, or any endpoint that speaks OpenAI's protocol.")
    if not may_connect:
        card.caption("None is connected yet. An administrator can connect one.")
        return
    with card.container(key="not-connected"):
        st.page_link(
            "settings.py", label="Add a key", icon=":material/key:", width="stretch"
        )


def _examples(asking: Asking, presets: Presets) -> None:
    def ask(example: str) -> None:
        try:
            question, mixture = Question(example), complete_mixture()
            submit_question(asking, presets, question, mixture, *branch_point(None))
        except MoAError as error:
            say_once(_PROBLEM, error)

    if problem := said_once(_PROBLEM):
        notices.failure(st.container(key="example-problem"), problem)
    with st.grid("auto", min_column_width=300, gap="xsmall"):
        for number, example in enumerate(EXAMPLES):
            st.button(
                example,
                key=f"example-{number}",
                width="stretch",
                wrap=True,
                on_click=ask,
                args=(example,),
            )
