"""What the next turn goes on from: the newest synthesis, or what was chosen."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.run_state import SeatState
from pages.widgets import notices, wording
from pages.widgets.versions import version_name
from services import Services
from storage.answers import AnswerRef
from storage.conversations import Turn


def continues_from(place: DeltaGenerator, app: Services, turn: Turn) -> None:
    """The chip on the composer: ``Goes on from synthesis v2``, to be changed."""
    answers = possible_answers(turn)
    if not answers:
        return
    now = answers.get(turn.answer) if turn.answer else None
    chip = place.popover(
        f"Goes on from {now or 'no answer'}",
        icon=":material/subdirectory_arrow_right:",
        type="tertiary",
        key=f"{turn.uid}-from",
        on_change="rerun",
        help="What the next question's models are told you were answered. Change it.",
    )
    if chip.open:
        chip.radio(
            "The next question goes on from",
            list(answers),
            index=list(answers.values()).index(now) if now else None,
            format_func=answers.__getitem__,
            key=_key(turn),
            on_change=_choose,
            args=(app, turn),
        )


def possible_answers(turn: Turn) -> dict[AnswerRef, str]:
    """Every text that the conversation can go on from, newest synthesis first."""
    syntheses = {
        version.ref: f"synthesis {version_name(version)}"
        for version in reversed(turn.versions)
    }
    return syntheses | {
        run.ref(seat.seat): _proposal_name(seat)
        for run in reversed(turn.runs)
        for layer in reversed(run.state.layers)
        for seat in layer.seats
        if seat.status == "succeeded"
    }


def differs(turn: Turn, answer: AnswerRef) -> bool:
    """Whether ``answer`` could be gone on from, and is not."""
    return turn.answer != answer and answer in possible_answers(turn)


def go_on_from(app: Services, turn: Turn, answer: AnswerRef) -> None:
    """Let the conversation go on from ``answer``."""
    notices.attempt(app.conversations.choose, turn.uid, answer)


def _proposal_name(seat: SeatState) -> str:
    layer = f"layer {seat.seat.layer_index + 1}"
    return f"proposal by {wording.model_name(seat.agent)}, {layer}"


def _choose(app: Services, turn: Turn) -> None:
    go_on_from(app, turn, st.session_state[_key(turn)])


def _key(turn: Turn) -> str:
    """Another key when something else was chosen elsewhere."""
    return f"{turn.uid}-from-{turn.answer}-{len(turn.runs)}"
