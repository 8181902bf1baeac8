"""Shows and changes the answer that the next question goes on from."""

import re
from collections import Counter
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.run import LayerState, SeatState
from pages.widgets.formatting import notices, wording
from pages.widgets.layout import end_at
from pages.widgets.markdown import read_aloud
from pages.widgets.rework.finished_run import FinishedRun
from storage.conversations import Conversations, Turn, Version
from storage.runs import AnswerRef

RADIO_AT_MOST = 5
"""Answers that are shown all at once; more of them stand in a list with a search."""

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
"""Markdown's escapes; a list shows its entries letter by letter without them."""

_NONE = "none"
_GO_ON = ":material/subdirectory_arrow_right:"


def origin_picker(
    place: DeltaGenerator, conversations: Conversations, turn: Turn
) -> None:
    """The chip on the composer: ``Continues from the answer``, to be changed.

    At the bottom of a page there is room for a few answers, all at once.
    """
    answers: dict[AnswerRef | str, str] = dict(possible_answers(turn).items())
    if not answers:
        return
    if not turn.versions and _stopped_answers(turn):
        answers[_NONE] = "no answer"
    refs = list(answers)
    chip = place.popover(
        f"Continues {origin_name(turn, turn.answer)}",
        type="tertiary",
        key=f"{turn.uid}-from",
        on_change="rerun",
        help="Which answer the models see as the previous reply",
    )
    if not chip.open:
        return
    # Another key when something else was chosen elsewhere.
    key = f"{turn.uid}-from-{turn.answer}-{len(turn.runs)}"

    def choose() -> None:
        chosen = st.session_state[key]
        if chosen == _NONE:
            notices.attempt(conversations.leave_out, turn.uid)
        else:
            notices.attempt(conversations.choose, turn.uid, chosen)

    label, index = "Next question continues from", None
    if (now := turn.answer or _NONE) in answers:
        index = refs.index(now)
    pick: dict[str, Any] = {"key": key, "on_change": choose}
    if len(refs) <= RADIO_AT_MOST:
        chip.radio(label, refs, index, format_func=answers.__getitem__, **pick)
    else:
        plain = {ref: _ESCAPED.sub(r"\1", answers[ref]) for ref in refs}
        chip.selectbox(label, refs, index, format_func=plain.__getitem__, **pick)


def origin_name(turn: Turn, answer: AnswerRef | None) -> str:
    """``from the answer``, ``from answer v2``, ``from ada's draft``."""
    for version in turn.versions:
        if version.ref == answer:
            several = len(turn.versions) > 1
            return f"from answer v{version.number}" if several else "from the answer"
    for run in turn.runs:
        if answer and run.uid == answer.run_uid:
            seat = run.state.seat_at(answer.seat)
            if seat.status != "succeeded":
                return "from the stopped answer"
            return f"from {wording.model_name(seat.agent)}'s draft"
    return "without an answer"


def possible_answers(turn: Turn) -> dict[AnswerRef, str]:
    """Every text that the conversation can go on from, newest answer first.

    A proposal says so where one by the same model, in the same place, came later.
    """
    answers = {}
    for version in reversed(turn.versions):
        answers[version.ref] = f"answer {version_name(version)}"
    answers |= _stopped_answers(turn)
    newer: Counter[str] = Counter()
    for run in reversed(turn.runs):
        for layer in reversed(run.state.layers):
            for seat in layer.seats:
                answer = run.ref(seat.seat)
                if seat.status == "succeeded" and answer not in answers:
                    name = _proposal_name(layer, seat)
                    age = f", {newer[name]} before" if newer[name] else ""
                    if newer[name] == 1:
                        age = ", before the retry"
                    answers[answer] = f"{name}{age}"
                    newer[name] += 1
    return answers


def _stopped_answers(turn: Turn) -> dict[AnswerRef, str]:
    """Answers that were stopped when some of their text was there, newest first."""
    answers = {}
    for run in reversed(turn.runs):
        seat = run.state.synthesis
        if seat.status in ("stopped", "interrupted") and seat.text.strip():
            name = wording.model_name(seat.agent)
            answers[run.ref(seat.seat)] = f"stopped answer · {name}"
    return answers


def continue_label(finished: FinishedRun, answer: AnswerRef, noun: str) -> str | None:
    """What going on from an answer is called; ``None`` where that is so, or cannot be.

    Where something followed already, the next question begins a branch.
    """
    if finished.choose is None or answer not in possible_answers(finished.turn):
        return None
    if finished.follower:
        return f"Branch from this {noun}"
    if finished.next_origin == answer:
        return None
    return f"Continue from this {noun}" if noun == "answer" else "Use as the answer"


def continue_from(finished: FinishedRun, answer: AnswerRef) -> None:
    """Let the next question go on from an answer, on a branch if one followed."""
    choose, uid = finished.choose, finished.turn.uid
    if choose and notices.succeeds(choose, uid, answer) and finished.follower:
        end_at(uid)


def continue_button(
    place: DeltaGenerator,
    finished: FinishedRun,
    answer: AnswerRef,
    *,
    key: str,
    name: str,
) -> None:
    """Offer to go on from an answer, called by its ``name``, unless that is so."""
    if label := continue_label(finished, answer, "answer"):
        place.button(
            read_aloud(label, name),
            key=key,
            icon=":material/alt_route:" if finished.follower else _GO_ON,
            type="tertiary",
            on_click=continue_from,
            args=(finished, answer),
        )


def origin_note(finished: FinishedRun, shown: AnswerRef) -> str | None:
    """What the question after it has gone on from, if that is not ``shown``."""
    origin = finished.next_origin
    if not finished.follower or origin == shown:
        return None
    name = possible_answers(finished.turn).get(origin) if origin else None
    if name is None:
        return "The next question didn't include an answer."
    plain = _ESCAPED.sub(r"\1", name)
    return f"The next question continued from: {plain}"


def version_name(version: Version) -> str:
    """``v2 · gpt-4o``."""
    agent = version.run.state.seat_at(version.seat).agent
    return f"v{version.number} · {wording.model_name(agent)}"


def _proposal_name(layer: LayerState, seat: SeatState) -> str:
    """``proposal by ada, layer 1``, numbered where a model sits more than once."""
    same = [each for each in layer.seats if each.agent.ref == seat.agent.ref]
    number = f" {seat.seat.position + 1}" if len(same) > 1 else ""
    name = wording.model_name(seat.agent)
    return f"proposal{number} by {name}, layer {layer.index + 1}"
