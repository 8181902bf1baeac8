"""Reads the rows that match a search, with the columns that hits and filters need."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, and_, func, null, select
from sqlalchemy.orm import Session

from storage.history.file_names import turns_with_file
from storage.history.filters import Filters, on_conversations, on_runs
from storage.history.index import (
    CALLS,
    TITLES,
    TURNS,
    IdSpan,
    Index,
    in_chunks,
    rows_with,
)
from storage.history.query import Words
from storage.runs import ANSWERING_ROLES
from storage.schema import KIND, CallRow, ConversationRow, RunRow, TurnRow
from storage.values import title_of

MOST_LOOKED_AT = 20_000
"""Rows of one kind that have the words; then a search pauses, whatever the filters."""

FEW_RUNS = 300
"""So few runs are looked through one by one: words among them are found at once."""


RowFound: TypeAlias = Row[*tuple[Any, ...]]
"""With the columns of ``_CONVERSATION``, ``id``, ``at``, ``turn_id``, ``turn_uid``, and
of calls ``role``, ``model``, ``layer_index``, ``status`` (else NULL)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search is after.

    Attributes:
        config_ids: The mixtures that have the wanted model; ``None``: any will do.
    """

    words: Words
    filters: Filters
    config_ids: list[int] | None


class Stream:
    """The rows of one kind that have the words and pass the filters, newest first.

    Args:
        before: Where to begin: at smaller ids.
        beginning: Whether the last word may go on.

    Attributes:
        taken: The last id that was taken out, as whoever takes it notes; in the end
            the last that was looked at.
        ended: Whether there are no more.
    """

    def __init__(
        self,
        session: Session,
        index: Index,
        wanted: Wanted,
        before: int,
        *,
        beginning: bool,
    ) -> None:
        self.taken = before
        self.ended = False
        self._session, self._index, self._wanted = session, index, wanted
        self._beginning = beginning

    def __iter__(self) -> Iterator[RowFound]:
        session, index, words = self._session, self._index, self._wanted.words
        matching = (
            row_id
            for span in self._spans()
            for row_id in self._with_files(
                rows_with(session, index, words, span, beginning=self._beginning)
            )
        )
        looked_at = 0
        for ids in in_chunks(matching):
            rows = session.execute(_QUERIES[index](self._wanted, ids)).all()
            for row in rows:  # a title that is the question's beginning says no more
                opening = None if row.turn_id else row.opening
                if opening is None or row.title != title_of(opening):
                    yield row
            looked_at += len(ids)
            if looked_at >= MOST_LOOKED_AT:
                self.taken = ids[-1]
                return
        self.taken, self.ended = 0, True

    def _with_files(self, rows: Iterator[int]) -> Iterator[int]:
        """Among questions, those that have a file of such a name, too."""
        if self._index is not TURNS:
            return rows
        words, before = self._wanted.words, self.taken
        named = turns_with_file(self._session, words, before, beginning=self._beginning)
        merged = heapq.merge(rows, named, reverse=True)
        return (row_id for row_id, _ in groupby(merged))

    def _spans(self) -> list[IdSpan]:
        """Where to look; a beginning is gathered from everywhere, so once is enough."""
        if self._index is not CALLS or not self._wanted.filters:
            return [IdSpan(before=self.taken)]
        spans = _spans_of_runs(self._session, self._wanted, self.taken)
        if spans and self._beginning:
            return [IdSpan(spans[-1].first, spans[0].before)]
        return spans


def _spans_of_runs(session: Session, wanted: Wanted, before: int) -> list[IdSpan]:
    """Where the calls of the wanted runs are; all of it if the runs are many."""
    newest = session.scalars(
        select(RunRow.id)
        .join(ConversationRow, ConversationRow.id == RunRow.conversation_id)
        .where(
            *on_conversations(wanted.filters, RunRow.created_at),
            *on_runs(wanted.filters, wanted.config_ids),
        )
        .order_by(RunRow.id.desc())
        .limit(FEW_RUNS + 1)
    ).all()
    spans = session.execute(
        select(func.min(CallRow.id), func.max(CallRow.id))
        .where(CallRow.run_id.in_(newest))
        .group_by(CallRow.run_id)
        .order_by(func.max(CallRow.id).desc())
    ).all()
    if len(newest) > FEW_RUNS:
        return [IdSpan(before=min(before, spans[0][1] + 1))] if spans else []
    return [
        IdSpan(first, min(before, last + 1))
        for first, last in _apart(spans)
        if first < before
    ]


def _apart(spans: Sequence[Row[int, int]]) -> list[tuple[int, int]]:
    """Runs at the same time mix their calls: such spans become one."""
    apart: list[tuple[int, int]] = []
    for first, last in spans:
        if apart and last >= apart[-1][0]:
            first, last = min(first, apart[-1][0]), apart.pop()[1]
        apart.append((first, last))
    return apart


_CONVERSATION = (
    ConversationRow.id.label("conversation_id"),
    ConversationRow.uid.label("conversation_uid"),
    ConversationRow.title,
    KIND.label("kind"),
    ConversationRow.archived_at,
)
_TURN = (TurnRow.id.label("turn_id"), TurnRow.uid.label("turn_uid"))
_NO_TURN = (null().label("turn_id"), null().label("turn_uid"))
_NO_CALL = tuple(
    null().label(name) for name in ("role", "model", "layer_index", "status")
)


def _call_rows(wanted: Wanted, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    call = (CallRow.role, CallRow.model_requested.label("model"))
    figures = (CallRow.layer_index, CallRow.status)
    at = RunRow.created_at.label("at")
    return (
        select(CallRow.id, at, *_TURN, *_CONVERSATION, *call, *figures)
        .join(RunRow, RunRow.id == CallRow.run_id)
        .join(TurnRow, TurnRow.id == RunRow.turn_id)
        .join(ConversationRow, ConversationRow.id == RunRow.conversation_id)
        .where(
            CallRow.id.in_(ids),
            CallRow.status.not_in(("pending", "running")),
            CallRow.role.in_(("proposer", *ANSWERING_ROLES)),
            ConversationRow.kind != "experiment",  # answers may be voted on blindly
            # of an answer in several requests, the last one has the whole text
            (CallRow.retry_wait_ms.is_(None)) | (CallRow.status != "succeeded"),
            *on_conversations(wanted.filters, RunRow.created_at),
            *on_runs(wanted.filters, wanted.config_ids, leading=False),
        )
        .order_by(CallRow.id.desc())
    )


def _turn_rows(wanted: Wanted, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    at = TurnRow.created_at.label("at")
    return (
        select(TurnRow.id, at, *_TURN, *_CONVERSATION, *_NO_CALL)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(
            TurnRow.id.in_(ids),
            *on_conversations(wanted.filters, TurnRow.created_at),
            *_had_run(wanted, RunRow.turn_id == TurnRow.id),
        )
        .order_by(TurnRow.id.desc())
    )


def _title_rows(wanted: Wanted, ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    at, opening = ConversationRow.created_at.label("at"), TurnRow.question
    is_opening = and_(TurnRow.conversation_id == ConversationRow.id, TurnRow.seq == 0)
    return (
        select(
            ConversationRow.id,
            at,
            *_NO_TURN,
            *_CONVERSATION,
            *_NO_CALL,
            opening.label("opening"),
        )
        .outerjoin(TurnRow, is_opening)
        .where(
            ConversationRow.id.in_(ids),
            *on_conversations(wanted.filters, ConversationRow.created_at),
            *_had_run(wanted, RunRow.conversation_id == ConversationRow.id),
        )
        .order_by(ConversationRow.id.desc())
    )


def _had_run(wanted: Wanted, of: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    conditions = on_runs(wanted.filters, wanted.config_ids, leading=False)
    return [select(RunRow.id).where(of, *conditions).exists()] if conditions else []


_QUERIES: Final = {CALLS: _call_rows, TURNS: _turn_rows, TITLES: _title_rows}
