"""Finds the choices of events that are the answer, however a server numbers them."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from moa_core.providers.answers.content import said_in
from moa_core.providers.answers.dialects import foreign_choice
from moa_core.providers.answers.finish_reasons import reason_in

Choice: TypeAlias = Mapping[str, Any]


class Choices:
    """Always the same choice, the first that says anything, and pieces numbered on.

    One answer was asked for, so a number that goes up with each text counts its pieces.
    Numbers that come again are those of several answers, of which one is read.

    Attributes:
        in_choices: Whether what was said stood in choices; ``None`` until anything was.
    """

    def __init__(self) -> None:
        self.in_choices: bool | None = None
        self._number: object = None
        self._others: list[Choice] = []  # held until it is clear what they are
        self._numbers: list[int] = []  # of the texts among those
        self._are_pieces = self._are_answers = False

    def of(self, event: Mapping[str, Any]) -> Sequence[Choice]:
        """The choices that can be read now.

        Events of another API are read where there are no choices; a gateway may send
        both.
        """
        choices = event.get("choices")
        if not isinstance(choices, list):
            other = None if self.in_choices else foreign_choice(event)
            return () if other is None else (other,)
        for choice in choices if self.in_choices is not False else ():
            if not isinstance(choice, dict):
                continue
            number = choice.get("index")
            if number is None or number == self._number:
                if self._others and _says(choice):
                    self._read_no_others()
                return (choice,)
            if self.in_choices is None or self._number is None:
                self._number = number
                return (choice,)
            if len(choices) == 1:
                return self._other(choice, number)
        return ()

    def end(self, *, has_ended: bool) -> Sequence[Choice]:
        """What can be read at the end; ``has_ended`` says that the first one has."""
        if has_ended and any(map(reason_in, self._others)):
            self._read_no_others()  # each of them had an end of its own
        return self._let_go()

    def _other(self, choice: Choice, number: object) -> Sequence[Choice]:
        """What can be read once there is a choice of another number."""
        if self._are_pieces:
            return (choice,)
        says, first = _says(choice), self._number
        if self._are_answers or not (says or reason_in(choice)):
            return ()
        if type(number) is not int or type(first) is not int:
            return ()
        if says and number <= max([first, *self._numbers]):
            self._read_no_others()
            return ()
        self._others.append(choice)
        self._numbers += [number] if says else []
        self._are_pieces = len(self._numbers) > 1  # one may be another answer
        return self._let_go() if self._are_pieces else ()

    def _read_no_others(self) -> None:
        self._are_answers, self._others = True, []

    def _let_go(self) -> list[Choice]:
        held, self._others = self._others, []
        return held


def _says(choice: Choice) -> bool:
    """Whether a choice has text of an answer."""
    said = choice.get("delta") or choice.get("text") or choice.get("message")
    return bool(said_in(said).text)
