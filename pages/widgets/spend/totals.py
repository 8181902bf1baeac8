"""Shows the totals of today, this month and all time, and what is unknown of them."""

from datetime import date
from typing import Final

import streamlit as st

from moa_core.usage import Cost
from pages.widgets.formatting import counted, dates, figures
from pages.widgets.layout import empty_state
from pages.widgets.spend import wording
from pages.widgets.spend.period import Period
from storage.spending import (
    MOST_CALLS,
    AutoSavings,
    Day,
    Spend,
    SpendBreakdown,
    breakdown_csv,
    cost_of_days,
)

TILES_FROM_DAYS: Final = 3
"""With fewer days of spending, three figures would all say the same."""


def totals(every_day: list[Day]) -> None:
    """Draw three figures side by side; of the first days one line."""
    if len(every_day) < TILES_FROM_DAYS:
        cost = cost_of_days(every_day)
        runs = counted(sum(day.runs for day in every_day), "run")
        since = dates.since(every_day[0].day)
        line = f"**{wording.money_and_unknown(cost)}** in {runs} {since}"
        st.container(key="spend-so-far").markdown(line)
        return
    today = dates.today()
    spans = {"Today": today, f"{today:%B}": today.replace(day=1), "All time": date.min}
    for column, (label, first) in zip(st.columns(3), spans.items(), strict=True):
        days = [day for day in every_day if day.day >= first]
        cost = cost_of_days(days)
        runs = counted(sum(day.runs for day in days), "run")
        with column.container(border=True, gap=None):
            known = "unknown" if wording.is_unknown(cost) else Cost(cost.usd)
            missing = [f"\\+ {each}" for each in wording.unknown_cost(cost)]
            st.metric(label, str(known))
            st.caption(figures.SEPARATOR.join([*missing, runs]))


def csv_downloads(spend: Spend, period: Period) -> None:
    """A button that opens both downloads; nothing is read before one is clicked."""
    stem = f"polyphony-spend-{period.name.lower().replace(' ', '-')}-{dates.today()}"
    with st.popover("Download CSV", icon=":material/download:", key="spend-csv"):
        st.download_button(
            "Summary",
            lambda: breakdown_csv(spend.breakdown(period.span)).encode(),
            key="csv-figures",
            file_name=f"{stem}.csv",
            mime="text/csv",
            icon=":material/table:",
            help="One row per preset, model, role and outcome; rows add up to the "
            "total.",
            on_click="ignore",
            width="stretch",
        )
        st.download_button(
            "All calls",
            lambda: spend.calls_csv(period.span),
            key="csv-calls",
            file_name=f"{stem}-calls.csv",
            mime="text/csv",
            icon=":material/list:",
            help=f"One row per call; the newest {MOST_CALLS:,} at most.",
            on_click="ignore",
            width="stretch",
        )
        st.caption("Cells that a spreadsheet might run as a formula start with ’.")


def period_summary(spent: SpendBreakdown, under_way: int, auto: AutoSavings) -> None:
    """Say what the chosen time cost, and what is not known of it.

    Args:
        spent: In that time.
        under_way: Runs that are not in it yet.
        auto: What Auto saved in it.
    """
    total = spent.total
    if not total.calls:
        place = st.container(key="nothing-in-period")
        place.info("Nothing spent in this period.")
        return
    cost = f"**{wording.money_and_unknown(total.cost)}**"
    calls, tokens = counted(total.calls, "call"), wording.amount_tokens(total)
    st.markdown(figures.SEPARATOR.join([cost, calls, tokens]))
    if missing := wording.unknown(total):
        st.caption(
            f":material/help: Not in this total: {' and '.join(missing)}. "
            "Set prices in Settings to count future calls."
        )
    if count := total.usage_estimated_calls:
        st.caption(
            f"Tokens and cost of {counted(count, 'call')} are estimated: the "
            "endpoint reported no usage."
        )
    if spent.erased.calls:
        st.caption(
            f"{wording.known_money(spent.erased.cost)} of this went to permanently "
            "deleted chats. What a chat cost stays in the totals."
        )
    if saved := wording.cache_savings(total):
        st.caption(
            f":material/cached: Prompt {saved[0]} against the full input price of each "
            "call."
        )
    if auto.judged:
        st.container(key="auto-savings").caption(_saved_by_auto(auto))
    if under_way:
        st.caption(f"{counted(under_way, 'run')} in progress, counted at the end.")


def _saved_by_auto(auto: AutoSavings) -> str:
    """How often one model was enough, and about what that saved."""
    answers = counted(auto.judged, "answer")
    said = f":material/bolt: Auto: one model was enough for {auto.enough} of {answers}"
    if not auto.enough:
        return f"{said}."
    calls, cost = counted(auto.calls, "call"), auto.cost
    return f"{said}. About {calls} and {wording.money_and_unknown(cost)} were saved."


def nothing_spent(under_way: int) -> None:
    """Say that nobody has asked anything, or that ``under_way`` runs are answering."""
    if under_way:
        st.container(key="first-run").info(
            "The first run is in progress. Its cost appears here when it ends."
        )
    else:
        empty_state("Nothing spent yet. The cost of every run adds up here.")
