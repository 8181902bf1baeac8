"""Draws one duel: under way, waiting for the vote, or judged."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.engine import LiveRun, LiveRuns
from moa_core.plan import estimate
from moa_core.run import RunState
from moa_core.votes import Contestant
from pages.widgets.compare import badge, letter, question_box
from pages.widgets.formatting import attempt, figures, wording
from pages.widgets.layout import COLUMN_MIN_PX, DUEL, card_head, slot
from pages.widgets.markdown import plain_label
from pages.widgets.run import RunView, follow, rerun_soon
from pages.widgets.votes.ballot import (
    WINNER_BADGE,
    Ballot,
    after_vote_buttons,
    vote_buttons,
)
from pages.widgets.votes.blinding import awaited_side, hidden_side
from pages.widgets.votes.duel_form import start_duel, sum_estimates
from services import Services
from storage.conversations import Duel
from storage.runs import StoredRun


@dataclass(slots=True)
class _DrawnDuel:
    """A duel as it stands on the page.

    Attributes:
        live: Runs under way in this process.
        views: Where those of them stand whose writer may be seen.
        elsewhere: Whether one is under way in another process, or ended just now.
    """

    live: list[LiveRun] = field(default_factory=list)
    views: list[RunView] = field(default_factory=list)
    elsewhere: bool = False


def duel_on_page(app: Services, duel: Duel) -> None:
    """Draw a stored duel, and follow it as long as it goes on."""
    answers = {} if duel.live else dict(enumerate(duel.answers))
    whole = {place: answer for place, answer in answers.items() if answer}
    ballot = Ballot(app.votes, duel.turn_uid, "duel", whole)
    # A duel that nobody can judge has nothing to hide.
    hidden = duel.blind and (duel.live or ballot.open) and not ballot.known()
    question_box(duel.question.text)
    with slot("hidden" if hidden else "known", ("hidden", "known")):
        drawn = _draw_sides(app, duel, ballot, hidden=hidden)
    ticker = _bottom(app, duel, ballot, drawn.live, hidden=hidden)
    if drawn.elsewhere:
        rerun_soon()
    elif drawn.live:
        follow(
            drawn.live,
            drawn.views,
            lambda: ticker.caption(_progress(duel, drawn.live, hidden=hidden)),
        )


def _draw_sides(
    app: Services, duel: Duel, ballot: Ballot, *, hidden: bool
) -> _DrawnDuel:
    winner = ballot.winner_place(ballot.vote()) if ballot.open else None
    drawn = _DrawnDuel()
    grid = st.grid("auto", min_column_width=COLUMN_MIN_PX)
    for place, run in enumerate(duel.sides):
        card = grid.container(border=True, height="stretch", gap="xsmall")
        live = app.live.get(run.uid)
        if live:
            drawn.live.append(live)
        drawn.elsewhere |= run.state.live and live is None
        if not hidden:
            state = live.state if live else run.state
            view = _draw_side(card, place, run, state, won=place == winner)
            view.update(live.elapsed_s if live else state.now_s)
            drawn.views += [view] if live else []
        elif duel.live:
            awaited_side(card, letter(place))
        else:
            text = run.state.synthesis.text if place in ballot.answers else None
            hidden_side(card, letter(place), duel.uid, text)
    return drawn


def _draw_side(
    card: DeltaGenerator, place: int, run: StoredRun, state: RunState, *, won: bool
) -> RunView:
    """Draw who answers on a side, by its preset or its one model, and its run.

    Args:
        card: A container of its own.
        place: Where it stands, from 0.
        run: Its run, as stored.
        state: What is known of it; newer than ``run`` while it is live.
        won: Whether the user found it better.
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
    app: Services, duel: Duel, ballot: Ballot, live: Sequence[LiveRun], *, hidden: bool
) -> DeltaGenerator:
    """Always in view below long answers: progress and Stop, the vote, or what next."""
    with st.bottom:
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    ticker = row.empty()
    if duel.live:
        ticker.caption(_progress(duel, live, hidden=hidden))
        _stop_button(app.live, row, live)
    elif not ballot.open:
        ticker.markdown(
            "Fewer than two sides have answered, so there is nothing to judge.",
            width="content",
        )
    elif vote := ballot.vote():
        ticker.markdown(ballot.sentence(vote), width="content")
        after_vote_buttons(row, ballot, vote)
    else:
        vote_buttons(row, ballot, blind=hidden)
    if not (hidden or duel.live):
        _ask_again(app, duel, row)
    row.button(
        "Another duel",
        key="another-duel",
        icon=":material/swords:",
        type="tertiary",
        on_click=leave_duel,
    )
    return ticker


def _progress(duel: Duel, live: Sequence[LiveRun], *, hidden: bool) -> str:
    """How many have answered; of a blind duel not who, and not what it has cost."""
    if not live:
        return "At work elsewhere"
    done = len(duel.sides) - len(live)
    parts = [
        f"{done} of {len(duel.sides)} sides are done",
        figures.whole_seconds(max(run.elapsed_s for run in live)),
    ]
    if hidden:
        parts.append("all appear together, so that nobody can tell who was faster")
    return figures.SEPARATOR.join(parts)


def _stop_button(
    live_runs: LiveRuns, row: DeltaGenerator, live: Sequence[LiveRun]
) -> None:
    def stop() -> None:
        for run in live:
            live_runs.stop(run.uid)

    row.button(
        "Stop",
        key="stop-duel",
        icon=":material/stop:",
        type="primary",
        disabled=not live,
        on_click=stop,
    )


def _ask_again(app: Services, duel: Duel, row: DeltaGenerator) -> None:
    """Filled at once, not when it is opened: it has to know that it opens upwards."""
    place = row.popover("Ask again", key="duel-again", icon=":material/replay:")
    sides = [(run.state.config, run.preset_name) for run in duel.sides]
    messages = (duel.question.message,)
    estimates = [estimate(config, messages, app.prices) for config, _ in sides]
    order = "shuffled anew" if duel.blind else "in the opposite order"
    place.markdown(f"The same question to the same sides, {order}.")
    place.caption(figures.estimate_line(sum_estimates(estimates)))

    def ask_again() -> None:
        start_duel(app, duel.question, sides[::-1], blind=duel.blind)

    place.button(
        "Ask them again",
        key="duel-ask-again",
        type="primary",
        on_click=attempt,
        args=(ask_again,),
    )


def leave_duel() -> None:
    """Go back to where duels begin."""
    st.query_params.pop(DUEL, None)
