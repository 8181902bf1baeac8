"""What a search has found: turns and titles, with the places that have the words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from storage.history.snippets import Piece


@dataclass(frozen=True, slots=True)
class InQuestion:
    """The user said it."""


@dataclass(frozen=True, slots=True)
class InTitle:
    """The conversation is called so."""


@dataclass(frozen=True, slots=True)
class InProposal:
    """A proposer said it; ``layer_index`` counts from 0."""

    model: str
    layer_index: int


@dataclass(frozen=True, slots=True)
class InAnswer:
    """An aggregator said it; ``version`` is that of the turn's answers, from 1.

    It is ``None`` where there was no whole answer.
    """

    model: str
    version: int | None


Where: TypeAlias = InQuestion | InTitle | InProposal | InAnswer


@dataclass(frozen=True, slots=True)
class Spot:
    """One text that has the words, and the piece of it that shows them."""

    where: Where
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One turn, or a conversation's title, that has what was looked for.

    Attributes:
        turn_uid: ``None`` if it is the title that has it.
        kind: ``chat`` or ``duel``.
        at: When it was said.
        spots: The best places, at most three: question, answers, proposals.
        more: How many further texts of the turn have it, as far as was looked.
    """

    conversation_uid: str
    title: str
    kind: Literal["chat", "duel"]
    archived: bool
    turn_uid: str | None
    at: datetime
    spots: tuple[Spot, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Mark:
    """How far back a search has come.

    Attributes:
        call_id: Looked at; so are newer ones. 0: all are.
        turn_id: The same.
        conversation_id: The same.
        beginning: Whether words count that only begin as the last one looked for.
    """

    call_id: int
    turn_id: int
    conversation_id: int
    beginning: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits, newest first.

    Attributes:
        hits: The page; it may be short, or empty, although there is more.
        next: Where to go on; ``None`` if this was all.
    """

    hits: tuple[Hit, ...]
    next: Mark | None
