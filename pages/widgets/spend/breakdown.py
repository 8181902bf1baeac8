"""Draws a bar for each model, role, preset, endpoint or outcome that cost money."""

from decimal import Decimal
from typing import Final

import streamlit as st

from moa_core.usage import FREE, Cost
from pages.widgets.formatting import figures
from pages.widgets.spend import wording
from pages.widgets.spend.runs import RunSelection, request_runs
from storage.spending import Amount, CallFilter, SpendBreakdown, SpendGroup

SHOWN: Final = 8
MORE: Final = 25
_BY: Final = {
    "model": ("Model", ("endpoint", "model")),
    "role": ("Role", ("role",)),
    "preset": ("Preset", ("preset",)),
    "endpoint": ("Endpoint", ("endpoint",)),
    "outcome": ("Outcome", ("role", "disposition")),
}
"""By name: what the page calls it, and the fields that the calls of a group share."""

_FOR_NOTHING: Final = ("failed", "stopped", "interrupted", "retried")


def spend_breakdown(spent: SpendBreakdown) -> None:
    """Draw what was wasted, and the groups of calls, the most expensive first."""
    st.header("Spend by", anchor=False)
    whole = spent.total.cost.usd
    st.caption(_wasted(spent, whole))
    by = st.segmented_control(
        "By",
        list(_BY),
        default="model",
        required=True,
        format_func=lambda name: _BY[name][0],
        key="spend-by",
        label_visibility="collapsed",
        persist_state="session",
    )
    groups = spent.by(*_BY[by][1])
    highest = max((group.amount.cost.usd for group in groups), default=Decimal(0))
    count: int = st.session_state.get(f"spend shown {by}", SHOWN)
    for number, group in enumerate(groups[:count]):
        with st.container(gap=None, key=f"spend-{by}-{number}"):
            _bar(f"spend-runs-{by}-{number}", group, whole, highest)
    if len(groups) > count:
        st.button(
            f"Show more ({len(groups) - count:,})",
            icon=":material/expand_more:",
            key="spend-more",
            on_click=st.session_state.__setitem__,
            args=(f"spend shown {by}", count + MORE),
        )
    if spent.erased.calls:
        part = _money_and_percent(spent.erased, whole)
        st.caption(f"Permanently deleted chats: {part}")


def _wasted(spent: SpendBreakdown, whole: Decimal) -> str:
    lost = [spent.of(CallFilter(disposition=fate)) for fate in _FOR_NOTHING]
    lost_cost = sum((amount.cost for amount in lost), FREE)
    unread = spent.of(CallFilter(disposition="unread")).cost

    def dollars(part: Cost) -> str:
        percent = wording.percent_of(part.usd, whole)
        return f"**{figures.money(Cost(part.usd))}** ({percent})"

    def unknown(part: Cost) -> str:
        calls = figures.counted(part.unknown_calls, "call")
        return f" + {calls} of unknown cost" if part.unknown_calls else ""

    return (
        f"{dollars(lost_cost)} went to failed, stopped or retried calls"
        f"{unknown(lost_cost)}, {dollars(unread)} to proposals that no later model "
        f"read{unknown(unread)}."
    )


def _bar(key: str, group: SpendGroup, whole: Decimal, highest: Decimal) -> None:
    name, amount = wording.name_of(group.call_filter), group.amount
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.button(
            name,
            key=key,
            type="tertiary",
            help="Show these runs",
            on_click=request_runs,
            args=(RunSelection(name, group.call_filter),),
        )
        st.markdown(_money_and_percent(amount, whole), width="content")
    st.progress(float(amount.cost.usd / highest) if highest else 0.0)
    calls, tokens = figures.counted(amount.calls, "call"), wording.amount_tokens(amount)
    st.caption(figures.SEPARATOR.join([calls, tokens, *wording.unknown(amount)]))


def _money_and_percent(amount: Amount, whole: Decimal) -> str:
    text = f"**{wording.known_money(amount.cost)}**"
    if amount.cost.unknown_calls and not amount.cost.usd:
        return text  # a share of what nobody knows is not 0
    return f"{text} :gray[{wording.percent_of(amount.cost.usd, whole)}]"
