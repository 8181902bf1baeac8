"""Gives rows their ids and writes them, many at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select, text, update
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from storage.schema import CallRow, CallTextRow, table_of
from storage.transfer.export_sections import Section
from storage.transfer.import_references import CallName

_ROWS_AT_ONCE = 500
_BYTES_AT_ONCE = 8_000_000


@dataclass(slots=True)
class RowWriter:
    """Writes rows of one table after the other.

    Attributes:
        session: Writing.
    """

    session: Session
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _calls: list[CallName | None] = field(default_factory=list)
    _section: Section | None = None
    _bytes: int = 0
    _ids: dict[str, Iterator[int]] = field(default_factory=dict)

    def next_id(self, section: Section) -> int:
        """The id of the next row of a table; 0 where rows have none."""
        if not section.has_ids:
            return 0
        if section.name not in self._ids:
            self._ids[section.name] = _new_ids(self.session, section.table)
        return next(self._ids[section.name])

    def add(
        self, section: Section, row: dict[str, Any], call: CallName | None, size: int
    ) -> None:
        """Write a row soon.

        Args:
            section: Of which table.
            row: Its columns, and those from beside.
            call: The call that it refers to, if it does.
            size: Bytes that it takes in the file: many large rows do not wait.
        """
        if section is not self._section:
            self.flush()
            self._section = section
        self._rows.append(row)
        self._calls.append(call)
        self._bytes += size
        if len(self._rows) >= _ROWS_AT_ONCE or self._bytes >= _BYTES_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write the rows that wait.

        Raises:
            ConfigError: A row refers to a call that is not there.
        """
        if self._section is not None and self._rows:
            if any(self._calls):
                self._look_up_calls(self._section)
            table = self._section.table
            if self._section.part:
                is_row = table.c.id == bindparam("row_id")
                self.session.execute(update(table).where(is_row), self._rows)
            else:
                self.session.execute(insert(table), self._rows)
            if self._section.beside is not None:
                self._write_texts()
        self._rows, self._calls, self._bytes = [], [], 0

    def _look_up_calls(self, section: Section) -> None:
        row = CallRow
        run_ids = {call[0] for call in self._calls if call is not None}
        calls = self.session.execute(
            select(
                row.run_id, row.layer_index, row.position, row.attempt, row.id
            ).where(row.run_id.in_(run_ids))
        )
        ids = {tuple(name): call_id for *name, call_id in calls}
        column = next(f.column.name for f in section.fields if f.name == "call")
        for row_of_call, call in zip(self._rows, self._calls, strict=True):
            if call is not None and call not in ids:
                raise ConfigError("call: it is not in this file")
            row_of_call[column] = None if call is None else ids[call]

    def _write_texts(self) -> None:
        texts = [
            {
                "call_id": row["id"],
                "output": row["output"],
                "reasoning": row["reasoning"],
            }
            for row in self._rows
            if row["output"] is not None
        ]
        if texts:
            self.session.execute(insert(table_of(CallTextRow)), texts)


def _new_ids(session: Session, table: Table) -> Iterator[int]:
    """Ids that nobody else takes, ascending."""
    if session.get_bind().dialect.name != "postgresql":
        last = session.scalar(select(func.max(table.c.id))) or 0
        while True:  # one transaction writes at a time, and this is it
            last += 1
            yield last
    sequence: Mapping[str, Any] = {"name": table.name, "count": _ROWS_AT_ONCE}
    block = text(
        "SELECT nextval(pg_get_serial_sequence(:name, 'id')) "
        "FROM generate_series(1, :count)"
    )
    while True:
        yield from session.scalars(block, sequence).all()
