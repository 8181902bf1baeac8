"""Edits whether one model answers first, and from which doubt on the others follow."""

import streamlit as st

from moa_core.engine import VOTES_NEEDED, Threshold
from moa_core.mixture import Auto, MoAConfig, own_name
from pages.widgets.markdown import plain_label
from pages.widgets.mixture.pace.switch import mode_switch, with_mode
from pages.widgets.mixture.state import mixture_widget

_HELP = (
    "Doubt is 0 when a second model says nearly the same and 1 when it contradicts the "
    "first answer. A lower value asks the others more often. At 0.50, about half of "
    "the questions we measured needed one model only."
)


def auto_mode(config: MoAConfig, learnt: Threshold) -> None:
    """Draw the switch, and the doubt from which on the others are asked.

    Args:
        config: The mixture.
        learnt: What the user's votes say about that doubt.
    """
    if not config.layers:
        return
    auto = config.pace.auto
    mode_switch("Auto: ask one model first", "auto", config, Auto())
    first = plain_label(own_name(config.aggregator.model), limit=60)
    st.caption(
        f"{first} answers at once, and the cheapest model of layer 1 gives a second "
        "opinion. The others are asked only if the two differ, which costs one call "
        "more."
    )
    if auto is None:
        return
    mixture_widget(
        st.toggle, "Learn from my votes when to ask the others", "auto-learns",
        lambda now, on: _with_threshold(now, None if on else learnt.value),
        value=auto.threshold is None,
    )  # fmt: skip
    if auto.threshold is None:
        st.caption(_learnt(learnt), help=_HELP)
        return
    mixture_widget(
        st.slider, "Ask the others from this doubt on", "auto-threshold",
        _with_threshold, min_value=0.0, max_value=1.0, step=0.01,
        value=auto.threshold, help=_HELP,
    )  # fmt: skip


def _learnt(learnt: Threshold) -> str:
    """Which doubt holds now, and where it comes from."""
    if learnt.votes:
        return (
            f"Asks the others from a doubt of {learnt.value:.2f}, from {learnt.votes} "
            "of your votes."
        )
    return (
        f"Asks the others from a doubt of {learnt.value:.2f} until you have voted "
        f"{VOTES_NEEDED} times on one model's answer against a mixture's."
    )


def _with_threshold(config: MoAConfig, threshold: float | None) -> MoAConfig:
    return with_mode(config, auto=Auto(threshold=threshold))
