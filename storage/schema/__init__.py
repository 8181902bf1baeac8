"""Defines the tables and the search index."""

from typing import TYPE_CHECKING

from moa_core.on_demand import names_on_demand
from storage.schema import search_ddl, search_ddl_postgresql, search_ddl_sqlite
from storage.schema.api_tables import ApiKeyRow, ApiRunRow, ApiTurnRow
from storage.schema.columns import Base, table_of
from storage.schema.experiment_tables import ExperimentItemRow, ExperimentRow
from storage.schema.kinds import KIND, ConversationKind, is_of_kind
from storage.schema.run_tables import CallRow, CallTextRow, RunInputRow, RunRow
from storage.schema.spend_tables import SUMS, ErasedSpendRow, SpendDayRow
from storage.schema.tables import (
    AttachmentRow,
    ConfigRow,
    ConversationRow,
    QueuedAttachmentRow,
    QueuedQuestionRow,
    TurnRow,
)
from storage.schema.user_tables import PresetRow, SettingRow, VoteRow, VoteSideRow

if TYPE_CHECKING:
    from storage.schema.batch_tables import BatchRow
    from storage.schema.evaluation_tables import (
        AnnouncementRow,
        BallotRow,
        ExperimentAnswerRow,
        GradeRow,
        JudgementRow,
        RecordedJudgementsRow,
    )
    from storage.schema.people_tables import PersonRow, SharedLinkRow, SharedPresetRow
    from storage.schema.whole import METADATA

__all__ = [
    "KIND", "METADATA", "SUMS", "AnnouncementRow", "ApiKeyRow", "ApiRunRow",
    "ApiTurnRow", "AttachmentRow", "BallotRow", "Base", "BatchRow", "CallRow",
    "CallTextRow", "ConfigRow", "ConversationKind", "ConversationRow", "ErasedSpendRow",
    "ExperimentAnswerRow", "ExperimentItemRow", "ExperimentRow", "GradeRow",
    "JudgementRow", "PersonRow", "PresetRow", "QueuedAttachmentRow",
    "QueuedQuestionRow", "RecordedJudgementsRow", "RunInputRow", "RunRow", "SettingRow",
    "SharedLinkRow", "SharedPresetRow", "SpendDayRow", "TurnRow", "VoteRow",
    "VoteSideRow", "is_of_kind",
    "search_ddl", "search_ddl_postgresql", "search_ddl_sqlite", "table_of",
]  # fmt: skip

if not TYPE_CHECKING:  # whoever wants the whole schema gets all of it
    __getattr__ = names_on_demand(
        __name__,
        {
            "batch_tables": "BatchRow",
            "evaluation_tables": "AnnouncementRow BallotRow ExperimentAnswerRow "
            "GradeRow JudgementRow RecordedJudgementsRow",
            "people_tables": "PersonRow SharedLinkRow SharedPresetRow",
            "whole": "METADATA",
        },
    )
