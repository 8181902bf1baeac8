"""What narrows the history: preset, model, outcome, cost and time, and it says so."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

import streamlit as st

from pages.widgets.formatting import dates
from pages.widgets.markdown import plain_label
from services import Services
from storage.history import Filters, RunOutcome

_OUTCOMES: Final[Mapping[RunOutcome, str]] = {
    "succeeded": "answered",
    "partial": "answered, though some calls failed",
    "failed": "failed",
    "stopped": "stopped",
    "interrupted": "interrupted",
}
_KINDS: Final[Mapping[Literal["chat", "duel"], str]] = {
    "chat": "chats only",
    "duel": "duels only",
}
_PERIODS: Final[Mapping[str, int]] = {
    "today": 1,
    "the last 7 days": 7,
    "the last 30 days": 30,
    "the last year": 365,
}
_BETWEEN = "between two days"
_NAMES = ("preset", "model", "outcome", "kind", "least", "most", "period", "archived")


def history_filters(app: Services) -> None:
    """The button that opens the filters."""
    count = len(filters_in_words())
    label = f"Filters ({count})" if count else "Filters"
    with st.popover(label, icon=":material/filter_list:", key="history-filters"):
        choices = app.history.choices()
        _select("Preset", "preset", choices.presets, {})
        _select("Model", "model", choices.models, {})
        _select("How it ended", "outcome", list(_OUTCOMES), _OUTCOMES)
        _select("Chats and duels", "kind", list(_KINDS), _KINDS)
        row = st.container(horizontal=True)
        for label, name in (("Cost from, $", "least"), ("to, $", "most")):
            row.number_input(
                label,
                min_value=0.0,
                value=None,
                format="%.4f",
                key=_key(name),
                persist_state="session",
            )
        _select("When", "period", [*_PERIODS, _BETWEEN], {})
        if _value("period") == _BETWEEN:
            st.date_input("Days", value=[], key=_key("days"), persist_state="session")
        st.toggle("Archived only", key=_key("archived"), persist_state="session")


def chosen_filters() -> Filters:
    """What is set."""
    since, until = _span()
    return Filters(
        preset=_value("preset"),
        model=_value("model"),
        outcome=_value("outcome"),
        kind=_value("kind"),
        at_least_usd=_usd("least"),
        at_most_usd=_usd("most"),
        since=since,
        until=until,
        archived=True if _value("archived") else None,
    )


def filters_in_words() -> dict[str, str]:
    """What is set, by name, each in a few words that are safe on a page."""
    said: dict[str, str] = {}
    for name in _NAMES:
        value = _value(name)
        if value is not None and value is not False:
            said[name] = _in_words(name, value)
    return said


def show_filters() -> None:
    """What is set, each to be taken away with a click."""
    said = filters_in_words()
    if not said:
        return
    row = st.container(horizontal=True, key="history-filters-set")
    for name, words in said.items():
        row.button(
            words,
            icon=":material/close:",
            icon_position="right",
            key=f"history-clear-{name}",
            on_click=clear_filters,
            args=((name,),),
        )


def clear_filters(names: tuple[str, ...] = _NAMES) -> None:
    """Take filters away."""
    for name in names:
        st.session_state[_key(name)] = False if name == "archived" else None


def _select(
    label: str,
    name: str,
    options: Sequence[str],
    words: Mapping[Any, str],
) -> None:
    st.selectbox(
        label,
        options,
        index=None,
        placeholder="any",
        format_func=lambda option: words.get(option, option),
        key=_key(name),
        persist_state="session",
    )


def _in_words(name: str, value: Any) -> str:  # noqa: ANN401 - of any widget
    match name:
        case "outcome":
            return _OUTCOMES[value]
        case "kind":
            return _KINDS[value]
        case "least":
            return f"from \\${value:g}"
        case "most":
            return f"up to \\${value:g}"
        case "archived":
            return "archived only"
        case "period":
            return _period_in_words(value)
        case _:
            return f"{name} {plain_label(value, limit=40)}"


def _period_in_words(period: str) -> str:
    if period != _BETWEEN:
        return period
    chosen = _days()
    return " to ".join(f"{day:%Y-%m-%d}" for day in chosen) or "any day"


def _span() -> tuple[datetime | None, datetime | None]:
    period = _value("period")
    if period in _PERIODS:
        first = dates.today() - timedelta(days=_PERIODS[period] - 1)
        return dates.start_of(first), None
    chosen = _days() if period == _BETWEEN else ()
    if not chosen:
        return None, None
    return dates.start_of(chosen[0]), dates.start_of(chosen[-1] + timedelta(days=1))


def _days() -> tuple[date, ...]:
    return tuple(_value("days") or ())


def _usd(name: str) -> Decimal | None:
    value = _value(name)
    return None if value is None else Decimal(str(value))


def _value(name: str) -> Any:  # noqa: ANN401 - of any widget
    return st.session_state.get(_key(name))


def _key(name: str) -> str:
    return f"history-{name}"


def nothing_found(query: str) -> None:
    """Nothing fits; filters that are on are named, since one forgets them."""
    said = filters_in_words()
    looked_for = f"“{plain_label(query, limit=60)}”" if query.strip() else ""
    under = ", ".join(said.values())
    if looked_for and said:
        st.info(f"Nothing has {looked_for} under these filters: {under}.")
    elif looked_for:
        st.info(
            f"Nothing has {looked_for}. All words must stand in one text; fewer words, "
            "or the beginning of one, find more."
        )
    elif said:
        st.info(f"No conversation fits these filters: {under}.")
    else:
        st.info("Every conversation is archived. Filters show archived ones.")
    if said:
        st.button(
            "Clear filters", icon=":material/filter_list_off:", on_click=clear_filters
        )
