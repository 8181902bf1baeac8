"""Edits from which agreement on further layers are left out."""

import streamlit as st

from moa_core.mixture import EarlyExit, MoAConfig
from pages.widgets.mixture.pace.switch import mode_switch, with_mode
from pages.widgets.mixture.state import mixture_widget

_HELP = (
    "All proposals of a layer have to be this alike, 0 to 1, and none may contradict "
    "another. At 0.35, one question in four of those we measured skipped its second "
    "layer, with answers as alike as two runs of the whole mixture."
)


def early_exit_mode(config: MoAConfig) -> None:
    """Draw the switch, and the agreement that is needed."""
    if len(config.layers) < 2:
        return
    leave = config.pace.early_exit
    label = "Skip further layers when all drafts agree"
    mode_switch(label, "early_exit", config, EarlyExit())
    st.caption(
        "Saves time and money on clear questions. A draft that dissents always keeps "
        "the layers going."
    )
    if leave:
        mixture_widget(
            st.slider, "Agreement needed", "early-exit-agreement",
            lambda now, agreed: with_mode(now, early_exit=EarlyExit(agreement=agreed)),
            min_value=0.1, max_value=1.0, step=0.05, value=leave.agreement, help=_HELP,
        )  # fmt: skip
