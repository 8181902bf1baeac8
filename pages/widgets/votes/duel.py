"""Duels: one question through several mixtures, side by side, and a vote."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from pages.widgets.formatting import dates
from pages.widgets.layout import DUEL, slot
from pages.widgets.markdown import plain_label
from pages.widgets.votes.duel_form import duel_form
from pages.widgets.votes.duel_view import duel_on_page, leave_duel
from pages.widgets.votes.scoreboard import verdict_line
from services import Services
from storage.conversations import Duel, DuelSummary
from storage.errors import NotFoundError
from storage.votes import StoredVote


def duel_view(app: Services) -> None:
    """Draw the duel that the address names, or the form that begins one.

    Args:
        app: What answers, and where duels are kept.
    """
    duel = _named(app)
    with slot("duel" if duel else "form", ("form", "duel")):
        if duel:
            duel_on_page(app, duel)
        else:
            duel_form(app)
            earlier_duels(app)


def _named(app: Services) -> Duel | None:
    uid = st.query_params.get(DUEL)
    if uid is None:
        return None
    try:
        return app.duels.load(uid)
    except NotFoundError:
        leave_duel()
        st.info("That duel is not here. It may have been deleted.")
        return None


LISTED: Final = 20


def earlier_duels(app: Services) -> None:
    """List the newest duels; of a blind one without a vote nobody is named."""
    listed = app.duels.newest(limit=LISTED)
    if not listed:
        return
    since = min(each.created_at for each in listed)
    votes = {kept.conversation_uid: kept for kept in app.votes.all(since, "duel")}
    st.subheader("Earlier duels")
    for each in listed:
        _entry(each, votes)


def _entry(each: DuelSummary, votes: Mapping[str, StoredVote]) -> None:
    with st.container(gap=None):
        st.button(
            plain_label(each.question, limit=60),
            key=f"duel-{each.uid}",
            icon="spinner" if each.running else ":material/swords:",
            type="tertiary",
            on_click=_open,
            args=(each.uid,),
        )
        st.caption(f"{_when(each)} · {_how(each, votes.get(each.uid))}")


def _when(each: DuelSummary) -> str:
    when = dates.day_and_clock(each.created_at)
    return f"{when} · blind" if each.blind else when


def _how(each: DuelSummary, kept: StoredVote | None) -> str:
    if kept:
        return verdict_line(kept)
    state = "at work" if each.running else "no vote yet"
    if each.blind:
        return f"names are hidden until the vote · {state}"
    names = [plain_label(who.name, limit=40) for who in each.contestants]
    return f"{' against '.join(names)} · {state}"


def _open(uid: str) -> None:
    st.query_params[DUEL] = uid
