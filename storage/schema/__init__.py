"""Defines the tables and the search index."""

from storage.schema import search_ddl, search_ddl_postgresql, search_ddl_sqlite
from storage.schema.columns import METADATA, Base, table_of
from storage.schema.evaluation_tables import (
    AnnouncementRow,
    BallotRow,
    ExperimentAnswerRow,
    ExperimentItemRow,
    ExperimentRow,
    GradeRow,
    JudgementRow,
)
from storage.schema.run_tables import CallRow, CallTextRow, RunInputRow, RunRow
from storage.schema.spend_tables import SUMS, ErasedSpendRow, SpendDayRow
from storage.schema.tables import ConfigRow, ConversationRow, QueuedQuestionRow, TurnRow
from storage.schema.user_tables import PresetRow, SettingRow, VoteRow, VoteSideRow

__all__ = [
    "METADATA", "SUMS", "AnnouncementRow", "BallotRow", "Base", "CallRow",
    "CallTextRow", "ConfigRow", "ConversationRow", "ErasedSpendRow",
    "ExperimentAnswerRow", "ExperimentItemRow", "ExperimentRow", "GradeRow",
    "JudgementRow", "PresetRow", "QueuedQuestionRow", "RunInputRow", "RunRow",
    "SettingRow", "SpendDayRow", "TurnRow", "VoteRow", "VoteSideRow", "search_ddl",
    "search_ddl_postgresql", "search_ddl_sqlite", "table_of",
]  # fmt: skip
