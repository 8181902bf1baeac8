"""Lets the user choose the mixture that is to be evaluated."""

from typing import Final

import streamlit as st

from moa_core.mixture import MoAConfig
from pages.widgets.formatting import mixture_line
from pages.widgets.mixture import (
    Choice,
    current_mixture,
    matching_preset,
    mixture_gap,
    preset_labels,
)

_CURRENT: Final = "current"


def pick_mixture(choices: list[Choice]) -> tuple[str, MoAConfig | None]:
    """Draw the choice of a mixture that can run; the one of the chat first.

    Returns:
        What it is called, and the mixture; ``None`` if there is none.
    """
    able = [each for each in choices if not each.missing and each.preset.config.layers]
    labels, mixtures = preset_labels(able), {c.id: c.preset.config for c in able}
    selected = current_mixture()
    match = matching_preset(able, selected)
    if match is None and selected.layers and not mixture_gap():
        labels = {_CURRENT: "The mixture of the chat", **labels}
        mixtures[_CURRENT] = selected
    if not labels:
        st.container(key="no-mixtures").info(
            "Connect an endpoint in Settings first: none of the mixtures can run yet."
        )
        return "", None
    ids = list(labels)
    chosen = st.selectbox(
        "Mixture",
        ids,
        index=ids.index(match.id) if match else 0,
        format_func=labels.__getitem__,
        key="experiment-mixture",
    )
    st.caption(mixture_line(mixtures[chosen]))
    return labels[chosen], mixtures[chosen]
