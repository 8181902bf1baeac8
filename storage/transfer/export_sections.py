"""Lists the rows of an export, in their order, with the names that replace ids.

A table is listed here or among the derived ones; a test fails until it is. Columns need
nothing: every column of a table is exported. An id never is: whatever refers to a row
names it by its key, so that the rows can get other ids elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from sqlalchemy import Column, Table

from storage.schema import (
    AnnouncementRow,
    ApiKeyRow,
    ApiRunRow,
    ApiTurnRow,
    AttachmentRow,
    BallotRow,
    Base,
    BatchRow,
    CallRow,
    CallTextRow,
    ConfigRow,
    ConversationRow,
    ErasedSpendRow,
    ExperimentAnswerRow,
    ExperimentItemRow,
    ExperimentRow,
    GradeRow,
    JudgementRow,
    PersonRow,
    PresetRow,
    QueuedAttachmentRow,
    QueuedQuestionRow,
    RecordedJudgementsRow,
    RunInputRow,
    RunRow,
    SettingRow,
    SharedLinkRow,
    SharedPresetRow,
    SpendDayRow,
    TurnRow,
    VoteRow,
    VoteSideRow,
    table_of,
)

CALL_KEY: Final = ("run", "layer_index", "position", "attempt")


@dataclass(frozen=True)
class Field:
    """One value of a record.

    Attributes:
        name: In the record: the column's, without ``_id`` where it refers to a row.
        column: Where it is kept.
        target: The table that it refers to; ``None`` for a plain value.
        nullable: Whether it may be ``null`` in a record.
    """

    name: str
    column: Column[object]
    target: Table | None
    nullable: bool


@dataclass(frozen=True)
class Section:
    """The rows of one table, or a few of their columns.

    Attributes:
        row: The table's class.
        key: The fields that name a row.
        owned: Whether its rows are parts of a conversation: of the first row that they
            refer to.
        beside: A table with further columns of the same rows.
        part: The name of its records, if they hold a few columns of rows that an
            earlier section has: of those rows in which none of the columns is NULL.
        rows_at_once: How many are in memory: an answer may have megabytes, and a file
            tens of them.
        columns: The fields of such records with their columns.
    """

    row: type[Base]
    key: tuple[str, ...]
    owned: bool = True
    beside: type[Base] | None = None
    part: str | None = None
    rows_at_once: int = 50
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """What its records are called."""
        return self.part or self.table.name

    @property
    def table(self) -> Table:
        """The table itself."""
        return table_of(self.row)

    @property
    def has_ids(self) -> bool:
        """Whether its rows have ids, which are not exported."""
        return "id" in self.table.c and not self.part

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The values of a record, in order; those from beside come last."""
        fields: list[Field] = []
        for name, column_name in self.columns.items():
            column = self.table.c[column_name]
            own = self.table if column.primary_key else _target(column)
            fields.append(Field(name, column, own, nullable=False))
        for column in () if self.part else self.table.columns:
            if column.name != "id" and str(column) not in _APART:
                target = _target(column)
                name = column.name if target is None else column.name[: -len("_id")]
                fields.append(Field(name, column, target, bool(column.nullable)))
        for column in table_of(self.beside).columns if self.beside else ():
            if not column.primary_key:
                fields.append(Field(column.name, column, None, nullable=True))
        return tuple(fields)

    @cached_property
    def owner(self) -> Field:
        """Names the row that a row is a part of."""
        return next(field for field in self.fields if field.target is not None)


_APART: Final = frozenset(
    {
        *(f"turns.{name}" for name in ("blind", "chosen_call_id", "origin_call_id")),
        *(f"runs.{name}" for name in ("side", "counted")),
    }
)
"""Columns that have sections of their own, or are not exported: ``counted``."""


def _target(column: Column[object]) -> Table | None:
    """The table with the id that a column holds."""
    for key in column.foreign_keys:
        further = _target(key.column)
        return key.column.table if further is None else further
    return None


SECTIONS: Final = (
    Section(ConfigRow, ("sha256",), owned=False),
    Section(PresetRow, ("uid",), owned=False),
    Section(SettingRow, ("key",), owned=False),
    Section(ErasedSpendRow, ("at_ms",), owned=False),
    Section(RecordedJudgementsRow, ("file_sha256",), owned=False),
    Section(ConversationRow, ("uid",)),
    Section(TurnRow, ("uid",)),
    Section(AttachmentRow, ("turn", "seq"), rows_at_once=1),
    Section(RunRow, ("uid",)),
    Section(CallRow, CALL_KEY, beside=CallTextRow),
    Section(RunInputRow, ("run", "layer_index", "position")),
    Section(
        TurnRow,
        ("turn",),
        part="chosen_answers",
        columns={"turn": "id", "call": "chosen_call_id"},
    ),
    Section(
        TurnRow,
        ("turn",),
        part="turn_origins",
        columns={"turn": "id", "call": "origin_call_id"},
    ),
    Section(TurnRow, ("turn",), part="duels", columns={"turn": "id", "blind": "blind"}),
    Section(
        RunRow,
        ("turn", "position"),
        part="duel_sides",
        columns={"turn": "turn_id", "position": "side", "run": "id"},
    ),
    Section(ApiTurnRow, ("turn",)),
    Section(ApiRunRow, ("run",)),
    Section(VoteRow, ("uid",)),
    Section(VoteSideRow, ("vote", "position")),
    Section(ExperimentRow, ("conversation",)),
    Section(ExperimentItemRow, ("turn",)),
    Section(ExperimentAnswerRow, ("turn", "arm")),
    Section(JudgementRow, ("turn", "pair", "ours_first", "judge", "prompt_sha256")),
    Section(GradeRow, ("turn", "judge", "prompt_sha256")),
    Section(BallotRow, ("uid",)),
    Section(AnnouncementRow, ("conversation", "seq")),
)
"""In the order of an export: what is referred to comes first."""

BY_NAME: Final = {section.name: section for section in SECTIONS}

DERIVED: Final = frozenset(
    row.__tablename__
    for row in (
        ApiKeyRow,
        BatchRow,
        PersonRow,
        SharedLinkRow,
        SharedPresetRow,
        SpendDayRow,
        QueuedAttachmentRow,
        QueuedQuestionRow,
    )
)
"""Tables that are not exported: one follows from those that are, and a question that
waits, with its files, belongs to a run under way, which is not exported either. Keys of
the API open this app alone: what was asked with them names them by uid, which another
machine does not know. Batches are files of one machine, which the table only points to.
People, and what they show to others, belong to an installation, not to what one of them
takes along."""
