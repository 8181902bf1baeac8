"""Tells one browser what is known of a run, and from then on only what is new.

Texts only grow within a page of their seat, so of them the new pieces are told; all
else is small and told whole when it has changed. What is new is found by looking, never
by being called: who reads slowly gets the same news in fewer, larger messages.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from moa_core.run import RunState, SeatState
from pages.widgets.run_feed.quiet_seats import SilenceWatch
from pages.widgets.run_feed.run_json import (
    Json,
    Look,
    layer_json,
    place_json,
    seat_json,
    state_json,
)

VERSION: Final = 1
"""Of the messages; a browser that knows another one has to load the page again."""

CLOCK_S: Final = 1.0
"""How often things are looked at that change by the clock alone."""

_pack = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_pack_ascii = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Position:
    """How much of a seat's texts a browser has.

    Attributes:
        page: Of which page (``SeatState.page``).
        answer: How long its answer is, as JavaScript counts.
        reasoning: How long its reasoning is.
    """

    page: int
    answer: int
    reasoning: int = 0


class _GrowingText:
    """What has been told of one list of pieces."""

    __slots__ = ("count", "page")

    def __init__(self) -> None:
        self.page: list[str] | None = None
        self.count = 0

    def news(self, index: int, parts: list[str]) -> list[Any] | None:
        """``[index, text]`` and, where it begins anew, ``1``; ``None`` without news."""
        anew, had, end = parts is not self.page, self.count, len(parts)
        begin = 0 if anew else had
        if end == begin and not (anew and had):
            return None
        self.page, self.count = parts, end
        text = "".join(parts[begin:end])
        if not text and not (anew and had):
            return None
        return [index, text, *([1] if anew else ())]

    def resume(self, parts: list[str], length: int) -> None:
        """Go on behind so many characters, if a piece of ``parts`` ends there."""
        in_utf_16 = (len(part) + sum(map("\uffff".__lt__, part)) for part in parts)
        ends = accumulate(in_utf_16, initial=0)  # as the browser counts
        self.count = next((count for count, end in enumerate(ends) if end == length), 0)
        if self.count:
            self.page = parts
        else:
            self.count = length  # of something that has to go


class _Told:
    """What has been told of one seat."""

    __slots__ = ("answer", "key", "reasoning", "watch")

    def __init__(self) -> None:
        self.key: object = None
        self.watch = SilenceWatch()
        self.answer, self.reasoning = _GrowingText(), _GrowingText()

    def resume(self, seat: SeatState, position: Position) -> None:
        """Count what the browser has, if that is of the page that stands there now."""
        same = position.page == seat.page
        self.answer.resume(seat.parts if same else [], position.answer)
        self.reasoning.resume(seat.reasoning_parts if same else [], position.reasoning)


class RunNews:
    """What is new of a run since one browser last heard.

    Args:
        name: Names the run in every message.
        look: The run, as it stands when the browser begins to follow it.
        have: What the browser has of each seat's texts.
        more: What the first message says besides.
    """

    def __init__(
        self,
        name: str,
        look: Look,
        have: Sequence[Position] = (),
        more: Json | None = None,
    ) -> None:
        self._name, self._more = name, more or {}
        state = look.state
        self._era = look.era
        self._told = [_Told() for _ in state.seats]
        for told, seat, position in zip(self._told, state.seats, have, strict=False):
            told.resume(seat, position)
        self._version = -1
        self._clock_due_s = 0.0
        self._facts: Json = {}
        self._layers: list[Json] = []
        self._marks: object = None
        self._heading: tuple[bool, Json] = (True, {})

    def first(self, look: Look) -> str:
        """All that is known; of texts, what the browser does not have."""
        state = look.state
        self._changed(look)
        self._facts = state_json(look)
        self._layers = [layer_json(state, each, look.now_s) for each in state.layers]
        told = zip(state.seats, self._told, strict=True)
        seats = [
            place_json(state, seat) | seat_json(state, seat, each.watch.quiet)
            for seat, each in told
        ]
        return packed(
            {
                "v": VERSION,
                "run": self._name,
                **self._more,
                "now_s": round(look.now_s, 2),
                "state": self._facts,
                "layers": self._layers,
                "seats": seats,
                **self._texts(look),
            }
        )

    def next(self, look: Look) -> str | None:
        """What is new, or ``None``."""
        if look.era != self._era:
            return self._anew(look)
        by_clock = look.now_s >= self._clock_due_s
        heading = (look.live, look.more)
        same = heading == self._heading and look.state.version == self._version
        if same and not by_clock:
            return None
        news: Json = {}
        # What a text belongs to before the text: a restart begins an empty page.
        if changed := self._changed(look):
            news["s"] = changed
        marks = heading, _marks(look.state)
        if changed or by_clock or marks != self._marks:
            self._marks, self._heading = marks, heading
            self._add_facts(news, look)
        news |= self._texts(look)
        return packed({"run": self._name, **news}) if news else None

    def _anew(self, look: Look) -> str:
        """All of it once more, since time has gone backwards."""
        self._era, self._clock_due_s = look.era, 0.0
        for told in self._told:
            told.key = None
            told.answer.page = told.reasoning.page = None  # what was told goes
        return self.first(look)

    def _changed(self, look: Look) -> dict[int, Json]:
        """The seats that are not as they were told, texts aside."""
        state, now_s = look.state, look.now_s
        self._version = state.version
        by_clock = now_s >= self._clock_due_s
        if by_clock:
            self._clock_due_s = now_s + CLOCK_S
        changed = {}
        for index, (seat, told) in enumerate(zip(state.seats, self._told, strict=True)):
            if by_clock:
                told.watch.look(state, seat, now_s)
            told.watch.notice(seat, now_s)
            quiet = told.watch.quiet
            if (key := _key(state, seat, quiet)) != told.key:
                told.key = key
                changed[index] = seat_json(state, seat, quiet)
        return changed

    def _add_facts(self, news: Json, look: Look) -> None:
        """The run and its layers, where they are not as they were told."""
        state = look.state
        if (facts := state_json(look)) != self._facts:
            self._facts = news["r"] = facts
            news["now_s"] = round(look.now_s, 2)
        layers = [layer_json(state, each, look.now_s) for each in state.layers]
        told = zip(layers, self._layers, strict=True)
        if changed := {at: new for at, (new, old) in enumerate(told) if new != old}:
            self._layers, news["l"] = layers, changed

    def _texts(self, look: Look) -> dict[str, list[list[Any]]]:
        """Answers and reasoning that grew; nothing where none did."""
        answers, thoughts = [], []
        for index, seat in enumerate(look.state.seats):
            told = self._told[index]
            if answer := told.answer.news(index, seat.parts):
                answers.append(answer)
            if reasoning := told.reasoning.news(index, seat.reasoning_parts):
                thoughts.append(reasoning)
        grown = {"d": answers, "t": thoughts}
        return {name: texts for name, texts in grown.items() if texts}


def _key(state: RunState, seat: SeatState, quiet: Json | None) -> object:
    """Differs whenever what is told of a seat does."""
    waits = seat.status == "pending" and state.live
    return waits, seat.status, seat.page, seat.call, seat.notes, bool(seat.parts), quiet


def _marks(state: RunState) -> object:
    """Differs whenever a layer or the run begins or ends."""
    layers = [(layer.started_s, layer.finished_s) for layer in state.layers]
    return state.status, layers


def packed(news: Json) -> str:
    """One message; half of a character that a model wrote in halves stays escaped."""
    text = _pack(news)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _pack_ascii(news)
    return text
