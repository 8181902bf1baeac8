"""Rows as records: ids gone, every reference by its name, in the order of their ids."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Exists,
    FromClause,
    Select,
    Table,
    exists,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session

from storage.schema import (
    ConfigRow,
    ConversationRow,
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

Changes: TypeAlias = Mapping[str, Mapping[int, Mapping[str, Any]]]
"""What to write instead of what is stored: by table, id and column."""

_AT_ONCE = 500
_CONVERSATIONS: Final = table_of(ConversationRow)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows.

    Attributes:
        conversation_ids: Only these conversations and the mixtures that they used;
            ``None`` for everything.
        deleted: Whether deleted conversations and presets, as long as they can be
            brought back, are among them.
    """

    conversation_ids: Collection[int] | None = None
    deleted: bool = False


def read_records(
    session: Session, section: Section, scope: Scope, changes: Changes | None = None
) -> Iterator[Record]:
    """The records of a section, few of them in memory at a time.

    Args:
        session: Reading.
        section: Which table.
        scope: Which of its rows.
        changes: What else than the stored values to write.
    """
    apart = not section.owned and section.table is not table_of(ConfigRow)
    if apart and scope.conversation_ids is not None:
        return
    query, shape = _query(section, scope)
    changed = (changes or {}).get(section.name, {})
    rows = session.execute(query, execution_options={"yield_per": _AT_ONCE})
    for row in rows:
        yield _record(row, shape, changed)


_Shape: TypeAlias = list[tuple[str, int]]
"""The fields and how many columns each has."""


def _record(
    row: Any,  # noqa: ANN401 - a row of any columns
    shape: _Shape,
    changed: Mapping[int, Mapping[str, Any]],
) -> Record:
    record: Record = {}
    at = 1
    for name, width in shape:
        value = row[at] if width == 1 else list(row[at : at + width])
        record[name] = value if width == 1 or value[0] is not None else None
        at += width
    if changed and row[0] in changed:
        record |= changed[row[0]]
    return record


def _query(section: Section, scope: Scope) -> tuple[Select[Any], _Shape]:
    """The first column is the id, if there is one; the fields follow."""
    table = section.table
    source: FromClause = table
    columns: list[ColumnElement[Any]] = []
    shape: _Shape = []
    if section.beside is not None:
        beside = table_of(section.beside)
        key = next(iter(beside.primary_key))
        source = source.outerjoin(beside, key == table.c.id)
    for field in section.fields:
        own = [field.column]
        if field.target is not None:
            source, own = _named(source, field.target, field.column)
        columns += own
        shape.append((field.name, len(own)))
    source, wanted = _wanted(source, section, scope)
    if section.part:
        wanted += [field.column.is_not(None) for field in section.fields]
    order = [table.c.id] if section.has_ids else list(table.primary_key)
    first = table.c.id if section.has_ids else order[0]
    query = select(first.label("row_id"), *columns).select_from(source)
    return query.where(*wanted).order_by(*order), shape


def _named(
    source: FromClause, target: Table, refers: ColumnElement[Any]
) -> tuple[FromClause, list[Any]]:
    """Join the row that a column refers to, and give the columns that name it."""
    there = target.alias()
    source = source.outerjoin(there, there.c.id == refers)
    section = BY_NAME[target.name]
    if section.key != CALL_KEY:
        return source, [there.c[section.key[0]]]
    run = table_of(RunRow).alias()
    source = source.outerjoin(run, run.c.id == there.c.run_id)
    return source, [run.c.uid, *(there.c[name] for name in CALL_KEY[1:])]


def _wanted(
    source: FromClause, section: Section, scope: Scope
) -> tuple[FromClause, list[ColumnElement[bool]]]:
    """Join the conversation that rows are of, and say which are wanted."""
    if not section.owned:
        return source, list(_wanted_apart(section, scope))
    talk: Any = section.table
    while getattr(talk, "element", talk).name != _CONVERSATIONS.name:
        refers, up = _owner(talk)
        above = up.alias()
        source = source.join(above, above.c.id == refers)
        talk = above
    return source, list(_in_scope(talk, scope))


def _owner(table: Any) -> tuple[Any, Table]:  # noqa: ANN401 - a table or its alias
    field = BY_NAME[getattr(table, "element", table).name].owner
    if field.target is None:
        raise ValueError(f"{table} is a part of nothing")
    return table.c[field.column.name], field.target


def _in_scope(talk: Any, scope: Scope) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401
    if scope.conversation_ids is not None:
        yield talk.c.id.in_(scope.conversation_ids)
    if not scope.deleted:
        yield talk.c.deleted_at.is_(None)


def _wanted_apart(section: Section, scope: Scope) -> Iterator[ColumnElement[bool]]:
    """Presets that were not deleted, and no mixture that only deleted things used."""
    if section.table is table_of(ConfigRow):
        used = or_(*_uses(scope))
        if scope.conversation_ids is not None:
            yield used
        elif not scope.deleted:
            yield or_(used, not_(or_(*_uses(Scope(deleted=True)))))
    elif section.table is table_of(PresetRow) and not scope.deleted:
        yield PresetRow.deleted_at.is_(None)


def _uses(scope: Scope) -> Iterator[Exists]:
    """That a mixture is used in the scope: by a run, a judged answer or a preset."""
    of_scope = list(_in_scope(_CONVERSATIONS, scope))
    talk = _CONVERSATIONS.c.id
    yield exists().where(
        RunRow.config_id == ConfigRow.id, RunRow.conversation_id == talk, *of_scope
    )
    yield exists().where(
        VoteSideRow.config_id == ConfigRow.id,
        VoteRow.id == VoteSideRow.vote_id,
        TurnRow.id == VoteRow.turn_id,
        TurnRow.conversation_id == talk,
        *of_scope,
    )
    if scope.conversation_ids is None:
        living = [] if scope.deleted else [PresetRow.deleted_at.is_(None)]
        yield exists().where(PresetRow.config_id == ConfigRow.id, *living)
