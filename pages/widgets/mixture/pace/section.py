"""Draws the settings of a mixture's pace, one switch a mode."""

from collections.abc import Callable
from typing import Final, TypeAlias

import streamlit as st

from moa_core.mixture import MoAConfig
from pages.widgets.mixture.pace.waiting import hedging_mode, quorum_mode

Mode: TypeAlias = Callable[[MoAConfig], None]
"""Draws the switch of one mode, with a sentence of what it brings and costs."""

MODES: Final[tuple[Mode, ...]] = (quorum_mode, hedging_mode)


def pace_section(config: MoAConfig) -> None:
    """Draw every mode that a mixture can have."""
    if not MODES:
        return
    with st.expander("Speed and cost", key="pace"):
        for draw in MODES:
            draw(config)
