"""Offers to undo what was done to conversations last, each deletion by itself."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from pages.widgets.layout import undo_row

MOST_OFFERS: Final = 5
"""Older ones are found in the bin, in Settings."""

_OFFERS: Final = "what was done to conversations"


def offer_undo(name: str, message: str, undo: Callable[[], object]) -> None:
    """Offer to undo something from now on.

    Args:
        name: Names it; another offer of that name is replaced.
        message: Says what was done.
        undo: Undoes it.
    """

    def once() -> None:
        offers.pop(name, None)
        undo()

    offers: dict[str, tuple[str, Callable[[], object]]]
    offers = st.session_state.setdefault(_OFFERS, {})
    offers.pop(name, None)
    offers[name] = (message, once)
    for oldest in list(offers)[:-MOST_OFFERS]:
        del offers[oldest]


def withdraw_offers() -> None:
    """Offer nothing any more."""
    st.session_state.pop(_OFFERS, None)


def draw_undos() -> None:
    """Draw every offer, the newest first."""
    offers = st.session_state.get(_OFFERS, {})
    for number, offer in enumerate(reversed(list(offers.values()))):
        suffix = f"-{number}" if number else ""
        undo_row(f"conversation-undo{suffix}", f"undo-action{suffix}", *offer)
