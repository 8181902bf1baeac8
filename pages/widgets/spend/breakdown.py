"""What money was spent on: a bar for each model, role, preset, endpoint or outcome."""

from decimal import Decimal
from typing import Final

import streamlit as st

from moa_core.usage import FREE, Cost
from pages.widgets.formatting import figures
from pages.widgets.spend import wording
from pages.widgets.spend.runs import RunSelection, request_runs
from storage.spending import (
    Amount,
    CallFilter,
    SpendBreakdown,
    SpendGroup,
)

SHOWN: Final = 8
MORE: Final = 25
_BY: Final = {
    "Model": ("endpoint", "model"),
    "Role": ("role",),
    "Preset": ("preset",),
    "Endpoint": ("endpoint",),
    "What became of it": ("role", "disposition"),
}
_FOR_NOTHING: Final = ("failed", "stopped", "interrupted", "retried")


def spend_breakdown(spent: SpendBreakdown) -> None:
    """Draw the groups, by what the user chooses, the dearest first."""
    st.subheader("On what")
    wasted_spend(spent)
    by = st.segmented_control(
        "By",
        list(_BY),
        default="Model",
        required=True,
        key="spend-by",
        label_visibility="collapsed",
        persist_state="session",
    )
    groups = spent.by(*_BY[by])
    whole = spent.total.cost.usd
    dearest = max((group.amount.cost.usd for group in groups), default=Decimal(0))
    count = _count_shown(by)
    for number, group in enumerate(groups[:count]):
        _bar(by, number, group, whole, dearest)
    if len(groups) > count:
        st.button(
            f"Show more ({len(groups) - count:,})",
            icon=":material/expand_more:",
            key="spend-more",
            on_click=_show_more,
            args=(by,),
        )
    if spent.erased.calls:
        part = _money_and_percent(spent.erased, whole)
        st.caption(f"Conversations deleted for good: {part}")


def wasted_spend(spent: SpendBreakdown) -> None:
    """In a line: what went to texts that nobody read."""
    whole = spent.total.cost.usd
    lost = [spent.of(CallFilter(disposition=fate)) for fate in _FOR_NOTHING]
    lost_cost = sum((amount.cost for amount in lost), FREE)
    unread = spent.of(CallFilter(disposition="unread"))
    said = [
        f"{_dollars(lost_cost.usd, whole)} went to attempts that failed, were stopped "
        f"or tried again{_of_unknown(lost_cost.unknown_calls)}",
        f"{_dollars(unread.cost.usd, whole)} to proposals that no later model read"
        f"{_of_unknown(unread.cost.unknown_calls)}",
    ]
    st.caption(f"{', '.join(said)}.")


def _bar(
    by: str, number: int, group: SpendGroup, whole: Decimal, most: Decimal
) -> None:
    name, amount = wording.name_of(group.call_filter), group.amount
    with st.container(gap=None, key=f"spend-{by}-{number}"):
        with st.container(
            horizontal=True,
            horizontal_alignment="distribute",
            vertical_alignment="center",
        ):
            st.button(
                name,
                key=f"spend-runs-{by}-{number}",
                type="tertiary",
                help="Show its runs",
                on_click=request_runs,
                args=(RunSelection(name, group.call_filter),),
            )
            st.markdown(_money_and_percent(amount, whole), width="content")
        st.progress(float(amount.cost.usd / most) if most else 0.0)
        parts = [
            figures.counted(amount.calls, "call"),
            wording.amount_tokens(amount),
            *wording.unknown(amount),
        ]
        st.caption(figures.SEPARATOR.join(parts))


def _count_shown(by: str) -> int:
    count: int = st.session_state.get(f"spend shown {by}", SHOWN)
    return count


def _show_more(by: str) -> None:
    st.session_state[f"spend shown {by}"] = _count_shown(by) + MORE


def _money_and_percent(amount: Amount, whole: Decimal) -> str:
    text = f"**{wording.known_money(amount.cost)}**"
    if amount.cost.unknown_calls and not amount.cost.usd:
        return text  # a share of what nobody knows is not 0
    return f"{text} :gray[{wording.percent_of(amount.cost.usd, whole)}]"


def _dollars(part: Decimal, whole: Decimal) -> str:
    amount = figures.money(Cost(part))
    return f"**{amount}** ({wording.percent_of(part, whole)})"


def _of_unknown(calls: int) -> str:
    return f" (and {figures.counted(calls, 'call')} of unknown cost)" if calls else ""
