"""What each day has cost, or each month of a long time, as bars that lead to runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any, Final

import streamlit as st

from moa_core.usage import FREE, Cost
from pages.widgets.formatting import dates, figures
from pages.widgets.spend.period import Period, span_of_day
from pages.widgets.spend.runs import RunSelection, request_runs
from pages.widgets.spend.wording import ACCENT
from storage.spending import CallFilter, Day, cost_of_days
from storage.values import TimeSpan

MOST_BARS: Final = 92
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


def day_chart(period: Period, every_day: list[Day]) -> None:
    """Draw the bars, and let one be chosen with the mouse or the keyboard."""
    bars = _bars(period, period.of(every_day))
    if len(bars) > 1 and any(bar.cost.usd for bar in bars):
        st.echarts_chart(
            _spec(bars),
            height=_HEIGHT_PX,
            key=_chart_key(period),
            on_select=lambda: _clicked(period, bars),
            alt=_alt(bars),
        )
    busy = [bar for bar in reversed(bars) if bar.runs]
    st.selectbox(
        "Runs of",
        busy,
        index=None,
        format_func=lambda bar: f"{bar.heading}: {_said(bar)}",
        placeholder="Choose a day or month to see its runs",
        key=f"spend-day-{period.name}",
        label_visibility="collapsed",
        on_change=_picked,
        args=(period,),
    )


def _picked(period: Period) -> None:
    key = f"spend-day-{period.name}"
    if bar := st.session_state.get(key):
        st.session_state[key] = None
        _choose(bar)


def _clicked(period: Period, bars: Sequence[_Bar]) -> None:
    chart: Any = st.session_state.get(_chart_key(period))
    selected = chart["selection"]["selected"] if chart else []
    places = [place for each in selected for place in each["data_indices"]]
    if places and places[-1] < len(bars):
        st.session_state[_CLICKS] = st.session_state.get(_CLICKS, 0) + 1
        _choose(bars[places[-1]])


def _chart_key(period: Period) -> str:
    """A new one after each click: a bar that stayed selected could not be clicked."""
    return f"spend-days-{period.name}-{st.session_state.get(_CLICKS, 0)}"


def _choose(bar: _Bar) -> None:
    request_runs(RunSelection(bar.heading, CallFilter(), bar.span))


def _bars(period: Period, its_days: list[Day]) -> list[_Bar]:
    first = period.first or its_days[0].day
    count = (dates.today() - first).days + 1
    if count > MOST_BARS:
        return _months(its_days)
    by_day = {day.day: day for day in its_days}
    return [
        _day(by_day.get(day) or Day(day, 0, FREE))
        for day in (first + timedelta(days=number) for number in range(count))
    ]


def _day(day: Day) -> _Bar:
    label = f"{day.day.day} {day.day:%b}"
    return _Bar(label, dates.heading(day.day), span_of_day(day.day), day.cost, day.runs)


def _months(its_days: list[Day]) -> list[_Bar]:
    bars = []
    for first, group in groupby(its_days, key=lambda day: day.day.replace(day=1)):
        of_month = list(group)
        following = (first + timedelta(days=31)).replace(day=1)
        span = TimeSpan(dates.start_of(first), dates.start_of(following))
        runs = sum(day.runs for day in of_month)
        heading = f"{first:%B %Y}"
        bars.append(_Bar(f"{first:%b %Y}", heading, span, cost_of_days(of_month), runs))
    return bars


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
    dearest = max(bars, key=lambda bar: bar.cost.usd)
    return (
        f"Bars: cost from {bars[0].heading} to {bars[-1].heading}. "
        f"The most, {Cost(dearest.cost.usd)}, was on {dearest.heading}."
    )


def _said(bar: _Bar) -> str:
    known = (
        "unknown" if bar.cost.unknown_calls and not bar.cost.usd else Cost(bar.cost.usd)
    )
    parts = [str(known), figures.counted(bar.runs, "run")]
    if bar.cost.unknown_calls:
        parts.append(
            f"{figures.counted(bar.cost.unknown_calls, 'call')} of unknown cost"
        )
    return " · ".join(parts)
