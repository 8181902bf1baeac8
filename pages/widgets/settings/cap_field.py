"""Draws a field for a cap in US dollars, which may be empty."""

from decimal import Decimal
from typing import Any

import streamlit as st

from storage.settings import HIGHEST_CAP_USD


def cap_field(
    label: str,
    key: str,
    present: Decimal | None = None,
    *,
    step: float = 1.0,
    decimals: int = 2,
    **more: Any,  # noqa: ANN401 - of Streamlit's field
) -> float | None:
    """Draw the field, and tell what is entered in it; ``None`` is no cap.

    Args:
        label: What is capped.
        key: Names the field.
        present: The cap that it begins with.
        step: By how much its buttons change the cap, in US dollars.
        decimals: How many are shown.
        more: What else the field is given.
    """
    if present is not None:  # a default that is a number could not be taken back
        st.session_state.setdefault(key, float(present))
    entered: float | None = st.number_input(
        label,
        min_value=0.0,
        max_value=float(HIGHEST_CAP_USD),
        value=None,
        step=step,
        format=f"%.{decimals}f",
        placeholder="No cap",
        key=key,
        **more,
    )
    return entered
