"""Loads experiments with their questions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from moa_core.experiments import Item, Protocol
from moa_core.messages import Message
from moa_core.usage import Cost
from storage.conversations import find_conversation, messages_of_turn
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
    row = session.execute(
        select(ExperimentRow, ConversationRow)
        .join(ConversationRow, ConversationRow.id == ExperimentRow.conversation_id)
        .where(ExperimentRow.conversation_id == row_id)
    ).one()
    protocol = Protocol.from_dict(row[0].protocol)
    if protocol.sha256 != row[0].sha256:
        raise ConfigError(
            "The protocol of this experiment was changed after its start. A change is "
            "another experiment."
        )
    items = _items(session, row_id, conversations=conversations)
    return StoredExperiment(summary=summary_of(row), protocol=protocol, items=items)


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
    rows = session.execute(
        select(TurnRow, ExperimentItemRow.kind)
        .join(ExperimentItemRow, ExperimentItemRow.turn_id == TurnRow.id)
        .where(TurnRow.conversation_id == row_id)
        .order_by(TurnRow.seq)
    ).all()
    return tuple(
        Item(
            id=turn.uid,
            messages=messages_of_turn(session, turn)
            if conversations
            else (Message.from_text("user", turn.question),),
            kind=kind or "",
        )
        for turn, kind in rows
    )
