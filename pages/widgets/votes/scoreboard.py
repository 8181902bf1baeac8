"""The scoreboard: who wins how often and at what price, and the votes behind it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from moa_core.votes import Score, Vote, VoteKind, score_contestants
from pages.widgets.formatting import (
    NO_BREAK,
    attempt,
    dates,
    mixture_line,
    money_cell,
    percent,
)
from pages.widgets.markdown import horizontal_scroll, plain_label
from services import Services
from storage.votes import StoredVote

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
    "No votes yet. Put one question to two mixtures in a **Duel**, read both answers "
    "and say which is better. Or open any finished answer and ask **Did the mix "
    "help?**: it stands against its best proposal. What you think of them is added up "
    "here."
)
_WHAT_IT_MEANS: Final = (
    "**Win rate**: wins and half the ties, of the votes that were decided; the range "
    "behind it holds the true rate with 95 % confidence. **A win costs** what all its "
    "judged answers have cost, those that lost included, for each win. **Strength** "
    "(Bradley-Terry): 1,000 is the average; who has 100 points more wins about 64 % of "
    "the time."
)


def scoreboard_view(app: Services) -> None:
    """Draw the figures of the votes in hand, and the newest votes.

    Args:
        app: Where votes are kept.
    """
    since, kind = _filters()
    votes = app.votes.all(since, kind)
    if not votes:
        _offer_redo(app)
        any_votes = (since or kind) and app.votes.all()
        st.info("No such votes in this time." if any_votes else _HOW_TO_VOTE)
        return
    scores = score_contestants(kept.vote for kept in votes)
    horizontal_scroll(st.container()).markdown(score_table(scores))
    st.caption(_WHAT_IT_MEANS)
    with st.expander(
        "What is behind these names", icon=":material/groups:", key="scoreboard-names"
    ):
        for score in scores:
            who = score.contestant
            st.markdown(f"**{plain_label(who.name)}** :gray[{who.sign}]")
            st.caption(mixture_line(who.config))
    _newest(app, votes)


def _filters() -> tuple[datetime | None, VoteKind | None]:
    row = st.container(horizontal=True, gap="small")
    period = row.segmented_control(
        "Votes of",
        list(_DAYS),
        default="All time",
        required=True,
        key="scoreboard-period",
        label_visibility="collapsed",
    )
    kind = row.segmented_control(
        "Kind of vote",
        list(_KINDS),
        default="All votes",
        required=True,
        key="scoreboard-kind",
        label_visibility="collapsed",
    )
    return _since(_DAYS[period]), _KINDS[kind]


def _since(count: int | None) -> datetime | None:
    if count is None:
        return None
    return dates.start_of(dates.today() - timedelta(days=count - 1))


def _newest(app: Services, votes: Sequence[StoredVote]) -> None:
    st.subheader("Newest votes")
    _offer_redo(app)
    for kept in votes[:LISTED]:
        row = st.container(
            horizontal=True, vertical_alignment="center", gap="small", wrap=False
        )
        with row.container(gap=None):
            st.markdown(_question(kept))
            st.caption(f"{verdict_line(kept)} · {_circumstances(kept)}")
        row.button(
            "Undo",
            icon=":material/undo:",
            width="content",
            key=f"undo-vote-{kept.uid}",
            help="This vote no longer counts.",
            on_click=attempt,
            args=(_undo, app, kept.uid),
        )
    if len(votes) > LISTED:
        st.caption(f"and {len(votes) - LISTED:,} older ones")


def _question(kept: StoredVote) -> str:
    return plain_label(kept.question, limit=90) or ":gray[a deleted conversation]"


def verdict_line(kept: StoredVote) -> str:
    """``**A** won against B``, safe in Markdown."""
    names = _names(kept.vote)
    match kept.vote.verdict:
        case "won":
            best = names.pop(kept.vote.winner or 0)
            return f"**{best}** won against {' and '.join(names)}"
        case "tie":
            return f"{' and '.join(names)}: a tie"
        case "both_bad":
            return f"{' and '.join(names)}: {'both' if len(names) == 2 else 'all'} bad"


def _names(vote: Vote) -> list[str]:
    """What the sides are called; with their signs where a name stands twice."""
    called = [side.contestant.name for side in vote.sides]
    return [
        plain_label(name, limit=40)
        + (f" {side.contestant.sign}" if called.count(name) > 1 else "")
        for name, side in zip(called, vote.sides, strict=True)
    ]


def _circumstances(kept: StoredVote) -> str:
    when = dates.day_and_clock(kept.vote.at)
    return f"{when} · blind" if kept.vote.blind else when


def _undo(app: Services, uid: str) -> None:
    app.votes.undo(uid)
    st.session_state[_UNDONE] = uid


def _redo(app: Services, uid: str) -> None:
    app.votes.redo(uid)


def _offer_redo(app: Services) -> None:
    if uid := st.session_state.pop(_UNDONE, None):
        row = st.container(horizontal=True, vertical_alignment="center")
        row.info("The vote was undone.", icon=":material/undo:")
        row.button(
            "Count it again",
            key="redo-vote",
            on_click=attempt,
            args=(_redo, app, uid),
        )


_WORD_JOINER: Final = "\N{WORD JOINER}"
_HEAD: Final = (
    f"| Contestant | Win{NO_BREAK}rate | Won | Lost | Tied | Both bad | Votes "
    "| A win costs | Strength |"
)
_RULE: Final = "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
_NAME_CHARS: Final = 32


def score_table(scores: Iterable[Score]) -> str:
    """A Markdown table, a contestant a row."""
    return "\n".join([_HEAD, _RULE, *map(_row, scores)])


def _row(score: Score) -> str:
    who = score.contestant
    cells = [
        f"**{plain_label(who.name, limit=_NAME_CHARS)}** :gray[{who.sign}]",
        _rate(score),
        f"{score.wins:,}",
        f"{score.losses:,}",
        f"{score.ties:,}",
        f"{score.both_bad:,}",
        f"{score.votes:,}",
        _price(score),
        _strength(score),
    ]
    return f"| {' | '.join(cells)} |"


def _rate(score: Score) -> str:
    if score.win_rate is None or score.interval is None:
        return ":gray[none decided]"
    low, high = score.interval
    sure = f"{100 * low:.0f}–{_WORD_JOINER}{percent(high)}"
    return f"**{percent(score.win_rate)}** :gray[{sure}]"


def _price(score: Score) -> str:
    price = score.price_of_a_win
    if price is None:
        return ":gray[no win yet]"
    return money_cell(price)


def _strength(score: Score) -> str:
    if score.strength is None:
        return f":gray[needs {score.lacks}]"
    return f"{score.strength:,.0f}"
