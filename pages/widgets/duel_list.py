"""The duels so far: what was asked, who met, and who was found better."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from pages.widgets import days
from pages.widgets.address import DUEL
from pages.widgets.scoreboard import verdict_line
from pages.widgets.untrusted import plain_label
from services import Services
from storage.conversations.duels import DuelSummary
from storage.votes.stored_votes import StoredVote

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
    when = days.day_and_clock(each.created_at)
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
