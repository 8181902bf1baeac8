"""What was spent: how much, when, on what, and in which runs."""

import streamlit as st

from pages.widgets.formatting import here
from pages.widgets.spend import (
    csv_downloads,
    day_chart,
    dearest_runs,
    nothing_spent,
    patience_and_votes,
    pick_period,
    shares_view,
    show_chosen,
    span_line,
    totals,
)
from services import services

app = services()
app.spend.catch_up()
every_day = app.spend.by_day(here())

st.title("Spend")
if not every_day:
    nothing_spent(app)
    st.stop()
totals(every_day)
with st.container(horizontal=True, vertical_alignment="bottom", key="spend-choices"):
    period = pick_period()
    csv_downloads(app, period)
spent = app.spend.breakdown(period.span)
span_line(app, period, spent)
if spent.total.calls:
    day_chart(period, every_day)
    shares_view(spent)
    patience_and_votes(app, period)
    dearest_runs(app, period)
show_chosen(app, period)
