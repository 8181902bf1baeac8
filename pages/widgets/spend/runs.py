"""Lists runs, each as a link to its turn: of a figure, or the most expensive."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from moa_core.errors import MoAError
from pages.widgets.formatting import dates, failure, figures
from pages.widgets.layout import (
    close_dialog,
    conversation_link,
    cursor,
    open_dialog,
    opened_dialog,
    page_buttons,
)
from pages.widgets.markdown import plain_label
from pages.widgets.spend.period import Period
from storage.spending import CallFilter, Spend, SpendingRun
from storage.values import TimeSpan

LISTED: Final = 12
_CHOSEN: Final = "spend chosen"


@dataclass(frozen=True, slots=True)
class RunSelection:
    """A figure whose runs are asked for.

    Attributes:
        name: What it is called, safe in Markdown.
        call_filter: What calls the runs must have made.
        span: When they began; ``None``: in the period that the page shows.
        kind: Of their conversations; ``None``: of any.
        key_uid: Of the API's key that they were asked for with; ``None``: any, or none.
    """

    name: str
    call_filter: CallFilter
    span: TimeSpan | None = None
    kind: str | None = None
    key_uid: str | None = None


def request_runs(selection: RunSelection) -> None:
    """Show the runs behind a figure when the page is drawn next."""
    open_dialog(_CHOSEN, selection)


def show_chosen(spend: Spend, period: Period) -> None:
    """Open the list of runs that was asked for, if one was."""
    selection: RunSelection | None = opened_dialog(_CHOSEN)
    if selection is not None:
        span = selection.span or period.span
        dialog = st.dialog(selection.name, width="large", on_dismiss=close_dialog)
        dialog(_list)(spend, selection, span)


def top_runs(spend: Spend, period: Period) -> None:
    """List the runs of the period that have cost most."""
    runs = spend.most_expensive_runs(period.span)
    if runs:
        st.header("Most expensive runs", anchor=False)
        for run in runs:
            _line(run)


def _list(spend: Spend, selection: RunSelection, span: TimeSpan) -> None:
    call_filter, kind = selection.call_filter, selection.kind
    key_uid = selection.key_uid
    of = (call_filter, kind, key_uid, span)
    try:
        before: SpendingRun | None = cursor("spend", of)
        runs = spend.runs(call_filter, span, LISTED + 1, before, kind, key_uid)
    except MoAError as error:
        failure(st.container(), error)
        return
    for run in runs[:LISTED]:
        _line(run, partly=call_filter != CallFilter(preset=call_filter.preset))
    if not runs:
        st.info("These runs are gone: their chats were permanently deleted.")
    page_buttons("spend", of, runs[LISTED - 1] if len(runs) > LISTED else None)


def _line(run: SpendingRun, *, partly: bool = False) -> None:
    cost = figures.money(run.cost)
    if partly and run.part != run.cost:
        part = figures.money_cell(run.part)
        cost = f"{part} of {figures.money_cell(run.cost)}"
    parts = [cost, dates.day_and_clock(run.at)]
    if (
        run.kind in ("chat", "api") and run.preset
    ):  # who fights in a duel may be hidden yet
        parts.append(plain_label(run.preset, limit=40))
    if run.status != "succeeded":
        parts.append(run.status)
    about = figures.SEPARATOR.join(parts)
    if run.deleted:
        st.caption(f"Deleted chat{figures.SEPARATOR}{about}")
    else:
        uid, turn_uid = run.conversation_uid, run.turn_uid
        conversation_link(run.kind, uid, run.question, about, turn_uid=turn_uid)
