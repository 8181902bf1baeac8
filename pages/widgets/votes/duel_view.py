"""Draws the open duel, under way or to be judged; or the form and earlier ones."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.engine import LiveRun
from moa_core.plan import estimate
from moa_core.votes import Contestant
from pages.component import run_component
from pages.widgets.compare import badge, letter, question_box
from pages.widgets.formatting import attempt, dates, figures, notices, wording
from pages.widgets.layout import COLUMN_MIN_PX, DUEL, card_head, readable, slot
from pages.widgets.markdown import plain_label
from pages.widgets.run import run_line
from pages.widgets.run_feed import is_hidden
from pages.widgets.votes.blinding import hidden_side
from pages.widgets.votes.duel_form import duel_form, start_duel, sum_estimates
from pages.widgets.votes.matchup import (
    WINNER_BADGE,
    Matchup,
    after_vote_buttons,
    vote_buttons,
)
from pages.widgets.votes.scoreboard import verdict_line
from services.asking import Asking
from storage.conversations import Duel, Duels, DuelSummary
from storage.errors import NotFoundError
from storage.presets import Presets
from storage.runs import StoredRun
from storage.votes import StoredVote, Votes

LISTED: Final = 20


def duel_view(asking: Asking, presets: Presets, duels: Duels, votes: Votes) -> None:
    """Draw the duel that the address names, or the form that begins one."""
    uid, duel = st.query_params.get(DUEL), None
    if uid is not None:
        try:
            duel = duels.load(uid)
        except NotFoundError:
            _leave_duel()
            st.container(key="duel-missing").info(
                "This duel no longer exists. It may have been deleted."
            )
    with slot("duel" if duel else "form", ("form", "duel")):
        if duel:
            _draw_duel(asking, votes, duel)
        else:
            with readable("form"):
                duel_form(asking, presets)
                earlier_duels(duels, votes)


def earlier_duels(duels: Duels, votes: Votes) -> None:
    """List the newest duels; of a blind one without a vote nobody is named."""
    listed = duels.newest(limit=LISTED)
    if not listed:
        return
    since = min(duel.created_at for duel in listed)
    vote_of = {vote.conversation_uid: vote for vote in votes.all(since, "duel")}
    st.header("Earlier duels", anchor=False)
    for duel in listed:
        with st.container(gap=None, key=f"earlier-{duel.uid}"):
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
    state = "writing …" if duel.running else "not voted"
    if duel.blind:
        return f"names hidden until you vote · {state}"
    names = [plain_label(who.name, limit=40) for who in duel.contestants]
    return f"{' vs '.join(names)} · {state}"


def _draw_duel(asking: Asking, votes: Votes, duel: Duel) -> None:
    """Draw a stored duel, and follow it as long as it goes on."""
    answers = {} if duel.live else dict(enumerate(duel.answers))
    whole = {place: answer for place, answer in answers.items() if answer}
    matchup = Matchup(votes, duel.turn_uid, "duel", whole)
    hidden = is_hidden(duel, votes)
    runs = [asking.live.get(run.uid) for run in duel.sides]
    with readable("question"):
        question_box(duel.question.text)
    with slot("hidden" if hidden else "known", ("hidden", "known")):
        _draw_sides(asking, duel, matchup, hidden=hidden)
    notices.storage_trouble(st.bottom.empty(), asking.live.trouble)
    _bottom(asking, duel, matchup, [run for run in runs if run], hidden=hidden)


def _draw_sides(asking: Asking, duel: Duel, matchup: Matchup, *, hidden: bool) -> None:
    """Draw what may be seen of each side; the browser follows those under way."""
    winner = matchup.winner_place(matchup.vote()) if matchup.open else None
    grid = st.grid("auto", min_column_width=COLUMN_MIN_PX)
    for place, run in enumerate(duel.sides):
        card = grid.container(
            border=True, height="stretch", gap="xsmall", key=f"side-{letter(place)}"
        )
        if hidden and not duel.live:
            text = run.state.synthesis.text if place in matchup.answers else None
            hidden_side(card, letter(place), duel.uid, text)
            continue
        if hidden:
            card_head(card, badge(letter(place)))
        else:
            _name_side(card, place, run, won=place == winner)
        # Of a hidden side not even that: who ends first would give it away.
        live = hidden or run.state.live or asking.live.get(run.uid) is not None
        data = {
            "run": f"side:{duel.uid}:{place}",
            "about": f"side {letter(place)}",
            "lookOnly": True,
            "compact": True,
        }
        key = f"{duel.uid}-side-{place}-{'hidden' if hidden else 'known'}"
        run_component(card, {**data, "live": live}, key=key)
        if not (hidden or live):
            run_line(card, run.uid, run.state, run.estimate)


def _name_side(card: DeltaGenerator, place: int, run: StoredRun, *, won: bool) -> None:
    """Say who answers on a side, by its preset or its one model."""
    name = Contestant.mixture(run.state.config, run.preset_name).name
    label = plain_label(name, limit=60)
    card_head(card, f"{badge(letter(place))} **{label}**{WINNER_BADGE if won else ''}")
    if run.state.layers:
        card.caption(wording.mixture_line(run.state.config))


def _bottom(
    asking: Asking,
    duel: Duel,
    matchup: Matchup,
    live: Sequence[LiveRun],
    *,
    hidden: bool,
) -> None:
    """Always in view below long answers: progress and Stop, the vote, or what next."""
    with st.bottom:
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")

    def stop() -> None:
        for run in live:
            asking.live.stop(run.uid)

    if duel.live:
        row.caption(_progress(duel, hidden=hidden))
        row.button(
            "Stop",
            key="stop-duel",
            icon=":material/stop:",
            type="primary",
            disabled=not any(run.state.live for run in live),
            on_click=stop,
        )
    elif not matchup.open:
        row.container(key="nothing-to-judge", width="content").markdown(
            "Fewer than two sides answered, so there is nothing to judge.",
            width="content",
        )
    elif vote := matchup.vote():
        place = row.container(key="verdict", width="content")
        place.markdown(matchup.sentence(vote), width="content")
        after_vote_buttons(row, matchup, vote)
    else:
        vote_buttons(row, matchup, blind=hidden)
    if not (hidden or duel.live):
        _ask_again(asking, duel, row)
    row.button(
        "New duel",
        key="another-duel",
        icon=":material/swords:",
        type="tertiary",
        on_click=_leave_duel,
    )


def _progress(duel: Duel, *, hidden: bool) -> str:
    """How many sides answer; of a blind duel not who, and not what it has cost."""
    said = f"{len(duel.sides)} sides are answering"
    together = "answers appear together, to hide which was faster"
    return figures.SEPARATOR.join([said, together] if hidden else [said])


def _ask_again(asking: Asking, duel: Duel, row: DeltaGenerator) -> None:
    """Filled at once, not when it is opened: it has to know that it opens upwards."""
    place = row.popover("Rematch", key="duel-again", icon=":material/replay:")
    sides = [(run.state.config, run.preset_name) for run in duel.sides]
    messages = (duel.question.message,)
    estimates = [estimate(config, messages, asking.prices) for config, _ in sides]
    order = "shuffled again" if duel.blind else "in reverse order"
    place.markdown(f"Same question, same sides, {order}.")
    place.caption(figures.estimate_line(sum_estimates(estimates)))
    again = partial(start_duel, asking, duel.question, sides[::-1], blind=duel.blind)
    place.button(
        "Start rematch",
        key="duel-ask-again",
        type="primary",
        on_click=attempt,
        args=(again,),
    )


def _leave_duel() -> None:
    st.query_params.pop(DUEL, None)
