"""Lists the texts of a turn that can stand side by side: proposals and answers."""

from dataclasses import dataclass
from string import ascii_uppercase
from typing import Final

from moa_core.mixture import Seat
from moa_core.run import RunState, SeatState
from pages.widgets.formatting import wording
from storage.conversations import Turn, Version
from storage.runs import StoredRun

ACCENT_RGB: Final = "99, 91, 255"
"""The colour behind what is alike; the more alike, the less transparent."""

UNFINISHED = "draft"
"""Marks an answer that was stopped, or is being written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedText:
    """One text, whole or as far as it came.

    Attributes:
        mark: Its short name: ``A``, ``B`` for proposals, ``v1``, ``v2`` for answers.
        seat: Who wrote it.
        layer_index: Layer of a proposal, from 0; ``None`` for an answer.
        text: What it says, kept from here on: a live one goes on without us.
        read: The proposals that an answer was made from, in the order of their letters.
    """

    mark: str
    seat: SeatState
    layer_index: int | None
    text: str
    read: tuple["ComparedText", ...] = ()

    @property
    def label(self) -> str:
        """``A explainer``."""
        return f"{self.mark} {self.name}"

    @property
    def name(self) -> str:
        """The model's own name, safe in Markdown."""
        return wording.model_name(self.seat.agent)


def proposals(state: RunState) -> list[ComparedText]:
    """Every text that a proposer of the run has written, layer by layer.

    Letters belong to seats: one that did not answer keeps its letter from the others.
    """
    seats = [seat for layer in state.layers for seat in layer.seats]
    return [
        ComparedText(
            mark=letter(number),
            seat=seat,
            layer_index=seat.seat.layer_index,
            text=seat.text,
        )
        for number, seat in enumerate(seats)
        if seat.text.strip()
    ]


def answers(turn: Turn, run: StoredRun) -> list[ComparedText]:
    """Every answer that was made for a turn, oldest first, as v1, v2 and so on.

    What ``run``, the one that is looked at, left unfinished comes last.
    """
    texts = [_version_text(version) for version in turn.versions]
    seat = run.state.synthesis
    if seat.text.strip() and not seat.reused and seat.status != "succeeded":
        texts.append(_answer(UNFINISHED, run.state, seat.seat))
    return texts


def answer_of(turn: Turn, run: StoredRun) -> ComparedText | None:
    """The finished answer that a run shows, with what its aggregator had read."""
    shown = run.ref(run.state.synthesis.seat)
    texts = (_version_text(each) for each in turn.versions if each.ref == shown)
    return next(texts, None)


def letter(number: int) -> str:
    """``A`` for 0, ``Z`` for 25, then ``A2``."""
    again, place = divmod(number, len(ascii_uppercase))
    return ascii_uppercase[place] + (str(again + 1) if again else "")


def badge(mark: str) -> str:
    """The mark as it stands before a text, in Markdown."""
    return f":gray-badge[**{mark}**]"


def _version_text(version: Version) -> ComparedText:
    return _answer(f"v{version.number}", version.run.state, version.seat)


def _answer(mark: str, state: RunState, at: Seat) -> ComparedText:
    seat = state.seat_at(at)
    reads = {each.seat for each in state.read_at(at)}
    read = tuple(text for text in proposals(state) if text.seat.seat in reads)
    return ComparedText(
        mark=mark, seat=seat, layer_index=None, text=seat.text, read=read
    )
