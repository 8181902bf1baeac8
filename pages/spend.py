"""The page of spending: how much, when, on what, and in which runs."""

import streamlit as st

from pages.account import my_services
from pages.widgets.formatting import user_timezone
from pages.widgets.spend import (
    cost_and_latency,
    csv_downloads,
    day_chart,
    nothing_spent,
    period_summary,
    pick_period,
    show_chosen,
    spend_breakdown,
    top_runs,
    totals,
)

app = my_services()
spend = app.spend
spend.catch_up()
every_day = spend.by_day(user_timezone())

st.title("Spend", anchor=False)
if not every_day:
    nothing_spent(spend.under_way())
    st.stop()
totals(every_day)
with st.container(horizontal=True, vertical_alignment="bottom", key="spend-choices"):
    period = pick_period()
    csv_downloads(spend, period)
spent = spend.breakdown(period.span)
period_summary(spent, spend.under_way(), spend.auto_savings(period.span))
if spent.total.calls:
    day_chart(period, every_day)
    spend_breakdown(spent, spend, period)
    cost_and_latency(spend, app.votes, period)
    top_runs(spend, period)
show_chosen(spend, period)
