"""Draws a block that folds under a header which may change while it is drawn.

Streamlit's expander forgets whether it is open when its label changes, and knows of no
click without a rerun; this one is a button and a line, so the header can count seconds,
and what is folded is not even sent to the browser.
"""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_TOUCHED = "folds touched by the user"


@dataclass(frozen=True, slots=True)
class Collapsible:
    """One foldable block.

    Attributes:
        header: Place of the header line.
        body: Where the content goes; ``None`` while it is folded.
    """

    header: DeltaGenerator
    body: DeltaGenerator | None


def collapsible(key: str, *, open_by_default: bool, label: str) -> Collapsible:
    """Draw the header of a block and make room for its body.

    Args:
        key: Names the block for as long as the browser session lasts.
        open_by_default: Whether it is open until the user has touched it.
        label: What the block is called, on the button that folds it.
    """
    touched: dict[str, bool] = st.session_state.setdefault(_TOUCHED, {})
    is_open = touched.get(key, open_by_default)
    row = st.container(
        horizontal=True,
        vertical_alignment="center",
        gap="xxsmall",
        wrap=False,
        key=f"{key}-head",
    )
    row.button(
        f"**{label}**",
        key=f"fold-{key}",
        icon=":material/expand_less:" if is_open else ":material/expand_more:",
        type="tertiary",
        on_click=touched.__setitem__,
        args=(key, not is_open),
        help="Fold" if is_open else "Unfold",
    )
    header = row.empty()
    place = st.empty()  # also while folded: what follows never changes its place
    return Collapsible(header, place.container() if is_open else None)
