"""Draws the scoreboard: who wins how often and at what price, and the newest votes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from moa_core.votes import Score, VoteKind, score_contestants
from pages.widgets.formatting import (
    NO_BREAK,
    attempt,
    dates,
    mixture_line,
    money_cell,
    percent,
    percent_range,
    said_once,
    say_once,
)
from pages.widgets.markdown import horizontal_scroll, plain_label, read_aloud
from pages.widgets.votes.mix_record import mix_record
from storage.votes import StoredVote, Votes

LISTED: Final = 10
_UNDONE: Final = "vote undone"

_DAYS: Final[dict[str, int | None]] = {
    "Today": 1,
    "7 days": 7,
    "30 days": 30,
    "All time": None,
}
"""How many days up to today."""

_KINDS: Final[dict[str, VoteKind | None]] = {
    "All votes": None,
    "Duels": "duel",
    "Did the mix help?": "mix",
}
_HOW_TO_VOTE: Final = (
    "No votes yet. Run a **Duel** and vote for the better answer, or use **Did the mix "
    "help?** to judge a finished answer against its best proposal. Your votes add up "
    "here."
)
_WHAT_IT_MEANS: Final = (
    "**Win rate**: wins plus half the ties, out of all decided votes, with a 95 % "
    "range that holds however often you look. **Cost per win**: what all judged "
    "answers cost, lost ones included, divided by wins. **Strength** (Bradley-Terry): "
    "1,000 is average; 100 points more win about 64 % of the time."
)


def scoreboard_view(votes: Votes) -> None:
    """Draw the figures of the votes of a time and kind, and the newest of them."""
    since, kind = _filters()
    listed = votes.all(since, kind)
    if not listed:
        _offer_redo(votes)
        any_votes = (since or kind) and votes.all()
        place = st.container(key="no-such-votes" if any_votes else "no-votes")
        place.info("No matching votes in this period." if any_votes else _HOW_TO_VOTE)
        return
    scores = score_contestants(stored.vote for stored in listed)
    if kind == "mix":
        mix_record(stored.vote for stored in listed)
    horizontal_scroll(st.container(key="scores")).markdown(score_table(scores))
    st.caption(_WHAT_IT_MEANS)
    with st.expander(
        "What these names stand for", icon=":material/groups:", key="scoreboard-names"
    ):
        for score in scores:
            who = score.contestant
            st.markdown(f"**{plain_label(who.name)}** :gray[{who.sign}]")
            st.caption(mixture_line(who.config))
    _newest(votes, listed)


def _filters() -> tuple[datetime | None, VoteKind | None]:
    row = st.container(horizontal=True, gap="small")

    def pick(label: str, options: Iterable[str], default: str, key: str) -> str:
        chosen: str = row.segmented_control(
            label,
            list(options),
            default=default,
            required=True,
            key=f"scoreboard-{key}",
            label_visibility="collapsed",
        )
        return chosen

    period = pick("Votes of", _DAYS, "All time", "period")
    kind = pick("Kind of vote", _KINDS, "All votes", "kind")
    days = _DAYS[period]
    first = None if days is None else dates.today() - timedelta(days=days - 1)
    return None if first is None else dates.start_of(first), _KINDS[kind]


def _newest(votes: Votes, listed: Sequence[StoredVote]) -> None:
    def undo(uid: str) -> None:
        votes.undo(uid)
        say_once(_UNDONE, uid)

    st.header("Recent votes", anchor=False)
    _offer_redo(votes)
    for number, stored in enumerate(listed[:LISTED], 1):
        row = st.container(
            horizontal=True,
            vertical_alignment="center",
            gap="small",
            wrap=False,
            key=f"voted-{stored.uid}",
        )
        question = plain_label(stored.question, limit=90)
        blind = " · blind" if stored.vote.blind else ""
        when = f"{dates.day_and_clock(stored.vote.at)}{blind}"
        with row.container(gap=None):
            st.markdown(question or ":gray[deleted chat]")
            st.caption(f"{verdict_line(stored)} · {when}")
        row.button(
            read_aloud("Undo", f"vote {number}: {question or 'deleted chat'}"),
            icon=":material/undo:",
            width="content",
            key=f"undo-vote-{stored.uid}",
            help="Removes this vote.",
            on_click=attempt,
            args=(undo, stored.uid),
        )
    if len(listed) > LISTED:
        st.caption(f"{len(listed) - LISTED:,} older votes not shown")


def _offer_redo(votes: Votes) -> None:
    if uid := said_once(_UNDONE):
        row = st.container(
            horizontal=True, vertical_alignment="center", key="vote-undone"
        )
        row.info("Vote removed.", icon=":material/undo:")
        row.button(
            "Restore vote", key="redo-vote", on_click=attempt, args=(votes.redo, uid)
        )


def verdict_line(stored: StoredVote) -> str:
    """``**A** beat B``, safe in Markdown; with signs where names are alike."""
    called = [side.contestant.name for side in stored.vote.sides]
    names = [
        plain_label(name, limit=40)
        + (f" {side.contestant.sign}" if called.count(name) > 1 else "")
        for name, side in zip(called, stored.vote.sides, strict=True)
    ]
    match stored.vote.verdict:
        case "won":
            best = names.pop(stored.vote.winner or 0)
            return f"**{best}** beat {' and '.join(names)}"
        case "tie":
            return f"{' and '.join(names)}: tie"
        case "both_bad":
            return f"{' and '.join(names)}: {'neither' if len(names) == 2 else 'none'}"


_HEAD: Final = (
    f"| Contestant | Win{NO_BREAK}rate | Won | Lost | Tied | Neither | Votes "
    "| Cost per win | Strength |"
)
_RULE: Final = "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
_NAME_CHARS: Final = 32


def score_table(scores: Iterable[Score]) -> str:
    """A Markdown table, a contestant a row."""
    return "\n".join([_HEAD, _RULE, *map(_row, scores)])


def _row(score: Score) -> str:
    who = score.contestant
    price, strength = score.price_of_a_win, score.strength
    rate = ":gray[undecided]"
    if score.win_rate is not None and score.interval is not None:
        interval = percent_range(*score.interval)
        rate = f"**{percent(score.win_rate)}** :gray[{interval}]"
    cells = [
        f"**{plain_label(who.name, limit=_NAME_CHARS)}** :gray[{who.sign}]",
        rate,
        f"{score.wins:,}",
        f"{score.losses:,}",
        f"{score.ties:,}",
        f"{score.both_bad:,}",
        f"{score.votes:,}",
        ":gray[no wins yet]" if price is None else money_cell(price),
        f":gray[needs {score.lacks}]" if strength is None else f"{strength:,.0f}",
    ]
    return f"| {' | '.join(cells)} |"
