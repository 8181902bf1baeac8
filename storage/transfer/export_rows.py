"""Reads rows as records: without ids, every reference by its name, oldest first."""

from base64 import b64encode
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Exists,
    FromClause,
    Select,
    Table,
    exists,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session

from storage.schema import (
    ConfigRow,
    ConversationRow,
    ExperimentItemRow,
    PresetRow,
    RunRow,
    TurnRow,
    VoteRow,
    VoteSideRow,
    table_of,
)
from storage.transfer.export_sections import BY_NAME, CALL_KEY, Section

Record: TypeAlias = dict[str, Any]
"""The fields of one row; see ``docs/export-format.md``."""

_CONVERSATIONS: Final = table_of(ConversationRow)
_RUNS: Final = table_of(RunRow)


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows to read; never those of runs under way, nor duels with such a run.

    Nor experiments with one, or with a question of a chat that was deleted.

    Attributes:
        conversation_ids: Only these conversations and the mixtures that they used;
            ``None`` for everything.
        deleted: Whether deleted conversations and presets, as long as they can be
            brought back, are among them.
    """

    conversation_ids: Collection[int] | None = None
    deleted: bool = False


def read_records(
    session: Session, section: Section, scope: Scope
) -> Iterator[tuple[str, Record]]:
    """Read the records of a section, few of them in memory at a time.

    Yields:
        The uid of the conversation that the record is a part of, ``""`` if it is a part
        of none, and the record.
    """
    standalone = not section.owned and section.row is not ConfigRow
    if standalone and scope.conversation_ids is not None:
        return
    query, widths = _query(section, scope)
    rows = session.execute(query, execution_options={"yield_per": section.rows_at_once})
    for row in rows:
        record: Record = {}
        at = 1
        for name, width in widths:
            value = row[at] if width == 1 else list(row[at : at + width])
            if type(value) is bytes:
                value = b64encode(value).decode()
            record[name] = value if width == 1 or value[0] is not None else None
            at += width
        yield row[0], record


def _query(section: Section, scope: Scope) -> tuple[Select[Any], list[tuple[str, int]]]:
    """The rows of a section; the uid of their conversation, then the fields.

    Returns:
        The query, and of each field its name and its number of columns.
    """
    table = section.table
    source: FromClause = table
    columns: list[ColumnElement[Any]] = []
    widths: list[tuple[str, int]] = []
    wanted: list[ColumnElement[bool]] = []
    if section.beside is not None:
        beside = table_of(section.beside)
        key = next(iter(beside.primary_key))
        source = source.outerjoin(beside, key == table.c.id)
    if table is _RUNS:
        wanted.append(table.c.status != "running")
    for field in section.fields:
        named = [field.column]
        if field.target is not None:
            source, named, ended = _join_named(source, field.target, field.column)
            wanted += ended
        columns += named
        widths.append((field.name, len(named)))
        if section.part:
            wanted.append(field.column.is_not(None))
    conversation: ColumnElement[str] = literal("")
    if section.owned:
        source, owner = _join_conversation(source, section)
        conversation = owner.c.uid
        wanted += _in_scope(owner, scope)
    else:
        wanted += _standalone_in_scope(section, scope)
    query = select(conversation.label("of"), *columns).select_from(source)
    return query.where(*wanted).order_by(*table.primary_key), widths


def _join_named(
    source: FromClause, target: Table, refers: ColumnElement[Any]
) -> tuple[FromClause, list[Any], list[ColumnElement[bool]]]:
    """Join the row that a column refers to.

    Returns:
        The join, the columns that name the row, and that its run has ended, if it is or
        has one.
    """
    row = target.alias()
    source = source.outerjoin(row, row.c.id == refers)
    section = BY_NAME[target.name]
    if section.key == CALL_KEY:
        run = _RUNS.alias()
        source = source.outerjoin(run, run.c.id == row.c.run_id)
        named = [run.c.uid, *(row.c[name] for name in CALL_KEY[1:])]
        return source, named, [run.c.status.is_distinct_from("running")]
    ended = [row.c.status.is_distinct_from("running")] if target is _RUNS else []
    return source, [row.c[section.key[0]]], ended


def _join_conversation(source: FromClause, section: Section) -> tuple[FromClause, Any]:
    """Join the conversation that rows are a part of, owner by owner."""
    row: Any = section.table
    name = section.name
    while getattr(row, "element", row) is not _CONVERSATIONS:
        owner = BY_NAME[name].owner
        if owner.target is None:
            raise ValueError(f"{name} are a part of nothing")
        above = owner.target.alias()
        source = source.join(above, above.c.id == row.c[owner.column.name])
        row, name = above, owner.target.name
    return source, row


def _in_scope(conversation: Any, scope: Scope) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401
    if scope.conversation_ids is not None:
        yield conversation.c.id.in_(scope.conversation_ids)
    if not scope.deleted:
        yield conversation.c.deleted_at.is_(None)
    under_way = _RUNS.alias()
    yield or_(
        conversation.c.kind == "chat",
        ~exists().where(
            under_way.c.conversation_id == conversation.c.id,
            under_way.c.status == "running",
        ),
    )
    if not scope.deleted:
        yield or_(conversation.c.kind != "experiment", ~_repeats_deleted(conversation))


def _repeats_deleted(conversation: Any) -> Exists:  # noqa: ANN401
    """That an experiment has a question of a chat that was deleted."""
    item, turn = table_of(ExperimentItemRow).alias(), table_of(TurnRow).alias()
    source, chat = table_of(TurnRow).alias(), _CONVERSATIONS.alias()
    return exists().where(
        turn.c.conversation_id == conversation.c.id,
        item.c.turn_id == turn.c.id,
        source.c.id == item.c.source_turn_id,
        chat.c.id == source.c.conversation_id,
        chat.c.deleted_at.is_not(None),
    )


def _standalone_in_scope(
    section: Section, scope: Scope
) -> Iterator[ColumnElement[bool]]:
    """Presets that were not deleted, and no mixture that only deleted things used."""
    if section.row is ConfigRow:
        used = or_(*_uses(scope))
        if scope.conversation_ids is not None:
            yield used
        elif not scope.deleted:
            yield or_(used, not_(or_(*_uses(Scope(deleted=True)))))
    elif section.row is PresetRow and not scope.deleted:
        yield PresetRow.deleted_at.is_(None)


def _uses(scope: Scope) -> Iterator[Exists]:
    """That a mixture is used in the scope: by a run, a judged answer or a preset."""
    in_scope = list(_in_scope(_CONVERSATIONS, scope))
    conversation_id = _CONVERSATIONS.c.id
    yield exists().where(
        RunRow.config_id == ConfigRow.id,
        RunRow.conversation_id == conversation_id,
        *in_scope,
    )
    yield exists().where(
        VoteSideRow.config_id == ConfigRow.id,
        VoteRow.id == VoteSideRow.vote_id,
        TurnRow.id == VoteRow.turn_id,
        TurnRow.conversation_id == conversation_id,
        *in_scope,
    )
    if scope.conversation_ids is None:
        living = [] if scope.deleted else [PresetRow.deleted_at.is_(None)]
        yield exists().where(PresetRow.config_id == ConfigRow.id, *living)
