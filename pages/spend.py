"""What was spent: how much, when, on what, and in which runs."""

import streamlit as st

from pages.widgets.formatting.dates import here
from pages.widgets.spend.breakdown import shares_view
from pages.widgets.spend.chart import day_chart
from pages.widgets.spend.cost_and_latency import patience_and_votes
from pages.widgets.spend.csv_downloads import csv_downloads
from pages.widgets.spend.period import pick_period
from pages.widgets.spend.runs import dearest_runs, show_chosen
from pages.widgets.spend.totals import nothing_spent, span_line, totals
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
spent = app.spend.spent(period.span)
span_line(app, period, spent)
if spent.total.calls:
    day_chart(period, every_day)
    shares_view(spent)
    patience_and_votes(app, period)
    dearest_runs(app, period)
show_chosen(app, period)
