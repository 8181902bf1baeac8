"""What a preset's runs cost against how long one waits, and what a win costs."""

from typing import Any, Final

import streamlit as st

from moa_core.usage import NANO_USD, Cost
from moa_core.votes import Score, score_contestants
from pages.widgets.formatting import figures
from pages.widgets.markdown import horizontal_scroll, plain_label
from pages.widgets.spend import wording
from pages.widgets.spend.period import Period
from services import Services
from storage.spending import PresetSpend

SHOWN: Final = 12
_HEIGHT_PX: Final = 260
_NAME_CHARS: Final = 32


def cost_and_latency(app: Services, period: Period) -> None:
    """Cost a run against the time to the first word, and the price of a win."""
    presets = [each for each in app.spend.presets(period.span) if each.runs][:SHOWN]
    st.subheader("What it is worth")
    placed = [each for each in presets if _place(each)]
    if len(placed) > 1:
        st.echarts_chart(
            _spec(placed), height=_HEIGHT_PX, key="spend-patience", alt=_alt(placed)
        )
    horizontal_scroll(st.container()).markdown(_preset_table(presets))
    scores = score_contestants(kept.vote for kept in app.votes.all(period.span.since))
    if scores:
        horizontal_scroll(st.container()).markdown(_win_table(scores))
        st.caption(
            "A win costs what all judged answers of a mixture have cost, those that "
            "lost included, for each win."
        )
    else:
        st.caption("No votes in this time: a duel in Compare tells what a win costs.")


def _place(spend: PresetSpend) -> tuple[float, float] | None:
    """Seconds to the first word, and dollars a run."""
    mean = _mean(spend)
    if mean is None or spend.median_ttft_s is None:
        return None
    return spend.median_ttft_s, float(mean.usd)


def _mean(spend: PresetSpend) -> Cost | None:
    """Of the runs whose whole cost is known."""
    if not spend.priced_runs:
        return None
    return Cost((spend.priced_cost.usd / spend.priced_runs).quantize(NANO_USD))


def _name(spend: PresetSpend) -> str:
    return spend.preset or wording.UNNAMED


def _spec(presets: list[PresetSpend]) -> dict[str, Any]:
    points = [
        {"name": _name(each)[:_NAME_CHARS], "value": list(_place(each) or ())}
        for each in presets
    ]
    return {
        "animation": False,
        "grid": {"left": 8, "right": 56, "top": 32, "bottom": 28, "containLabel": True},
        "xAxis": {
            "type": "value",
            "name": "seconds to the first word",
            "nameLocation": "middle",
            "nameGap": 28,
        },
        "yAxis": {
            "type": "value",
            "name": "$ a run",
            "axisLabel": {"formatter": "${value}"},
        },
        "series": [
            {
                "type": "scatter",
                "symbolSize": 14,
                "itemStyle": {"color": wording.ACCENT},
                "data": points,
                "label": {"show": True, "formatter": "{b}", "position": "top"},
                "labelLayout": {"hideOverlap": True},
            }
        ],
    }


def _alt(presets: list[PresetSpend]) -> str:
    said = [
        f"{_name(each)}: {each.median_ttft_s} s, {_mean(each)} a run"
        for each in presets
    ]
    return f"Dots: time to the first word against cost. {'; '.join(said)}."


def _preset_table(presets: list[PresetSpend]) -> str:
    head = (
        "| Preset | Runs | A run costs | First word | All runs |\n|---|--:|--:|--:|--:|"
    )
    return "\n".join([head, *map(_preset_row, presets)])


def _preset_row(spend: PresetSpend) -> str:
    mean, waited = _mean(spend), spend.median_ttft_s
    left_out = spend.runs - spend.priced_runs
    note = f" :gray[{left_out:,} not known]" if left_out else ""
    cells = [
        f"**{plain_label(_name(spend), limit=_NAME_CHARS)}**",
        f"{spend.runs:,}",
        (figures.money(mean) if mean else "unknown") + note,
        ":gray[none]" if waited is None else figures.seconds(waited),
        figures.money_cell(spend.cost),
    ]
    return _row(cells)


def _win_table(scores: tuple[Score, ...]) -> str:
    head = "| Judged | Votes | Won | A win costs |\n|---|--:|--:|--:|"
    return "\n".join([head, *(_win_row(score) for score in scores[:SHOWN])])


def _win_row(score: Score) -> str:
    who, price = score.contestant, score.price_of_a_win
    cells = [
        f"**{plain_label(who.name, limit=_NAME_CHARS)}** :gray[{who.sign}]",
        f"{score.votes:,}",
        f"{score.wins:,}",
        figures.money_cell(price) if price else ":gray[no win yet]",
    ]
    return _row(cells)


def _row(cells: list[str]) -> str:
    """A row of a table whose figures stay on their lines; it can be pushed aside."""
    first, *others = cells
    whole = [cell.replace(" ", figures.NO_BREAK) for cell in others]
    return f"| {' | '.join([first, *whole])} |"
