"""Draws a bar for each model, role, preset, endpoint or outcome that cost money."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import streamlit as st

from moa_core.usage import FREE, Cost
from pages.widgets.formatting import counted, figures
from pages.widgets.markdown import plain_label
from pages.widgets.spend import wording
from pages.widgets.spend.period import Period
from pages.widgets.spend.runs import RunSelection, request_runs
from storage.spending import (
    OTHER_KEY,
    CallFilter,
    KeySpend,
    KindSpend,
    Spend,
    SpendBreakdown,
    SpendGroup,
)

SHOWN: Final = 8
MORE: Final = 25
_BY: Final = {
    "model": ("Model", ("endpoint", "model")),
    "role": ("Role", ("role",)),
    "preset": ("Preset", ("preset",)),
    "endpoint": ("Endpoint", ("endpoint",)),
    "outcome": ("Outcome", ("role", "disposition")),
    "kind": ("Type", ()),
    "key": ("API key", ()),
}
"""By name: what the page calls it, and the fields that the calls of a group share.

Types are of conversations, and keys of runs: they have none.
"""

_FOR_NOTHING: Final = ("failed", "stopped", "interrupted", "retried")


def spend_breakdown(spent: SpendBreakdown, spend: Spend, period: Period) -> None:
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
    if by == "key":
        bars = [_bar_of_key(each) for each in spend.by_key(period.span)]
        if not bars:
            st.container(key="no-api-spend").caption(
                "No requests through the API in this period."
            )
    elif by == "kind":
        bars = [_bar_of_kind(each) for each in spend.by_kind(period.span)]
    else:
        of_caches = bool(spent.total.cache_known_tokens)
        bars = [_bar_of(group, of_caches=of_caches) for group in spent.by(*_BY[by][1])]
    highest = max((bar.cost.usd for bar in bars), default=Decimal(0))
    count: int = st.session_state.get(f"spend shown {by}", SHOWN)
    for number, bar in enumerate(bars[:count]):
        with st.container(gap=None, key=f"spend-{by}-{number}"):
            _draw(f"spend-runs-{by}-{number}", bar, whole, highest)
    if len(bars) > count:
        st.button(
            f"Show more ({len(bars) - count:,})",
            icon=":material/expand_more:",
            key="spend-more",
            on_click=st.session_state.__setitem__,
            args=(f"spend shown {by}", count + MORE),
        )
    if spent.erased.calls:
        part = _money_and_percent(spent.erased.cost, whole)
        st.caption(f"Permanently deleted chats: {part}")


def _wasted(spent: SpendBreakdown, whole: Decimal) -> str:
    lost = [spent.of(CallFilter(disposition=fate)) for fate in _FOR_NOTHING]
    lost_cost = sum((amount.cost for amount in lost), FREE)
    unread = spent.of(CallFilter(disposition="unread")).cost

    def dollars(part: Cost) -> str:
        percent = wording.percent_of(part.usd, whole)
        return f"**{figures.money(Cost(part.usd))}** ({percent})"

    def unknown(part: Cost) -> str:
        calls = counted(part.unknown_calls, "call")
        return f" + {calls} of unknown cost" if part.unknown_calls else ""

    return (
        f"{dollars(lost_cost)} went to failed, stopped or retried calls"
        f"{unknown(lost_cost)}, {dollars(unread)} to proposals that no later model "
        f"read{unknown(unread)}."
    )


@dataclass(frozen=True, slots=True)
class _Bar:
    """What something has cost, the runs behind it, and what is said below it."""

    runs: RunSelection
    cost: Cost
    about: tuple[str, ...]


def _bar_of(group: SpendGroup, *, of_caches: bool) -> _Bar:
    amount, name = group.amount, wording.name_of(group.call_filter)
    calls = counted(amount.calls, "call")
    tokens = wording.amount_tokens(amount, of_caches=of_caches)
    saved = wording.cache_savings(amount)
    about = (calls, tokens, *saved, *wording.unknown(amount))
    return _Bar(RunSelection(name, group.call_filter), amount.cost, about)


def _bar_of_kind(spend: KindSpend) -> _Bar:
    name, runs = wording.name_of_kind(spend.kind), counted(spend.runs, "run")
    about = (runs, *wording.unknown_cost(spend.cost))
    selection = RunSelection(name, CallFilter(), kind=spend.kind)
    return _Bar(selection, spend.cost, about)


def _bar_of_key(spend: KeySpend) -> _Bar:
    name = plain_label(spend.name or OTHER_KEY.capitalize(), limit=80)
    runs = counted(spend.runs, "run")
    about = (runs, *wording.unknown_cost(spend.cost))
    selection = RunSelection(name, CallFilter(), key_uid=spend.key_uid)
    return _Bar(selection, spend.cost, about)


def _draw(key: str, bar: _Bar, whole: Decimal, highest: Decimal) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.button(
            bar.runs.name,
            key=key,
            type="tertiary",
            help="Show these runs",
            on_click=request_runs,
            args=(bar.runs,),
        )
        st.markdown(_money_and_percent(bar.cost, whole), width="content")
    st.progress(float(bar.cost.usd / highest) if highest else 0.0)
    st.caption(figures.SEPARATOR.join(bar.about))


def _money_and_percent(cost: Cost, whole: Decimal) -> str:
    text = f"**{wording.known_money(cost)}**"
    if wording.is_unknown(cost):
        return text  # a share of what nobody knows is not 0
    return f"{text} :gray[{wording.percent_of(cost.usd, whole)}]"
