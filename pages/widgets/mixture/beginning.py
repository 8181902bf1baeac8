"""Begins a chat with the best mixture that is there, and changes nobody's choice."""

from collections.abc import Callable
from typing import TypeAlias

import streamlit as st

from moa_core.mixture import MoAConfig
from moa_core.plan import Beginning, first_mixture
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from pages.widgets.mixture.preset_choice import Choice, select_preset, use_preset
from pages.widgets.mixture.state import (
    current_mixture,
    has_mixture,
    mixture_generation,
    use_mixture,
)
from storage.presets import Presets

LastUsed: TypeAlias = Callable[[], MoAConfig | None]
"""Gives the mixture that was asked last, if it was this user's."""

_BEGUN = "what this tab began with"


def begin_tab(
    presets: Presets, last_used: LastUsed, endpoints: Endpoints, prices: PriceBook
) -> None:
    """In a new browser tab: take what a new chat begins with.

    While endpoints have not yet said what they serve, this is decided anew by each run
    of the script, unless the user has chosen something.
    """
    begun = st.session_state.pop(_BEGUN, None)
    if has_mixture() and begun != (mixture_generation(), current_mixture()):
        return
    settled = endpoints.settled
    beginning = begin_chat(presets, last_used, endpoints, prices)
    if not settled:
        st.session_state[_BEGUN] = (mixture_generation(), beginning.preset.config)


def begin_chat(
    presets: Presets, last_used: LastUsed, endpoints: Endpoints, prices: PriceBook
) -> Beginning:
    """Take what a new chat begins with, and give it."""
    default = presets.default()
    beginning = first_mixture(
        endpoints.infos(), prices, default.preset if default else None, last_used()
    )
    _use(beginning, Choice.of(default) if default else None)
    return beginning


def _use(beginning: Beginning, default: Choice | None = None) -> None:
    """Make it the mixture that answers next, unless it is already."""
    config = beginning.preset.config
    if has_mixture() and current_mixture() == config:
        return
    if beginning.kind == "default" and default:
        select_preset(default)
    elif beginning.kind == "last":
        use_mixture(config)
    else:
        use_preset(beginning.preset)
