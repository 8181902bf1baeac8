"""One duel on the page: under way, waiting for the vote, or judged."""

from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.engine import LiveRun
from moa_core.run import RunState
from pages.widgets.compare import letter, question_box
from pages.widgets.formatting import attempt, figures
from pages.widgets.layout import COLUMN_MIN_PX, DUEL, slot
from pages.widgets.run import follow_sides, rerun_soon
from pages.widgets.votes.ballot import (
    Ballot,
    scoreboard_button,
    undo_button,
    vote_buttons,
    vote_sentence,
    winner_place,
)
from pages.widgets.votes.blinding import awaited_side, hidden_side
from pages.widgets.votes.duel_form import start_duel
from pages.widgets.votes.duel_sides import price, sum_estimates
from pages.widgets.votes.side_view import SideView
from services import Services
from storage.conversations import Duel
from storage.votes import StoredVote


@dataclass(slots=True)
class _Drawn:
    """A duel as it stands on the page.

    Attributes:
        live: Runs under way in this process.
        elsewhere: Whether one is under way in another process, or ended just now.
        views: Sides that are shown as they are, with their runs.
    """

    live: list[LiveRun] = field(default_factory=list)
    elsewhere: bool = False
    views: list[tuple[SideView, LiveRun | None, RunState]] = field(default_factory=list)

    def update(self) -> None:
        """Redraw what has changed."""
        for view, live, state in self.views:
            view.update(live.elapsed_s if live else state.now_s)


def duel_on_page(app: Services, duel: Duel) -> None:
    """Draw a duel, and follow it as long as it goes on.

    Args:
        app: Where runs live and votes are kept.
        duel: As it is stored.
    """
    ballot = _ballot(app, duel)
    vote = ballot.vote() if ballot.open else None
    hidden = duel.blind and _something_to_judge(duel, ballot) and not ballot.known()
    question_box(duel.question)
    with slot("hidden" if hidden else "known", ("hidden", "known")):
        drawn = _draw_sides(app, duel, vote, ballot, hidden=hidden)
    ticker = _bottom(app, duel, ballot, vote, drawn, hidden=hidden)
    if drawn.elsewhere:
        rerun_soon()
    elif drawn.live:
        follow_sides(
            drawn.live,
            drawn.update,
            lambda: ticker.caption(_progress(duel, drawn.live, hidden=hidden)),
        )


def _ballot(app: Services, duel: Duel) -> Ballot:
    whole = {} if duel.live else dict(enumerate(duel.answers))
    answers = {place: answer for place, answer in whole.items() if answer}
    return Ballot(app, duel.turn_uid, "duel", answers)


def _something_to_judge(duel: Duel, ballot: Ballot) -> bool:
    """Whether names must wait: a duel that nobody can judge has nothing to hide."""
    return duel.live or ballot.open


def _draw_sides(
    app: Services,
    duel: Duel,
    vote: StoredVote | None,
    ballot: Ballot,
    *,
    hidden: bool,
) -> _Drawn:
    won = winner_place(vote, ballot) if vote else None
    drawn = _Drawn()
    grid = st.grid("auto", min_column_width=COLUMN_MIN_PX)
    for place, run in enumerate(duel.sides):
        card = grid.container(border=True, height="stretch", gap="xsmall")
        live = app.live_run(run.uid)
        if live:
            drawn.live.append(live)
        drawn.elsewhere |= run.state.live and live is None
        if not hidden:
            state = live.state if live else run.state
            view = SideView(card, place, run, state, won=place == won)
            drawn.views.append((view, live, state))
        elif duel.live:
            awaited_side(card, letter(place))
        else:
            text = run.state.synthesis.text if place in ballot.answers else None
            hidden_side(card, letter(place), duel.uid, text)
    drawn.update()
    return drawn


def _bottom(
    app: Services,
    duel: Duel,
    ballot: Ballot,
    vote: StoredVote | None,
    drawn: _Drawn,
    *,
    hidden: bool,
) -> DeltaGenerator:
    """Always in view below long answers: progress and Stop, the vote, or what next."""
    with st.bottom:
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    ticker = row.empty()
    if duel.live:
        ticker.caption(_progress(duel, drawn.live, hidden=hidden))
        _stop_button(app, row, drawn.live)
    elif ballot.open and vote is None:
        vote_buttons(row, ballot, blind=hidden)
    elif vote:
        ticker.markdown(vote_sentence(vote, ballot), width="content")
        undo_button(row, ballot, vote)
        scoreboard_button(row)
    else:
        ticker.markdown(
            "Fewer than two sides have answered, so there is nothing to judge.",
            width="content",
        )
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


def _progress(duel: Duel, live: list[LiveRun], *, hidden: bool) -> str:
    """How many have answered; of a blind duel not who, and not what it has cost."""
    if not live:
        return "At work elsewhere"
    there = len(duel.sides) - len(live)
    parts = [
        f"{there} of {len(duel.sides)} sides are done",
        figures.whole_seconds(max(run.elapsed_s for run in live)),
    ]
    if hidden:
        parts.append("all appear together, so that nobody can tell who was faster")
    return figures.SEPARATOR.join(parts)


def _stop_button(app: Services, row: DeltaGenerator, live: list[LiveRun]) -> None:
    row.button(
        "Stop",
        key="stop-duel",
        icon=":material/stop:",
        type="primary",
        disabled=not live,
        on_click=_stop,
        args=(app, live),
    )


def _stop(app: Services, live: list[LiveRun]) -> None:
    for run in live:
        app.live.stop(run.uid)


def _ask_again(app: Services, duel: Duel, row: DeltaGenerator) -> None:
    """Filled at once, not when it is opened: it has to know that it opens upwards."""
    place = row.popover("Ask again", key="duel-again", icon=":material/replay:")
    configs = [run.state.config for run in duel.sides]
    total = sum_estimates([price(app, config, duel.question) for config in configs])
    order = "shuffled anew" if duel.blind else "in the opposite order"
    place.markdown(f"The same question to the same sides, {order}.")
    place.caption(figures.estimate_line(total))
    place.button(
        "Ask them again",
        key="duel-ask-again",
        type="primary",
        on_click=attempt,
        args=(_begin_again, app, duel),
    )


def _begin_again(app: Services, duel: Duel) -> None:
    sides = [(run.state.config, run.preset_name) for run in reversed(duel.sides)]
    start_duel(app, duel.question, sides, blind=duel.blind)


def leave_duel() -> None:
    """Go back to where duels begin."""
    st.query_params.pop(DUEL, None)
