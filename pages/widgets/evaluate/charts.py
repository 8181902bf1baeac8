"""Draws an experiment: the narrowing range, cost against quality, wins by kind."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from moa_core.evaluation import Tally, best_for_the_price
from moa_core.experiments import MIXTURE, Look, Result, name_of_arm
from pages.widgets.formatting import ACCENT, dot_labels, percent, percent_range
from pages.widgets.markdown import plain_label

FEWEST_LOOKS: Final = 3
"""Fewer show nothing that the sentence does not."""

FEWEST_COSTS: Final = 2
"""Where all arms cost the same, there is nothing to weigh."""

_HEIGHT_PX: Final = 260
_ROW_PX: Final = 36
_PALE: Final = "rgba(109, 102, 240, 0.22)"
_GREY: Final = "#8b8b98"
_LOST: Final = "#d97757"
_GRID: Final = {"left": 8, "right": 24, "top": 24, "bottom": 32, "containLabel": True}
_NAME_CHARS: Final = 60
_LABEL_PX: Final = 112


def narrowing_chart(looks: Sequence[Look], worth: float) -> None:
    """Draw the win rate and its range, question after question."""
    if len(looks) < FEWEST_LOOKS:
        return
    last = looks[-1]
    share = percent(last.rate.rate or 0.0)
    st.subheader("How the range narrowed", anchor=False)
    st.echarts_chart(
        _narrowing_spec(looks, worth),
        height=_HEIGHT_PX,
        key="experiment-narrowing",
        alt=f"Line: win rate with its range. After {last.questions:,} questions "
        f"{share}, {percent_range(last.rate.low, last.rate.high)}.",
    )


def _narrowing_spec(looks: Sequence[Look], worth: float) -> dict[str, Any]:
    def line(values: list[float], more: dict[str, Any]) -> dict[str, Any]:
        data = [
            [look.questions, round(100 * value, 1)]
            for look, value in zip(looks, values, strict=True)
        ]
        return {"type": "line", "showSymbol": False, "data": data} | more

    low = [look.rate.low for look in looks]
    width = [look.rate.high - look.rate.low for look in looks]
    none = {"lineStyle": {"opacity": 0}, "stack": "range", "silent": True}
    marks = [_mark(50, "no difference", "insideEndBottom")]
    if worth > 0.5:
        marks.append(_mark(round(100 * worth), "worth it", "insideEndTop"))
    return {
        "animation": False,
        "grid": _GRID,
        "xAxis": {"type": "value", "name": "questions", "nameLocation": "middle",
                  "nameGap": 24, "minInterval": 1, "max": looks[-1].questions},
        "yAxis": {"type": "value", "min": 0, "max": 100,
                  "axisLabel": {"formatter": "{value} %"}},
        "series": [
            line(low, none),
            line(width, {**none, "areaStyle": {"color": _PALE}}),
            line(
                [look.rate.rate or 0.0 for look in looks],
                {"name": "Win rate", "lineStyle": {"color": ACCENT},
                 "itemStyle": {"color": ACCENT}, "markLine": {
                    "symbol": "none",
                    "silent": True,
                    "lineStyle": {"color": _GREY, "type": "dashed"},
                    "data": marks,
                }},
            ),
        ],
    }  # fmt: skip


def _mark(share: int, name: str, position: str) -> dict[str, Any]:
    label = {"formatter": f"{name} ({share} %)", "position": position}
    return {"yAxis": share, "label": label}


def value_chart(found: Result) -> None:
    """Draw what each arm costs and how often it wins against the mixture."""
    points, unknown = _points(found)
    if len({cost for cost, _ in points.values()}) < FEWEST_COSTS:
        return
    front = best_for_the_price(points)
    st.subheader("Cost and quality", anchor=False)
    spoken = "; ".join(
        f"{name}: ${cost:.4f}, {percent(quality)}"
        for name, (cost, quality) in points.items()
    )
    st.echarts_chart(
        _value_spec(points, front),
        height=_HEIGHT_PX,
        key="experiment-value",
        alt=f"Dots: cost of an answer against wins over the mixture. {spoken}.",
    )
    best = ", ".join(plain_label(name, limit=_NAME_CHARS) for name in front)
    st.caption(
        "Win rate against the mixture, by the judge; the mixture itself is at 50 %. "
        f"Best for the price: {best}."
    )
    if unknown:
        names = ", ".join(plain_label(name, limit=_NAME_CHARS) for name in unknown)
        st.caption(f"Cost unknown: {names}.")


def _points(found: Result) -> tuple[dict[str, tuple[float, float]], list[str]]:
    """Cost and quality by the name of an arm, and the arms of unknown cost."""
    points: dict[str, tuple[float, float]] = {}
    unknown: list[str] = []
    ours = name_of_arm(found.protocol, MIXTURE)
    for pair in found.pairs.values():
        rate = pair.judged.tally.rate
        if rate is None:
            continue
        name = name_of_arm(found.protocol, pair.pair.removeprefix(MIXTURE))
        for arm, usd, quality in zip(
            (ours, name), pair.judged.usd, (0.5, 1 - rate), strict=True
        ):
            if usd is not None:
                points.setdefault(arm, (usd, quality))
            elif arm not in unknown:
                unknown.append(arm)
    return points, [arm for arm in unknown if arm not in points]


def _value_spec(
    points: Mapping[str, tuple[float, float]], front: Sequence[str]
) -> dict[str, Any]:
    beside = dot_labels(points, front)

    def data(names: Sequence[str]) -> list[dict[str, Any]]:
        return [
            {
                "name": "\n".join(
                    each.removeprefix("the mixture ").removeprefix("the ")
                    for each in beside[name]
                ),
                "value": [round(points[name][0], 6), round(100 * points[name][1], 1)],
            }
            for name in names
        ]

    label = {"show": True, "formatter": "{b}", "position": "right",
             "width": _LABEL_PX, "overflow": "truncate"}  # fmt: skip
    layout = {"moveOverlap": "shiftY"}
    shares = [100 * quality for _, quality in points.values()]
    others = [name for name in points if name not in front]
    return {
        "animation": False,
        "grid": {**_GRID, "right": _LABEL_PX + 16},
        "xAxis": {"type": "value", "name": "$ an answer", "nameLocation": "middle",
                  "nameGap": 24, "axisLabel": {"formatter": "${value}"}},
        "yAxis": {"type": "value", "min": max(0, round(min(shares), -1) - 10),
                  "max": min(100, round(max(shares), -1) + 10),
                  "axisLabel": {"formatter": "{value} %"}},
        "series": [
            {"type": "line", "data": data(front), "symbolSize": 12,
             "label": label, "labelLayout": {**layout, "dy": 12},  # it rises: below it
             "lineStyle": {"color": ACCENT},
             "itemStyle": {"color": ACCENT}},
            {"type": "scatter", "data": data(others), "symbolSize": 10, "label": label,
             "labelLayout": layout, "itemStyle": {"color": _GREY}},
        ],
    }  # fmt: skip


def kinds_chart(by_kind: Mapping[str, Tally]) -> None:
    """Draw won, tied and lost questions of each kind as bars."""
    if len(by_kind) < 2:
        return
    st.subheader("By kind of question", anchor=False)
    spoken = "; ".join(
        f"{kind or 'unknown'}: won {tally.wins:,}, tied {tally.ties:,}, "
        f"lost {tally.losses:,}"
        for kind, tally in by_kind.items()
    )
    st.echarts_chart(
        _kinds_spec(by_kind),
        height=80 + _ROW_PX * len(by_kind),
        key="experiment-kinds",
        alt=f"Bars: {spoken}.",
    )


def _kinds_spec(by_kind: Mapping[str, Tally]) -> dict[str, Any]:
    parts = (
        ("Won", "wins", ACCENT),
        ("Tied", "ties", _GREY),
        ("Lost", "losses", _LOST),
    )
    return {
        "animation": False,
        "grid": {**_GRID, "top": 36},
        "legend": {"top": 0, "data": [name for name, _, _ in parts]},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "inverse": True,
                  "data": [kind or "unknown" for kind in by_kind]},
        "series": [
            {"type": "bar", "name": name, "stack": "kind", "barMaxWidth": 22,
             "itemStyle": {"color": colour},
             "data": [getattr(tally, field) for tally in by_kind.values()]}
            for name, field, colour in parts
        ],
    }  # fmt: skip
