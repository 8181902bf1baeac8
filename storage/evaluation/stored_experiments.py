"""Loads experiments with their questions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from moa_core.errors import ConfigError
from moa_core.experiments import (
    BenchmarkProtocol,
    Design,
    Item,
    Protocol,
    Reference,
    design_from_dict,
)
from moa_core.messages import Message
from moa_core.usage import Cost
from storage.conversations import find_conversation, messages_of_turn
from storage.errors import NotFoundError
from storage.schema import ConversationRow, ExperimentItemRow, ExperimentRow, TurnRow
from storage.values import cost, moment

ExperimentState = Literal["running", "paused", "finished"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentSummary:
    """One line of the list of experiments.

    Attributes:
        state: ``running`` if somebody wants it to be done; its process may be gone.
        note: Why it was paused, or ``""``.
        spent: What all its calls have cost.
    """

    uid: str
    title: str
    created_at: datetime
    state: ExperimentState
    note: str
    spent: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredExperiment:
    """An experiment as the database knows it.

    Attributes:
        items: The questions that are there, in their order. One that was deleted for
            good is not; then there are fewer than the protocol says.
    """

    summary: ExperimentSummary
    protocol: Protocol
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBenchmark:
    """A run of a benchmark as the database knows it.

    Attributes:
        items: The questions that are there, in their order.
    """

    summary: ExperimentSummary
    protocol: BenchmarkProtocol
    items: tuple[Item, ...]


def find_experiment(session: Session, uid: str) -> int:
    """The row of an experiment that was not deleted.

    Raises:
        NotFoundError: There is none.
    """
    return find_conversation(session, uid, "experiment")


def load_experiment(
    session: Session, uid: str, *, conversations: bool
) -> StoredExperiment:
    """Load an experiment.

    Args:
        session: Reading.
        uid: Its uid.
        conversations: Whether questions come with the conversation before them, which
            takes a few queries each.

    Raises:
        NotFoundError: There is none.
        ConfigError: Its protocol is not the one that its hash names.
    """
    row_id = find_experiment(session, uid)
    row = _rows(session, row_id)
    design = checked_design(row[0])
    if not isinstance(design, Protocol):
        raise NotFoundError(f"experiment {uid}")
    items = _items(session, row_id, conversations=conversations)
    return StoredExperiment(summary=summary_of(row), protocol=design, items=items)


def load_benchmark(session: Session, uid: str) -> StoredBenchmark:
    """Load a run of a benchmark.

    Raises:
        NotFoundError: There is none.
        ConfigError: Its protocol is not the one that its hash names.
    """
    row_id = find_experiment(session, uid)
    row = _rows(session, row_id)
    design = checked_design(row[0])
    if isinstance(design, Protocol):
        raise NotFoundError(f"benchmark {uid}")
    items = _items(session, row_id, conversations=False)
    return StoredBenchmark(summary=summary_of(row), protocol=design, items=items)


def checked_design(row: ExperimentRow) -> Design:
    """What is done, as it was fixed.

    Raises:
        ConfigError: It is not what its hash names.
    """
    design = design_from_dict(row.protocol)
    if design.sha256 != row.sha256:
        raise ConfigError(
            "The protocol of this experiment was changed after its start. A change is "
            "another experiment."
        )
    return design


def _rows(session: Session, row_id: int) -> Row[ExperimentRow, ConversationRow]:
    return session.execute(
        select(ExperimentRow, ConversationRow)
        .join(ConversationRow, ConversationRow.id == ExperimentRow.conversation_id)
        .where(ExperimentRow.conversation_id == row_id)
    ).one()


def summary_of(row: Row[ExperimentRow, ConversationRow]) -> ExperimentSummary:
    """What a list says of an experiment."""
    experiment, conversation = row
    return ExperimentSummary(
        uid=conversation.uid,
        title=conversation.title,
        created_at=moment(conversation.created_at),
        state=cast(ExperimentState, experiment.state),
        note=experiment.note or "",
        spent=cost(conversation.cost_nusd, conversation.cost_unknown_calls),
    )


def _items(session: Session, row_id: int, *, conversations: bool) -> tuple[Item, ...]:
    before = aliased(TurnRow)
    rows = session.execute(
        select(TurnRow, ExperimentItemRow, before.uid)
        .join(ExperimentItemRow, ExperimentItemRow.turn_id == TurnRow.id)
        .outerjoin(before, before.id == TurnRow.parent_id)
        .where(TurnRow.conversation_id == row_id)
        .order_by(TurnRow.seq)
    ).all()
    return tuple(
        Item(
            id=turn.uid,
            messages=messages_of_turn(session, turn)
            if conversations
            else (Message.from_text("user", turn.question),),
            kind=item.kind or "",
            follows=follows or "",
            reference=Reference.from_dict(item.reference or {}),
        )
        for turn, item, follows in rows
    )
