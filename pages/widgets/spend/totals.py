"""Shows the totals of today, this month and all time, and what is unknown of them."""

from datetime import date

import streamlit as st

from moa_core.usage import Cost
from pages.widgets.formatting import dates, figures
from pages.widgets.layout import empty_state
from pages.widgets.spend import wording
from pages.widgets.spend.period import Period
from storage.spending import (
    MOST_CALLS,
    Day,
    Spend,
    SpendBreakdown,
    breakdown_csv,
    cost_of_days,
)


def totals(every_day: list[Day]) -> None:
    """Draw three figures side by side, on a phone one below the other."""
    today = dates.today()
    spans = {"Today": today, f"{today:%B}": today.replace(day=1), "All time": date.min}
    for column, (label, first) in zip(st.columns(3), spans.items(), strict=True):
        days = [day for day in every_day if day.day >= first]
        cost = cost_of_days(days)
        runs = figures.counted(sum(day.runs for day in days), "run")
        with column.container(border=True, gap=None):
            known = "unknown" if wording.is_unknown(cost) else Cost(cost.usd)
            st.metric(label, str(known))
            st.caption(figures.SEPARATOR.join([runs, *wording.unknown_cost(cost)]))


def csv_downloads(spend: Spend, period: Period) -> None:
    """A button that opens both downloads; nothing is read before one is clicked."""
    stem = f"polyphony-spend-{period.name.lower().replace(' ', '-')}-{dates.today()}"
    with st.popover("CSV", icon=":material/download:", key="spend-csv"):
        st.download_button(
            "Figures",
            lambda: breakdown_csv(spend.breakdown(period.span)).encode(),
            key="csv-figures",
            file_name=f"{stem}.csv",
            mime="text/csv",
            icon=":material/table:",
            help="A line for every preset, model, role and outcome; they add up.",
            on_click="ignore",
            width="stretch",
        )
        st.download_button(
            "Every call",
            lambda: spend.calls_csv(period.span),
            key="csv-calls",
            file_name=f"{stem}-calls.csv",
            mime="text/csv",
            icon=":material/list:",
            help=f"A line for every call, the newest {MOST_CALLS:,} at most.",
            on_click="ignore",
            width="stretch",
        )
        st.caption("Cells that a spreadsheet would run as formulas begin with ’.")


def period_summary(spent: SpendBreakdown, under_way: int) -> None:
    """Say what the chosen time cost, and what is not known of it.

    Args:
        spent: In that time.
        under_way: Runs that are not in it yet.
    """
    total = spent.total
    if not total.calls:
        place = st.container(key="nothing-in-period")
        place.info("Nothing was spent in this time.")
        return
    cost = f"**{wording.known_money(total.cost)}**"
    calls, tokens = figures.counted(total.calls, "call"), wording.amount_tokens(total)
    st.markdown(figures.SEPARATOR.join([cost, calls, tokens]))
    if missing := wording.unknown(total):
        st.caption(
            f":material/help: Not in these sums: {' and '.join(missing)}. "
            "Prices can be entered in Settings, for calls to come."
        )
    if count := total.usage_estimated_calls:
        st.caption(
            f"The tokens of {figures.counted(count, 'call')}, and so the cost, were "
            "estimated: their endpoints did not report any."
        )
    if spent.erased.calls:
        st.caption(
            f"{wording.known_money(spent.erased.cost)} of it went to conversations "
            "that were deleted for good. Money that was spent stays in the sums; what "
            "it was spent on is gone."
        )
    if under_way:
        st.caption(
            f"{figures.counted(under_way, 'run')} under way: counted when ended."
        )


def nothing_spent(under_way: int) -> None:
    """Say that nobody has asked anything, or that ``under_way`` runs are answering."""
    if under_way:
        st.container(key="first-run").info(
            "The first run is under way. It is counted when it ends."
        )
    else:
        empty_state(
            "Nothing was spent yet. What every run costs will be added up here."
        )
