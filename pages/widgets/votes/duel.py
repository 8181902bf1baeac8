"""Draws duels, one question through several mixtures: the open one, or all earlier."""

from typing import Final

import streamlit as st

from pages.widgets.formatting import dates
from pages.widgets.layout import DUEL, slot
from pages.widgets.markdown import plain_label
from pages.widgets.votes.duel_form import duel_form
from pages.widgets.votes.duel_view import duel_on_page, leave_duel
from pages.widgets.votes.scoreboard import verdict_line
from services import Services
from storage.conversations import Duel, Duels, DuelSummary
from storage.errors import NotFoundError
from storage.votes import StoredVote, Votes

LISTED: Final = 20


def duel_view(app: Services) -> None:
    """Draw the duel that the address names, or the form that begins one."""
    duel = _named(app.duels)
    with slot("duel" if duel else "form", ("form", "duel")):
        if duel:
            duel_on_page(app, duel)
        else:
            duel_form(app)
            earlier_duels(app.duels, app.votes)


def _named(duels: Duels) -> Duel | None:
    uid = st.query_params.get(DUEL)
    if uid is None:
        return None
    try:
        return duels.load(uid)
    except NotFoundError:
        leave_duel()
        st.info("That duel is not here. It may have been deleted.")
        return None


def earlier_duels(duels: Duels, votes: Votes) -> None:
    """List the newest duels; of a blind one without a vote nobody is named."""
    listed = duels.newest(limit=LISTED)
    if not listed:
        return
    since = min(duel.created_at for duel in listed)
    vote_of = {vote.conversation_uid: vote for vote in votes.all(since, "duel")}
    st.subheader("Earlier duels")
    for duel in listed:
        with st.container(gap=None):
            st.button(
                plain_label(duel.question, limit=60),
                key=f"duel-{duel.uid}",
                icon="spinner" if duel.running else ":material/swords:",
                type="tertiary",
                on_click=st.query_params.update,
                kwargs={DUEL: duel.uid},
            )
            when = dates.day_and_clock(duel.created_at)
            blind = " · blind" if duel.blind else ""
            st.caption(f"{when}{blind} · {_outcome(duel, vote_of.get(duel.uid))}")


def _outcome(duel: DuelSummary, vote: StoredVote | None) -> str:
    if vote:
        return verdict_line(vote)
    state = "at work" if duel.running else "no vote yet"
    if duel.blind:
        return f"names are hidden until the vote · {state}"
    names = [plain_label(who.name, limit=40) for who in duel.contestants]
    return f"{' against '.join(names)} · {state}"
