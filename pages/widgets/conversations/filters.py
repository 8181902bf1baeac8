"""Draws the filters of the history, says which are set, and builds them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import streamlit as st

from pages.widgets.formatting import dates
from pages.widgets.markdown import plain_label
from storage.history import FilterChoices, Filters, RunOutcome
from storage.schema import ConversationKind

_OUTCOMES: Final[Mapping[RunOutcome, str]] = {
    "succeeded": "Answered",
    "partial": "Partly failed",
    "failed": "Failed",
    "stopped": "Stopped",
    "interrupted": "Interrupted",
}
_KINDS: Final[Mapping[ConversationKind, str]] = {
    "chat": "Chats only",
    "duel": "Duels only",
    "experiment": "Experiments only",
    "benchmark": "Benchmarks only",
    "api": "API only",
}
_PERIODS: Final[Mapping[str, int]] = {
    "Today": 1,
    "Last 7 days": 7,
    "Last 30 days": 30,
    "Last year": 365,
}
_BETWEEN = "Custom range"
_NAMES = ("preset", "model", "outcome", "kind", "least", "most", "period", "archived")


def history_filters(choices: FilterChoices) -> None:
    """The button that opens the filters; ``choices`` are the presets and models."""
    count = len(_descriptions())
    label = f"Filters ({count})" if count else "Filters"
    with st.popover(label, icon=":material/filter_list:", key="history-filters"):
        _select("Preset", "preset", choices.presets)
        _select("Model", "model", choices.models)
        _select("Status", "outcome", list(_OUTCOMES), _OUTCOMES)
        _select("Type", "kind", list(_KINDS), _KINDS)
        row = st.container(horizontal=True)
        for label, name in (("Min. cost ($)", "least"), ("Max. cost ($)", "most")):
            row.number_input(
                label,
                min_value=0.0,
                value=None,
                format="%.4f",
                key=_key(name),
                persist_state="session",
            )
        _select("Period", "period", [*_PERIODS, _BETWEEN])
        if _value("period") == _BETWEEN:
            st.date_input("Dates", value=[], key=_key("days"), persist_state="session")
        st.toggle("Archived only", key=_key("archived"), persist_state="session")


def _select(
    label: str,
    name: str,
    options: Sequence[str],
    labels: Mapping[Any, str] = MappingProxyType({}),
) -> None:
    st.selectbox(
        label,
        options,
        index=None,
        placeholder="Any",
        format_func=lambda option: labels.get(option, option),
        key=_key(name),
        persist_state="session",
    )


def chosen_filters() -> Filters:
    """What is set."""
    least, most = _value("least"), _value("most")
    since = until = None
    period, days = _value("period"), _days()
    if period in _PERIODS:
        since = dates.start_of(dates.today() - timedelta(days=_PERIODS[period] - 1))
    elif period == _BETWEEN and days:
        since = dates.start_of(days[0])
        until = dates.start_of(days[-1] + timedelta(days=1))
    return Filters(
        preset=_value("preset"),
        model=_value("model"),
        outcome=_value("outcome"),
        kind=_value("kind"),
        at_least_usd=None if least is None else Decimal(str(least)),
        at_most_usd=None if most is None else Decimal(str(most)),
        since=since,
        until=until,
        archived=True if _value("archived") else None,
    )


def api_requests_button() -> None:
    """Lead to what programs asked, which the list of chats leaves out."""
    if not _value("kind"):
        st.button(
            "API requests",
            icon=":material/api:",
            key="history-api",
            help="Show what programs asked through the API",
            on_click=st.session_state.__setitem__,
            args=(_key("kind"), "api"),
        )


def show_filters() -> None:
    """Draw what is set, each to be taken away with a click."""
    descriptions = _descriptions()
    if not descriptions:
        return
    row = st.container(horizontal=True, key="history-filters-set")
    for name, description in descriptions.items():
        row.button(
            description,
            icon=":material/close:",
            icon_position="right",
            key=f"history-clear-{name}",
            on_click=_clear,
            args=((name,),),
        )


def nothing_found(query: str) -> None:
    """Say that nothing fits; filters that are set are named, since one forgets them."""
    descriptions = _descriptions()
    place = st.container(key="nothing-found")
    looked_for = f"“{plain_label(query, limit=60)}”" if query.strip() else ""
    under = ", ".join(descriptions.values())
    if looked_for and descriptions:
        place.info(f"No results for {looked_for} with these filters: {under}.")
    elif looked_for:
        place.info(
            f"No results for {looked_for}. All words must be in the same text; try "
            "fewer words, or just the start of one."
        )
    elif descriptions:
        place.info(f"No chats match these filters: {under}.")
    else:
        place.info(
            "No chats here. Archived ones are under the filter “Archived only”, "
            "requests of other programs under “API requests”."
        )
    if descriptions:
        place.button(
            "Clear filters",
            key="clear-filters",
            icon=":material/filter_list_off:",
            on_click=_clear,
        )


def _clear(names: tuple[str, ...] = _NAMES) -> None:
    for name in names:
        st.session_state[_key(name)] = False if name == "archived" else None


def _descriptions() -> dict[str, str]:
    """What is set, by name, each in a few words that are safe on a page."""
    values = {name: _value(name) for name in _NAMES}
    return {
        name: _description(name, value)
        for name, value in values.items()
        if value is not None and value is not False
    }


def _description(name: str, value: Any) -> str:  # noqa: ANN401 - of any widget
    match name:
        case "outcome":
            return _OUTCOMES[value]
        case "kind":
            return _KINDS[value]
        case "least":
            return f"At least \\${value:g}"
        case "most":
            return f"At most \\${value:g}"
        case "archived":
            return "Archived only"
        case "period" if value == _BETWEEN:
            return " to ".join(f"{day:%Y-%m-%d}" for day in _days()) or "Any day"
        case "period":
            return str(value)
        case _:
            return f"{name.capitalize()}: {plain_label(value, limit=40)}"


def _days() -> tuple[date, ...]:
    return tuple(_value("days") or ())


def _value(name: str) -> Any:  # noqa: ANN401 - of any widget
    return st.session_state.get(_key(name))


def _key(name: str) -> str:
    return f"history-{name}"
