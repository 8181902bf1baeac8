"""Compares presets by cost and latency of a run, mixtures by the cost of a win."""

from typing import Any, Final

import streamlit as st

from moa_core.usage import NANO_USD, Cost
from moa_core.votes import Score, score_contestants
from pages.widgets.formatting import ACCENT, figures
from pages.widgets.markdown import horizontal_scroll, plain_label
from pages.widgets.spend import wording
from pages.widgets.spend.period import Period
from storage.spending import PresetSpend, Spend
from storage.votes import Votes

SHOWN: Final = 12
_HEIGHT_PX: Final = 260
_NAME_CHARS: Final = 32


def cost_and_latency(spend: Spend, votes: Votes, period: Period) -> None:
    """Draw cost against time to the first word, and tables of presets and wins."""
    presets = [each for each in spend.presets(period.span) if each.runs][:SHOWN]
    st.header("Value", anchor=False)
    dots = [dot for each in presets if (dot := _dot(each))]
    if len(dots) > 1:
        spoken = "; ".join(f"{name}: {s} s, {mean} per run" for name, s, mean in dots)
        st.echarts_chart(
            _spec(dots),
            height=_HEIGHT_PX,
            key="spend-patience",
            alt=f"Dots: time to first token against cost per run. {spoken}.",
        )
    head = (
        "| Preset | Runs | Cost per run | First token | Total |\n|---|--:|--:|--:|--:|"
    )
    table = "\n".join([head, *map(_preset_row, presets)])
    horizontal_scroll(st.container()).markdown(table)
    scores = score_contestants(stored.vote for stored in votes.all(period.span.since))
    if not scores:
        st.caption("No votes in this period. Vote in Compare to see the cost per win.")
        return
    head = "| Contestant | Votes | Won | Cost per win |\n|---|--:|--:|--:|"
    table = "\n".join([head, *map(_win_row, scores[:SHOWN])])
    horizontal_scroll(st.container()).markdown(table)
    st.caption(
        "Cost per win: what all judged answers of a mixture cost, lost ones included, "
        "divided by wins."
    )


def _name(spend: PresetSpend) -> str:
    return spend.preset or wording.UNNAMED


def _mean(spend: PresetSpend) -> Cost | None:
    """Of the runs whose whole cost is known."""
    if not spend.priced_runs:
        return None
    return Cost((spend.priced_cost.usd / spend.priced_runs).quantize(NANO_USD))


def _dot(spend: PresetSpend) -> tuple[str, float, Cost] | None:
    """Name, seconds to the first word, and cost of a run, if both are known."""
    mean = _mean(spend)
    if mean is None or spend.median_ttft_s is None:
        return None
    return _name(spend), spend.median_ttft_s, mean


def _spec(dots: list[tuple[str, float, Cost]]) -> dict[str, Any]:
    return {
        "animation": False,
        "grid": {"left": 8, "right": 56, "top": 32, "bottom": 28, "containLabel": True},
        "xAxis": {
            "type": "value",
            "name": "seconds to first token",
            "nameLocation": "middle",
            "nameGap": 28,
        },
        "yAxis": {
            "type": "value",
            "name": "$ per run",
            "axisLabel": {"formatter": "${value}"},
        },
        "series": [
            {
                "type": "scatter",
                "symbolSize": 14,
                "itemStyle": {"color": ACCENT},
                "data": [
                    {"name": name[:_NAME_CHARS], "value": [seconds, float(mean.usd)]}
                    for name, seconds, mean in dots
                ],
                "label": {"show": True, "formatter": "{b}", "position": "top"},
                "labelLayout": {"moveOverlap": "shiftY", "hideOverlap": True},
            }
        ],
    }


def _preset_row(spend: PresetSpend) -> str:
    mean, waited_s = _mean(spend), spend.median_ttft_s
    left_out = spend.runs - spend.priced_runs
    note = f" :gray[+ {left_out:,} unknown]" if left_out else ""
    return _row(
        f"**{plain_label(_name(spend), limit=_NAME_CHARS)}**",
        f"{spend.runs:,}",
        (figures.money(mean) if mean else "unknown") + note,
        ":gray[none]" if waited_s is None else figures.seconds(waited_s),
        figures.money_cell(spend.cost),
    )


def _win_row(score: Score) -> str:
    who, price = score.contestant, score.price_of_a_win
    return _row(
        f"**{plain_label(who.name, limit=_NAME_CHARS)}** :gray[{who.sign}]",
        f"{score.votes:,}",
        f"{score.wins:,}",
        figures.money_cell(price) if price else ":gray[no wins yet]",
    )


def _row(first: str, *others: str) -> str:
    """A row of a table whose figures stay on their lines; it can be pushed aside."""
    whole = [cell.replace(" ", figures.NO_BREAK) for cell in others]
    return f"| {' | '.join([first, *whole])} |"
