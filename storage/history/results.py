"""The results of a search: turns and titles, with the texts that matched."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from storage.history.snippets import SnippetPiece
from storage.schema import ConversationKind


@dataclass(frozen=True, slots=True)
class InQuestion:
    """Matched in the question."""


@dataclass(frozen=True, slots=True)
class InTitle:
    """Matched in the title of the conversation."""


@dataclass(frozen=True, slots=True)
class InProposal:
    """Matched in a proposal; ``layer_index`` counts from 0."""

    model: str
    layer_index: int


@dataclass(frozen=True, slots=True)
class InAnswer:
    """Matched in an answer.

    ``version`` counts the answers of the turn from 1; ``None`` for an incomplete one.
    """

    model: str
    version: int | None


Where: TypeAlias = InQuestion | InTitle | InProposal | InAnswer


@dataclass(frozen=True, slots=True)
class Match:
    """A text that matched, and a snippet of it."""

    where: Where
    pieces: tuple[SnippetPiece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A turn, or the title of a conversation, that matched.

    Attributes:
        turn_uid: ``None`` if the title matched.
        at: Creation time of the newest text that matched.
        matches: The first three: question, then answers, then proposals.
        more: How many further texts of the turn matched, as far as they were read.
    """

    conversation_uid: str
    title: str
    kind: ConversationKind
    archived: bool
    turn_uid: str | None
    at: datetime
    matches: tuple[Match, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page of a search begins.

    Attributes:
        call_id: The last one searched, newest first; 0 when all were.
        turn_id: The same.
        conversation_id: The same.
        beginning: Whether the last word of the query matches as a prefix.
    """

    call_id: int
    turn_id: int
    conversation_id: int
    beginning: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of hits, newest first.

    Attributes:
        hits: The page; it may be short, or empty, although there is more.
        next: Where the next page begins; ``None`` after the last.
    """

    hits: tuple[Hit, ...]
    next: Cursor | None
