"""Figures to take along: CSV of the groups, or of every call, safe in spreadsheets."""

from functools import partial

import streamlit as st

from pages.widgets.formatting import dates
from pages.widgets.spend.period import Period
from services import Services
from storage.spending import MOST_CALLS, breakdown_csv


def csv_downloads(app: Services, period: Period) -> None:
    """A button that opens both downloads; nothing is read before one is clicked."""
    stem = f"polyphony-spend-{period.name.lower().replace(' ', '-')}-{dates.today()}"
    with st.popover("CSV", icon=":material/download:", key="spend-csv"):
        st.download_button(
            "Figures",
            partial(_figures, app, period),
            file_name=f"{stem}.csv",
            mime="text/csv",
            icon=":material/table:",
            help="A line for every preset, model, role and outcome; they add up.",
            on_click="ignore",
            width="stretch",
        )
        st.download_button(
            "Every call",
            partial(app.spend.calls_csv, period.span),
            file_name=f"{stem}-calls.csv",
            mime="text/csv",
            icon=":material/list:",
            help=f"A line for every call, the newest {MOST_CALLS:,} at most.",
            on_click="ignore",
            width="stretch",
        )
        st.caption("Cells that a spreadsheet would run as formulas begin with ’.")


def _figures(app: Services, period: Period) -> bytes:
    return breakdown_csv(app.spend.breakdown(period.span)).encode()
