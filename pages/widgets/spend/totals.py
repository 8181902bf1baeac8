"""What today, this month and all time have cost, and what nobody knows of it."""

from datetime import date

import streamlit as st

from moa_core.usage import Cost
from pages.widgets.formatting import dates, figures
from pages.widgets.layout import empty_state
from pages.widgets.spend import wording
from pages.widgets.spend.period import Period
from services import Services
from storage.spending import Day, SpendBreakdown, cost_of_days


def totals(every_day: list[Day]) -> None:
    """Three figures side by side, on a phone one below the other."""
    today = dates.today()
    month = today.replace(day=1)
    spans = {
        "Today": today,
        f"{today:%B}": month,
        "All time": date.min,
    }
    columns = st.columns(len(spans))
    for column, (label, first) in zip(columns, spans.items(), strict=True):
        of_span = [day for day in every_day if day.day >= first]
        runs = sum(day.runs for day in of_span)
        with column.container(border=True, gap=None):
            cost = cost_of_days(of_span)
            st.metric(label, _amount(cost))
            st.caption(_about(runs, cost))


def period_summary(app: Services, period: Period, spent: SpendBreakdown) -> None:
    """The chosen time in a line or two: what it cost, and what is not known."""
    total = spent.total
    if not total.calls:
        st.info("Nothing was spent in this time.")
        return
    parts = [
        f"**{wording.known_money(total.cost)}**",
        figures.counted(total.calls, "call"),
        wording.amount_tokens(total),
    ]
    st.markdown(figures.SEPARATOR.join(parts))
    for line in _caveats(app, spent):
        st.caption(line)


def nothing_spent(app: Services) -> None:
    """Nobody has asked anything, or it is being answered."""
    if app.spend.under_way():
        st.info("The first run is under way. It is counted when it ends.")
        return
    empty_state("Nothing was spent yet. What every run costs will be added up here.")


def _caveats(app: Services, spent: SpendBreakdown) -> list[str]:
    total, said = spent.total, []
    if missing := wording.unknown(total):
        said.append(
            f":material/help: Not in these sums: {' and '.join(missing)}. "
            "Prices can be entered in Settings, for calls to come."
        )
    if count := total.usage_estimated_calls:
        said.append(
            f"The tokens of {figures.counted(count, 'call')}, and so the cost, were "
            "estimated: their endpoints did not report any."
        )
    if spent.erased.calls:
        said.append(
            f"{wording.known_money(spent.erased.cost)} of it went to "
            "conversations that were deleted for good. Money that was spent stays in "
            "the sums; what it was spent on is gone."
        )
    if running := app.spend.under_way():
        said.append(f"{figures.counted(running, 'run')} under way: counted when ended.")
    return said


def _amount(cost: Cost) -> str:
    return "unknown" if cost.unknown_calls and not cost.usd else str(Cost(cost.usd))


def _about(runs: int, cost: Cost) -> str:
    said = figures.counted(runs, "run")
    if cost.unknown_calls:
        said += f" · {figures.counted(cost.unknown_calls, 'call')} of unknown cost"
    return said
