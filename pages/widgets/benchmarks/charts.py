"""Draws benchmarks: cost against quality, skills, and categories by turn."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from moa_core.evaluation import best_for_the_price
from moa_core.experiments import BenchmarkResult, Figure
from pages.widgets.benchmarks.results_table import ResultRow
from pages.widgets.formatting import ACCENT, dot_labels
from pages.widgets.markdown import plain_label

FEWEST_COSTS: Final = 2
"""Where all answers cost the same, there is nothing to weigh."""

_HEIGHT_PX: Final = 280
_ROW_PX: Final = 34
_TURN_PX: Final = 52
_GREY: Final = "#8b8b98"
_NAME_CHARS: Final = 40
_LABEL_PX: Final = 120
_GRID: Final = {"left": 8, "right": 40, "top": 28, "bottom": 32, "containLabel": True}


def price_chart(rows: Sequence[ResultRow], *, percent: bool) -> None:
    """Draw what an answer of each run costs, and how good it is."""
    ours = [row for row in rows if row.score is not None]
    known: dict[str, tuple[float, float]] = {}
    for row in ours:
        if row.usd is not None and row.score is not None:
            known[_distinct(row.name, known)] = (row.usd, row.score)
    if len({usd for usd, _ in known.values()}) >= FEWEST_COSTS:
        front = best_for_the_price(known)
        st.header("Cost and quality", anchor=False)
        st.echarts_chart(
            _value_spec(known, front, percent=percent),
            height=_HEIGHT_PX,
            key="benchmark-value",
            alt="Dots: cost of an answer against the result. "
            + "; ".join(
                f"{name}: ${usd:.4f}, {q:.2f}" for name, (usd, q) in known.items()
            ),
        )
        best = ", ".join(plain_label(name, limit=_NAME_CHARS) for name in front)
        st.caption(f"Best for the price: {best}.")
    unknown = dict.fromkeys(row.name for row in ours if row.usd is None)
    if unknown:
        names = ", ".join(plain_label(name, limit=_NAME_CHARS) for name in unknown)
        st.caption(f"Cost unknown: {names}.")


def _distinct(name: str, taken: Mapping[str, object]) -> str:
    number, distinct = 1, name
    while distinct in taken:
        number += 1
        distinct = f"{name} ({number})"
    return distinct


def _value_spec(
    points: Mapping[str, tuple[float, float]], front: Sequence[str], *, percent: bool
) -> dict[str, Any]:
    beside = dot_labels(points, front)

    def data(names: Sequence[str]) -> list[dict[str, Any]]:
        return [
            {
                "name": "\n".join(beside[name]),
                "value": [round(points[name][0], 6), round(points[name][1], 2)],
            }
            for name in names
        ]

    label = {"show": True, "formatter": "{b}", "position": "right",
             "width": _LABEL_PX, "overflow": "truncate"}  # fmt: skip
    layout = {"moveOverlap": "shiftY"}
    others = [name for name in points if name not in front]
    form = "{value} %" if percent else "{value}"
    return {
        "animation": False,
        "grid": {**_GRID, "right": _LABEL_PX + 16},
        "xAxis": {"type": "value", "name": "$ an answer", "nameLocation": "middle",
                  "nameGap": 24, "axisLabel": {"formatter": "${value}"}},
        "yAxis": {"type": "value", "scale": True, "axisLabel": {"formatter": form}},
        "series": [
            {"type": "line", "data": data(front), "symbolSize": 12, "label": label,
             "labelLayout": layout, "lineStyle": {"color": ACCENT},
             "itemStyle": {"color": ACCENT}},
            {"type": "scatter", "data": data(others), "symbolSize": 10, "label": label,
             "labelLayout": layout, "itemStyle": {"color": _GREY}},
        ],
    }  # fmt: skip


def group_charts(found: BenchmarkResult) -> None:
    """Draw the skills of FLASK, or the categories of MT-Bench by turn, as bars."""
    if skills := found.groups.get("skill"):
        st.subheader("By skill", anchor=False)
        _bars("benchmark-skills", {"Mean grade": skills}, _ROW_PX, most=5)
    if by_turn := found.groups.get("category and turn"):
        st.subheader("By category and turn", anchor=False)
        _bars("benchmark-categories", _by_turn(by_turn), _TURN_PX, most=10)


def _by_turn(figures: Mapping[str, Figure]) -> dict[str, dict[str, Figure]]:
    """``Turn 1`` and so on: by category."""
    turns: dict[str, dict[str, Figure]] = {}
    for label, figure in figures.items():
        category, _, turn = label.rpartition(".")
        turns.setdefault(f"Turn {turn}", {})[category] = figure
    return dict(sorted(turns.items()))


def _bars(
    key: str, series: Mapping[str, Mapping[str, Figure]], row_px: int, *, most: int
) -> None:
    labels = list(dict.fromkeys(label for each in series.values() for label in each))
    spoken = "; ".join(
        f"{label}, {name}: {figures[label].mean:.2f} of {figures[label].n:,}"
        for name, figures in series.items()
        for label in labels
        if label in figures
    )
    st.echarts_chart(
        _bars_spec(labels, series, most),
        height=72 + row_px * len(labels),
        key=key,
        alt=f"Bars of mean grades. {spoken}.",
    )


def _bars_spec(
    labels: Sequence[str], series: Mapping[str, Mapping[str, Figure]], most: int
) -> dict[str, Any]:
    def bar(figure: Figure | None) -> dict[str, Any]:
        if figure is None:
            return {"value": None}
        shown = f"{figure.mean:.2f}  (n {figure.n:,})"
        return {"value": round(figure.mean, 3), "label": {"formatter": shown}}

    colours = (ACCENT, _GREY)
    return {
        "animation": False,
        "grid": {**_GRID, "right": 96, "top": 36},
        "legend": {"top": 0, "show": len(series) > 1, "data": list(series)},
        "xAxis": {"type": "value", "min": 0, "max": most},
        "yAxis": {"type": "category", "inverse": True, "data": list(labels)},
        "series": [
            {"type": "bar", "name": name, "barMaxWidth": 18,
             "itemStyle": {"color": colours[number % len(colours)]},
             "label": {"show": True, "position": "right"},
             "data": [bar(figures.get(label)) for label in labels]}
            for number, (name, figures) in enumerate(series.items())
        ],
    }  # fmt: skip
