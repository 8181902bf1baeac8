"""Draws the questions of a chat; turns far back by their answer alone.

All that rests between two turns that are drawn whole is one component: thirty turns
with their layers and buttons are ten thousand elements. (ADR 36)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.messages import as_asked
from moa_core.text import one_line
from pages.component import Asked, turns_component
from pages.widgets.chat.opened_file import chips_of, open_file
from pages.widgets.formatting import wording
from pages.widgets.layout import LONGEST_QUESTION_CHARS, go_through
from storage.conversations import Turn

EXPANDED_TURNS: Final = 8
"""So many turns at the end of a chat are always drawn whole."""

HEADING_CHARS: Final = 120
"""Most characters of a heading."""

_EXPANDED: Final = "turns that the user has opened"

AskInstead = Callable[[Turn, str], None]
"""Asks an edited question in the place of a turn's."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Turns that are drawn together: some that rest, or a single one that does not.

    Attributes:
        turns: Each with its number in the chat, from 1, and the turn behind it;
            ``None`` behind the last of the path.
    """

    turns: tuple[tuple[int, Turn, Turn | None], ...]
    rests: bool

    @property
    def first(self) -> Turn:
        """The turn at its beginning."""
        return self.turns[0][1]

    @property
    def places(self) -> list[str]:
        """A name for each turn: all in the place of the first, the others take none."""
        name = f"{self.first.uid} {self.rests}"
        return [name] + [""] * (len(self.turns) - 1)


def stretches(turns: Sequence[Turn]) -> list[Stretch]:
    """The turns of a path, by how they are drawn."""
    resting = _resting(turns)
    kinds = groupby(
        zip(count(1), turns, [*turns[1:], None]),
        lambda each: "rests" if each[1].uid in resting else each[1].uid,
    )
    return [Stretch(tuple(some), rests=kind == "rests") for kind, some in kinds]


def draw_turns(
    place: DeltaGenerator,
    stretch: Stretch,
    ask_instead: AskInstead | None,
    *,
    fixed: bool = False,
) -> None:
    """Draw questions, with the answers of those that rest.

    Args:
        place: Where.
        stretch: The turns; of one that does not rest the run is drawn elsewhere.
        ask_instead: ``None`` while the chat is being answered.
        fixed: Whether the questions are a program's, and not to be edited.
    """
    data = [
        {"number": number}
        | ({"fixed": True} if fixed else {})
        | _question(turn)
        | (_answer(turn, follower) if stretch.rests else {})
        for number, turn, follower in stretch.turns
    ]

    def on_asked(asked: Asked) -> None:
        for _, turn, _ in stretch.turns:
            if turn.uid == asked.get("turn"):
                _carry_out(turn, asked, None if fixed else ask_instead)

    turns_component(
        place,
        data,
        busy=ask_instead is None,
        longest=LONGEST_QUESTION_CHARS,
        key=f"{stretch.first.uid}-{'resting' if stretch.rests else 'asked'}",
        on_asked=on_asked,
    )


def turn_heading(turn: Turn) -> str:
    """What screen readers call a turn."""
    names = ", ".join(part.name for part in turn.question.attachments)
    return one_line(turn.question.text or names, HEADING_CHARS)


def _resting(turns: Sequence[Turn]) -> frozenset[str]:
    expanded = st.session_state.get(_EXPANDED, set())
    return frozenset(
        turn.uid
        for turn in turns[:-EXPANDED_TURNS]
        if turn.uid not in expanded and turn.run and not turn.run.state.live
    )


def _question(turn: Turn) -> dict[str, Any]:
    versions = {"versions": turn.siblings} if len(turn.siblings) > 1 else {}
    files = {"files": chips_of(turn)} if turn.question.attachments else {}
    return {"turn": turn.uid, "question": turn.question.text, **versions, **files}


def _answer(turn: Turn, follower: Turn | None) -> dict[str, Any]:
    """The answer that the next question went on from, if it did."""
    origin = follower.origin if follower else None
    seats = (
        run.state.seat_at(origin.seat)
        for run in turn.runs
        if origin and origin.run_uid == run.uid
    )
    if seat := next(seats, None):
        written = {"by": wording.model_name(seat.agent), "text": seat.text}
        return {"answer": {"heading": turn_heading(turn), **written}}
    return {"answer": {"heading": turn_heading(turn)}}


def _carry_out(turn: Turn, asked: Asked, ask_instead: AskInstead | None) -> None:
    """Do what was clicked; what makes no sense, or no longer does, changes nothing."""
    match asked:
        case {"do": "open"}:
            st.session_state.setdefault(_EXPANDED, set()).add(turn.uid)
        case {"do": "file", "at": int(at)}:
            open_file(turn, at)
        case {"do": "version", "version": str(uid)} if uid in turn.siblings:
            go_through(uid)
        case {"do": "ask-instead", "text": str(text)} if ask_instead:
            question = as_asked(text)
            asks = question or turn.question.attachments
            if asks and len(question) <= LONGEST_QUESTION_CHARS:
                ask_instead(turn, question)
        case _:
            pass
