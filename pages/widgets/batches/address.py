"""Names the batch that an address shows."""

from typing import Final

import streamlit as st

from pages.widgets.layout import BATCH, BENCHMARK, EXPERIMENT, VIEW

BATCHES_VIEW: Final = "batches"
"""The view of the page that lists them."""


def open_batches() -> None:
    """Show all batches."""
    for name in (EXPERIMENT, BENCHMARK, BATCH):
        st.query_params.pop(name, None)
    st.query_params[VIEW] = BATCHES_VIEW


def opened_batch() -> str | None:
    """The uid of the batch that a link led to."""
    return st.query_params.get(BATCH)
