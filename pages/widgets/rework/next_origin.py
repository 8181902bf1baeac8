"""What the next turn goes on from: the newest synthesis, or what was chosen."""

import re
from collections import Counter
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.run import LayerState, SeatState
from pages.widgets.formatting import notices, wording
from pages.widgets.layout import end_at
from pages.widgets.rework.finished_run import FinishedRun
from pages.widgets.rework.versions import version_name
from services import Services
from storage.conversations import Turn, Version
from storage.runs import AnswerRef

RADIO_AT_MOST = 5
"""Answers that are shown all at once; more of them stand in a list with a search."""

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
"""Markdown's escapes; a list shows its entries letter by letter without them."""

_GO_ON = ":material/subdirectory_arrow_right:"


def origin_picker(place: DeltaGenerator, app: Services, turn: Turn) -> None:
    """The chip on the composer: ``Goes on from synthesis v2``, to be changed."""
    answers = possible_answers(turn)
    if not answers:
        return
    now = answers.get(turn.answer) if turn.answer else None
    chip = place.popover(
        f"Goes on from {now}" if now else "Goes on without an answer",
        icon=_GO_ON,
        type="tertiary",
        key=f"{turn.uid}-from",
        on_change="rerun",
        help="What the next question's models are told you were answered. Change it.",
    )
    if chip.open:
        _pick(chip, app, turn, answers)


def _pick(
    place: DeltaGenerator, app: Services, turn: Turn, answers: dict[AnswerRef, str]
) -> None:
    """The answers to choose from: at the bottom of a page there is room for a few."""
    label, refs, key = "The next question goes on from", list(answers), _key(turn)
    index = refs.index(turn.answer) if turn.answer in answers else None
    chosen: dict[str, Any] = {"key": key, "on_change": _choose, "args": (app, turn)}
    if len(refs) <= RADIO_AT_MOST:
        place.radio(label, refs, index, format_func=answers.__getitem__, **chosen)
        return

    def plain(ref: AnswerRef) -> str:
        return _ESCAPED.sub(r"\1", answers[ref])

    place.selectbox(label, refs, index, format_func=plain, **chosen)


def possible_answers(turn: Turn) -> dict[AnswerRef, str]:
    """Every text that the conversation can go on from, newest synthesis first."""
    answers = {
        version.ref: _version_in_words(version) for version in reversed(turn.versions)
    }
    said: Counter[str] = Counter()
    for run in reversed(turn.runs):
        for layer in reversed(run.state.layers):
            for seat in layer.seats:
                answer = run.ref(seat.seat)
                if seat.status == "succeeded" and answer not in answers:
                    name = _proposal_in_words(layer, seat)
                    answers[answer] = f"{name}{_age(said[name])}"
                    said[name] += 1
    return answers


def go_on_button(
    place: DeltaGenerator,
    ended: FinishedRun,
    answer: AnswerRef,
    noun: str,
    key: str,
    *,
    in_menu: bool = False,
) -> None:
    """Offer to go on from an answer, unless that is so.

    Where something followed already, the next question begins a branch.

    Args:
        place: Where to draw.
        ended: The run that shows the answer.
        answer: What to go on from.
        noun: What it is called: ``answer``, ``proposal``.
        key: Names the button.
        in_menu: Whether it looks like the buttons of a menu.
    """
    if answer not in possible_answers(ended.turn):
        return
    if not ended.follower and goes_on(ended) == answer:
        return
    label, icon, help = f"Go on from this {noun}", _GO_ON, "The next question does."
    if ended.follower:
        label, icon = f"Branch from this {noun}", ":material/alt_route:"
        help = "Ask something else after it; what followed stays."
    place.button(
        label,
        key=key,
        icon=icon,
        type="secondary" if in_menu else "tertiary",
        width="stretch" if in_menu else "content",
        help=help,
        on_click=_go_on_from,
        args=(ended, answer),
    )


def goes_on(ended: FinishedRun) -> AnswerRef | None:
    """What the question after it has gone on from, or will."""
    return ended.follower.origin if ended.follower else ended.turn.answer


def origin_note(place: DeltaGenerator, ended: FinishedRun, shown: AnswerRef) -> None:
    """Say what the question after it has gone on from, if that is not ``shown``."""
    origin = goes_on(ended)
    if not ended.follower or origin == shown:
        return
    name = possible_answers(ended.turn).get(origin) if origin else None
    said = f"went on from {name}." if name else "went on without an answer."
    place.caption(f"{_GO_ON} The next question {said}")


def _go_on_from(ended: FinishedRun, answer: AnswerRef) -> None:
    uid = ended.turn.uid
    chosen = notices.succeeds(ended.app.conversations.choose, uid, answer)
    if chosen and ended.follower:
        end_at(uid)


def _version_in_words(version: Version) -> str:
    alone = not version.run.state.layers
    return f"{'answer' if alone else 'synthesis'} {version_name(version)}"


def _proposal_in_words(layer: LayerState, seat: SeatState) -> str:
    """``proposal by ada, layer 1``, numbered where a model sits more than once."""
    same = [each for each in layer.seats if each.agent.ref == seat.agent.ref]
    number = f" {seat.seat.position + 1}" if len(same) > 1 else ""
    name = wording.model_name(seat.agent)
    return f"proposal{number} by {name}, layer {layer.index + 1}"


def _age(newer: int) -> str:
    """Tells a text from those by the same model, in the same place, that came later."""
    if newer < 2:
        return ", before it was asked again" if newer else ""
    return f", {newer} before"


def _choose(app: Services, turn: Turn) -> None:
    answer = st.session_state[_key(turn)]
    notices.attempt(app.conversations.choose, turn.uid, answer)


def _key(turn: Turn) -> str:
    """Another key when something else was chosen elsewhere."""
    return f"{turn.uid}-from-{turn.answer}-{len(turn.runs)}"
