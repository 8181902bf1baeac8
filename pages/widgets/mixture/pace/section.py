"""Draws the settings of a mixture's pace, one switch a mode."""

from collections.abc import Callable
from typing import Final, TypeAlias

import streamlit as st

from moa_core.engine import Threshold
from moa_core.mixture import MoAConfig
from pages.widgets.mixture.pace.auto import auto_mode
from pages.widgets.mixture.pace.early_exit import early_exit_mode
from pages.widgets.mixture.pace.fast_start import fast_start_mode
from pages.widgets.mixture.pace.waiting import hedging_mode, quorum_mode

Mode: TypeAlias = Callable[[MoAConfig], None]
"""Draws the switch of one mode, with a sentence of what it brings and costs."""

MODES: Final[tuple[Mode, ...]] = (
    quorum_mode,
    hedging_mode,
    fast_start_mode,
    early_exit_mode,
)


def pace_section(config: MoAConfig, threshold: Callable[[], Threshold]) -> None:
    """Draw every mode that a mixture can have.

    Args:
        config: The mixture.
        threshold: Gives from which doubt on Auto asks the others, as votes have it.
    """
    if not config.layers:
        return
    with st.expander("Speed and cost", key="pace"):
        auto_mode(config, threshold() if config.pace.auto else Threshold())
        for draw in MODES:
            draw(config)
