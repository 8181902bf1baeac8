"""Draws the open duel, under way or to be judged; or the form and earlier ones."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.engine import LiveRun
from moa_core.plan import estimate
from moa_core.run import RunState
from moa_core.votes import Contestant
from pages.widgets.compare import badge, letter, question_box
from pages.widgets.formatting import attempt, dates, figures, notices, wording
from pages.widgets.layout import COLUMN_MIN_PX, DUEL, card_head, slot
from pages.widgets.markdown import plain_label
from pages.widgets.run import RunView, follow, rerun_soon
from pages.widgets.run_feed import is_hidden
from pages.widgets.votes.ballot import (
    WINNER_BADGE,
    Ballot,
    after_vote_buttons,
    vote_buttons,
)
from pages.widgets.votes.blinding import hidden_side
from pages.widgets.votes.duel_form import duel_form, start_duel, sum_estimates
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
            duel_form(asking, presets)
            earlier_duels(duels, votes)


def earlier_duels(duels: Duels, votes: Votes) -> None:
    """List the newest duels; of a blind one without a vote nobody is named."""
    listed = duels.newest(limit=LISTED)
    if not listed:
        return
    since = min(duel.created_at for duel in listed)
    vote_of = {vote.conversation_uid: vote for vote in votes.all(since, "duel")}
    st.subheader("Earlier duels")
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
    ballot = Ballot(votes, duel.turn_uid, "duel", whole)
    hidden = is_hidden(duel, votes)
    runs = {run.uid: asking.live.get(run.uid) for run in duel.sides}
    live = {uid: run for uid, run in runs.items() if run}
    question_box(duel.question.text)
    with slot("hidden" if hidden else "known", ("hidden", "known")):
        views = _draw_sides(duel, ballot, live, hidden=hidden)
    following = list(live.values())
    trouble = st.bottom.empty()
    ticker, stop = _bottom(asking, duel, ballot, following, hidden=hidden)

    def show_progress() -> None:
        notices.storage_trouble(trouble, asking.live.trouble)
        _show_progress(ticker, duel, following, hidden=hidden)
        if not any(run.state.live for run in following):
            stop.empty()

    if any(run.state.live and run.uid not in live for run in duel.sides):
        rerun_soon()  # it goes on in another process, or ended just now
    elif following:
        follow(following, [views[uid] for uid in live if not hidden], show_progress)


def _draw_sides(
    duel: Duel, ballot: Ballot, live: Mapping[str, LiveRun], *, hidden: bool
) -> dict[str, RunView]:
    """Draw what may be seen of each side; give the views by the uids of their runs."""
    winner = ballot.winner_place(ballot.vote()) if ballot.open else None
    views = {}
    grid = st.grid("auto", min_column_width=COLUMN_MIN_PX)
    for place, run in enumerate(duel.sides):
        card = grid.container(
            border=True, height="stretch", gap="xsmall", key=f"side-{letter(place)}"
        )
        if hidden and duel.live:
            card.markdown(badge(letter(place)))
            card.caption(":shimmer[writing …]")  # or it has ended: nobody can tell
        elif hidden:
            text = run.state.synthesis.text if place in ballot.answers else None
            hidden_side(card, letter(place), duel.uid, text)
        else:
            now = live.get(run.uid)
            state = now.state if now else run.state
            view = _draw_side(card, place, run, state, won=place == winner)
            view.update(now.elapsed_s if now else state.now_s)
            views[run.uid] = view
    return views


def _draw_side(
    card: DeltaGenerator, place: int, run: StoredRun, state: RunState, *, won: bool
) -> RunView:
    """Draw who answers on a side, by its preset or its one model, and its run.

    While it is live, ``state`` is newer than the stored ``run``.
    """
    name = Contestant.mixture(run.state.config, run.preset_name).name
    label = plain_label(name, limit=60)
    text = state.synthesis.text if state.synthesis.ended else ""
    card_head(
        card,
        f"{badge(letter(place))} **{label}**{WINNER_BADGE if won else ''}",
        copy=(f"{run.uid}-copy", text) if text else None,
    )
    if state.layers:
        card.caption(wording.mixture_line(state.config))
    with card:
        return RunView(run.uid, state, run.estimate, in_column=True)


def _bottom(
    asking: Asking, duel: Duel, ballot: Ballot, live: Sequence[LiveRun], *, hidden: bool
) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Always in view below long answers: progress and Stop, the vote, or what next.

    Returns:
        The places of the progress and of Stop.
    """
    with st.bottom:
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    ticker, place_of_stop = row.empty(), row.empty()

    def stop() -> None:
        for run in live:
            asking.live.stop(run.uid)

    if duel.live:
        _show_progress(ticker, duel, live, hidden=hidden)
        place_of_stop.button(
            "Stop",
            key="stop-duel",
            icon=":material/stop:",
            type="primary",
            disabled=not any(run.state.live for run in live),
            on_click=stop,
        )
    elif not ballot.open:
        ticker.container(key="nothing-to-judge", width="content").markdown(
            "Fewer than two sides answered, so there is nothing to judge.",
            width="content",
        )
    elif vote := ballot.vote():
        place = ticker.container(key="verdict", width="content")
        place.markdown(ballot.sentence(vote), width="content")
        after_vote_buttons(row, ballot, vote)
    else:
        vote_buttons(row, ballot, blind=hidden)
    if not (hidden or duel.live):
        _ask_again(asking, duel, row)
    row.button(
        "New duel",
        key="another-duel",
        icon=":material/swords:",
        type="tertiary",
        on_click=_leave_duel,
    )
    return ticker, place_of_stop


def _show_progress(
    place: DeltaGenerator, duel: Duel, live: Sequence[LiveRun], *, hidden: bool
) -> None:
    """Say how far a duel is; of a blind one with one bar for all sides together."""
    text = _progress(duel, live, hidden=hidden)
    if not (hidden and live):
        place.caption(text)
        return
    states = {run.uid: run.state for run in duel.sides}
    states |= {run.uid: run.state for run in live}
    ended = [
        seat.ended
        for state in states.values()
        for seat in (*chain(*(layer.seats for layer in state.layers)), state.synthesis)
    ]
    place.progress(sum(ended) / len(ended), text)


def _progress(duel: Duel, live: Sequence[LiveRun], *, hidden: bool) -> str:
    """How many have answered; of a blind duel not who, and not what it has cost."""
    if not live:
        return "Running in another process"
    done = len(duel.sides) - len(live)
    parts = [
        f"{done} of {len(duel.sides)} sides done",
        figures.whole_seconds(max(run.elapsed_s for run in live)),
    ]
    if hidden:
        parts.append("answers appear together, to hide which was faster")
    return figures.SEPARATOR.join(parts)


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
