"""Says what kind a conversation is, which its runs are counted by as well."""

from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import ColumnElement, case, select

from storage.schema.columns import table_of
from storage.schema.experiment_tables import ExperimentRow
from storage.schema.tables import ConversationRow

ConversationKind: TypeAlias = Literal["chat", "duel", "experiment", "benchmark", "api"]

_CONVERSATIONS: Final = table_of(ConversationRow)
_EXPERIMENTS: Final = table_of(ExperimentRow)
_IS_BENCHMARK: Final = (
    select(_EXPERIMENTS.c.conversation_id)
    .where(
        _EXPERIMENTS.c.conversation_id == _CONVERSATIONS.c.id,
        _EXPERIMENTS.c.benchmark.is_not(None),
    )
    .correlate(_CONVERSATIONS)
    .exists()
)
KIND: Final[ColumnElement[Any]] = case(
    (_IS_BENCHMARK, "benchmark"), else_=_CONVERSATIONS.c.kind
)
"""Of a conversation: a run of a benchmark is stored as an experiment."""


def is_of_kind(kind: str) -> ColumnElement[bool]:
    """Whether a conversation is of a kind."""
    return KIND.in_((kind,))
