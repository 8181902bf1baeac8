"""Draws the cost of each day or month as bars that lead to runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import groupby
from typing import Any, Final

import streamlit as st

from moa_core.usage import FREE, Cost
from pages.widgets.formatting import ACCENT, counted, dates
from pages.widgets.spend import wording
from pages.widgets.spend.period import Period
from pages.widgets.spend.runs import RunSelection, request_runs
from storage.spending import CallFilter, Day, cost_of_days
from storage.values import TimeSpan

MOST_BARS: Final = 92
FEWEST_BARS: Final = 3
"""Of days or months that cost something; fewer show nothing that a line does not."""

_HEIGHT_PX: Final = 240
_CLICKS: Final = "spend clicks"


@dataclass(frozen=True, slots=True)
class _Bar:
    """A day or a month."""

    label: str
    heading: str
    span: TimeSpan
    cost: Cost
    runs: int

    def __str__(self) -> str:
        cost = "unknown" if wording.is_unknown(self.cost) else Cost(self.cost.usd)
        parts = [str(cost), counted(self.runs, "run")]
        return f"{self.heading}: {' · '.join(parts + wording.unknown_cost(self.cost))}"


def day_chart(period: Period, every_day: list[Day]) -> None:
    """Draw the bars, and let one be chosen with the mouse or the keyboard."""
    bars = _bars(period, period.of(every_day))
    if sum(bool(bar.cost.usd) for bar in bars) >= FEWEST_BARS:
        # A new key after each click: a bar that stayed selected could not be clicked.
        key = f"spend-days-{period.name}-{st.session_state.get(_CLICKS, 0)}"
        st.echarts_chart(
            _spec(bars),
            height=_HEIGHT_PX,
            key=key,
            on_select=partial(_clicked, key, bars),
            alt=_alt(bars),
        )
    key = f"spend-day-{period.name}"

    def picked() -> None:
        if bar := st.session_state.get(key):
            st.session_state[key] = None
            request_runs(RunSelection(bar.heading, CallFilter(), bar.span))

    st.selectbox(
        "Runs of",
        [bar for bar in reversed(bars) if bar.runs],
        index=None,
        placeholder="Choose a day or month to see its runs",
        key=key,
        label_visibility="collapsed",
        on_change=picked,
    )


def _clicked(key: str, bars: Sequence[_Bar]) -> None:
    chart: Any = st.session_state.get(key)
    selected = chart["selection"]["selected"] if chart else []
    indexes = [index for each in selected for index in each["data_indices"]]
    if indexes and indexes[-1] < len(bars):
        st.session_state[_CLICKS] = st.session_state.get(_CLICKS, 0) + 1
        bar = bars[indexes[-1]]
        request_runs(RunSelection(bar.heading, CallFilter(), bar.span))


def _bars(period: Period, days: list[Day]) -> list[_Bar]:
    first = period.first or days[0].day
    count = (dates.today() - first).days + 1
    if count > MOST_BARS:
        months = groupby(days, key=lambda day: day.day.replace(day=1))
        return [_bar(list(of_month), monthly=True) for _, of_month in months]
    by_day = {day.day: day for day in days}
    shown = [first + timedelta(days=number) for number in range(count)]
    return [_bar([by_day.get(day) or Day(day, 0, FREE)]) for day in shown]


def _bar(days: list[Day], *, monthly: bool = False) -> _Bar:
    first = days[0].day.replace(day=1) if monthly else days[0].day
    end = first + timedelta(days=31 if monthly else 1)
    if monthly:
        end = end.replace(day=1)
    return _Bar(
        f"{first:%b %Y}" if monthly else f"{first.day} {first:%b}",
        f"{first:%B %Y}" if monthly else dates.heading(first),
        TimeSpan(dates.start_of(first), dates.start_of(end)),
        cost_of_days(days),
        sum(day.runs for day in days),
    )


def _spec(bars: Sequence[_Bar]) -> dict[str, Any]:
    return {
        "animation": False,
        "grid": {"left": 8, "right": 8, "top": 16, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "valueFormatter": "$%.4f"},
        "xAxis": {"type": "category", "data": [bar.label for bar in bars]},
        "yAxis": {"type": "value", "axisLabel": {"formatter": "${value}"}},
        "series": [
            {
                "type": "bar",
                "name": "Cost",
                "data": [float(bar.cost.usd) for bar in bars],
                "selectedMode": "single",
                "barMaxWidth": 36,
                "itemStyle": {"color": ACCENT, "borderRadius": [4, 4, 0, 0]},
            }
        ],
    }


def _alt(bars: Sequence[_Bar]) -> str:
    highest = max(bars, key=lambda bar: bar.cost.usd)
    return (
        f"Bars: cost from {bars[0].heading} to {bars[-1].heading}. "
        f"The most, {Cost(highest.cost.usd)}, was on {highest.heading}."
    )
