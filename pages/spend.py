"""What was spent: how much, when, on what, and in which runs."""

import streamlit as st

from pages.widgets.formatting import user_timezone
from pages.widgets.spend import (
    cost_and_latency,
    csv_downloads,
    day_chart,
    most_expensive_runs,
    nothing_spent,
    period_summary,
    pick_period,
    show_chosen,
    spend_breakdown,
    totals,
)
from services import services

app = services()
app.spend.catch_up()
every_day = app.spend.by_day(user_timezone())

st.title("Spend")
if not every_day:
    nothing_spent(app)
    st.stop()
totals(every_day)
with st.container(horizontal=True, vertical_alignment="bottom", key="spend-choices"):
    period = pick_period()
    csv_downloads(app, period)
spent = app.spend.breakdown(period.span)
period_summary(app, period, spent)
if spent.total.calls:
    day_chart(period, every_day)
    spend_breakdown(spent)
    cost_and_latency(app, period)
    most_expensive_runs(app, period)
show_chosen(app, period)
