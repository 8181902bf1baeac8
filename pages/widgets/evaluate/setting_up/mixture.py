"""Lets the user choose the mixture that is to be evaluated."""

from typing import Final

import streamlit as st

from moa_core.errors import ConfigError
from moa_core.mixture import MoAConfig
from pages.widgets.formatting import mixture_line
from pages.widgets.mixture import (
    Choice,
    current_mixture,
    matching_preset,
    mixture_gap,
    preset_labels,
)

MIXTURE: Final = "experiment-mixture"
OTHER_MIXTURE: Final = "experiment-other"
CURRENT: Final = "current"
"""Stands for the mixture of the chat where no preset is that."""


def pick_mixture(choices: list[Choice]) -> tuple[str, MoAConfig]:
    """Draw the choice of a mixture that can run; the one of the chat first.

    There is always one: simulated models need no key.

    Returns:
        What it is called, and the mixture.
    """
    labels, mixtures, selected = _offered(choices)
    ids = list(labels)
    chosen = st.selectbox(
        "Mixture",
        ids,
        index=ids.index(selected),
        format_func=labels.__getitem__,
        key=MIXTURE,
    )
    st.caption(mixture_line(mixtures[chosen]))
    return labels[chosen], mixtures[chosen]


def pick_other_mixture(choices: list[Choice], mixture: MoAConfig) -> MoAConfig:
    """Draw the choice of another mixture, the one of the chat first.

    Raises:
        ConfigError: There is no other one.
    """
    labels, mixtures, selected = _offered(choices)
    ids = [each for each in labels if mixtures[each] != mixture]
    if not ids:
        raise ConfigError("There is no other mixture. Make one in Presets first.")
    chosen = st.selectbox(
        "Other mixture",
        ids,
        index=ids.index(selected) if selected in ids else 0,
        format_func=labels.__getitem__,
        key=OTHER_MIXTURE,
    )
    st.caption(mixture_line(mixtures[chosen]))
    return mixtures[chosen]


def _offered(choices: list[Choice]) -> tuple[dict[str, str], dict[str, MoAConfig], str]:
    """Labels and mixtures that can run, by id; and the id of the chat's own."""
    able = [each for each in choices if not each.missing and each.preset.config.layers]
    labels, mixtures = preset_labels(able), {c.id: c.preset.config for c in able}
    selected = current_mixture()
    if match := matching_preset(able, selected):
        return labels, mixtures, match.id
    if selected.layers and not mixture_gap():
        labels = {CURRENT: "The mixture of the chat", **labels}
        mixtures[CURRENT] = selected
    return labels, mixtures, next(iter(labels), CURRENT)
