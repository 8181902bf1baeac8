"""Switches the modes of a mixture's pace on and off."""

from dataclasses import replace
from typing import Any

import streamlit as st

from moa_core.mixture import MoAConfig
from pages.widgets.mixture.state import mixture_widget


def mode_switch(label: str, name: str, config: MoAConfig, mode: Any) -> None:  # noqa: ANN401 - any mode of a pace
    """Draw the switch of one mode.

    Args:
        label: What it is called on the page.
        name: Of the mode, as ``Pace`` has it.
        config: The mixture.
        mode: What is used when it is switched on.
    """
    mixture_widget(
        st.toggle,
        label,
        name.replace("_", "-"),
        lambda now, on: with_mode(now, **{name: mode if on else None}),
        value=getattr(config.pace, name) is not None,
    )


def with_mode(config: MoAConfig, **mode: Any) -> MoAConfig:  # noqa: ANN401 - any mode of a pace
    """The mixture with one mode of its pace changed, or off (``None``)."""
    return replace(config, pace=replace(config.pace, **mode))
