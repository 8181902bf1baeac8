"""Takes blind votes, one pair after the other, in the order that was drawn.

Neither the page nor what is sent to the browser tells whose an answer is, what it cost
or what the judge has said (docs/adr/0014-blind-comparisons.md).
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.experiments import BlindPair, next_pair
from pages.widgets.compare import question_box
from pages.widgets.formatting import SEPARATOR, attempt, counted
from pages.widgets.layout import COLUMN_MIN_PX, readable, rerun_when
from pages.widgets.votes import hidden_side
from services.experimenting import Experimenting
from storage.evaluation import Ballot, Ballots, BallotVerdict, StoredExperiment
from storage.values import new_uid

_CHOICES: Final[tuple[tuple[BallotVerdict, str, str], ...]] = (
    ("first", "1 is better", "1"),
    ("second", "2 is better", "2"),
    ("tie", "Tie", "T"),
    ("both_bad", "Both bad", "B"),
    ("skipped", "Skip", "S"),
)
"""What is kept, what the button says, and the key that presses it."""

_STEP: Final = "step of the ballot"
_MANY_SKIPS: Final = 0.2
"""More of the questions skipped than this, and the result warns of it."""


def blind_votes(experimenting: Experimenting, stored: StoredExperiment) -> None:
    """Draw the next pair and its buttons, or that there is none."""
    ballots = experimenting.ballots
    cast = ballots.of(stored.summary.uid)
    decided = {(ballot.item, ballot.pair) for ballot in cast}
    work = experimenting.work_of(stored)
    pair = next_pair(stored.protocol, stored.items, work.progress(), decided)
    with readable("voting"):
        st.caption(_so_far(cast, pair))
        if pair is None:
            _no_pair(anything=bool(cast))
            current = experimenting.get(stored.summary.uid)
            if current and current.live:  # draw the page anew when more is answered
                seen = current.step
                rerun_when(lambda: current.step is not seen or not current.live)
        else:
            question_box(work.with_conversation(pair.item).asked)
    if pair:
        texts = work.texts_of(pair.item)
        pair_of_answers = st.container(key=f"pair-{pair.place}")  # scripts know it
        grid = pair_of_answers.grid("auto", min_column_width=COLUMN_MIN_PX)
        for number, arm in enumerate(pair.arms, 1):
            card = grid.container(
                border=True, height="stretch", gap="xsmall", key=f"answer-{number}"
            )
            hidden_side(card, str(number), pair.item.id, texts.get(arm))
    step = st.session_state.setdefault(_STEP, new_uid())
    with st.bottom, st.container(key=f"ballot-step-{step}"):  # ballot.js waits for it
        row = st.container(
            horizontal=True, vertical_alignment="center", gap="small", key="ballot"
        )
    if pair:
        _choices(row, ballots, pair)
    _steps(row, ballots, stored.summary.uid)


def _choices(row: DeltaGenerator, ballots: Ballots, pair: BlindPair) -> None:
    for verdict, label, key in _CHOICES:
        vote = partial(
            ballots.cast, pair.item.id, pair.pair, verdict, ours_first=pair.ours_first
        )
        row.button(
            label,
            key=f"ballot-{verdict}",
            type="primary" if verdict in ("first", "second") else "secondary",
            shortcut=key,
            on_click=_take,
            args=(vote,),
        )


def _take(action: Callable[..., object], *args: str) -> None:
    """Carry out what was pressed; the page says by its step that it was."""
    st.session_state[_STEP] = new_uid()
    attempt(action, *args)


def _steps(row: DeltaGenerator, ballots: Ballots, uid_of_experiment: str) -> None:
    """Draw what takes the last vote back, and what gives it again."""
    steps = ballots.steps(uid_of_experiment)
    for label, uid, go in (
        ("Undo", steps.undo, ballots.undo),
        ("Redo", steps.redo, ballots.redo),
    ):
        if uid:
            row.button(
                label,
                key=f"{label.lower()}-ballot",
                icon=f":material/{label.lower()}:",
                on_click=_take,
                args=(go, uid),
            )


def _so_far(cast: Sequence[Ballot], pair: BlindPair | None) -> str:
    skipped = sum(ballot.verdict == "skipped" for ballot in cast)
    parts = [counted(len(cast) - skipped, "vote")]
    if skipped:
        parts.append(f"{skipped:,} skipped")
    if pair:
        parts.append(f"question {pair.place:,} of {pair.of:,}")
    if skipped > _MANY_SKIPS * len(cast):
        parts.append("skip rarely: skipped questions can bias the result")
    return SEPARATOR.join(parts)


def _no_pair(*, anything: bool) -> None:
    place = st.container(key="no-pair")
    if anything:
        place.success("No more pairs for now. Every answered question has your vote.")
    else:
        place.info(
            "No pair of answers yet. Start or resume the experiment, and vote as soon "
            "as the first question has been answered."
        )
