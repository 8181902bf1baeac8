"""Begins runs of benchmarks, and lists them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from moa_core.experiments import BenchmarkProtocol, Item
from moa_core.messages import Question
from storage.conversations import add_turn
from storage.database import Database, clock_ms
from storage.evaluation.beginning import add_experiment, refuse_other_count
from storage.evaluation.stored_experiments import (
    ExperimentSummary,
    StoredBenchmark,
    load_benchmark,
    summary_of,
)
from storage.schema import ConversationRow, ExperimentItemRow, ExperimentRow
from storage.values import clean


class Benchmarks:
    """The runs of benchmarks of one database: experiments with one arm."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, title: str, protocol: BenchmarkProtocol, items: Sequence[Item]
    ) -> str:
        """Store a run before anything of it is asked.

        Args:
            title: What it is called.
            protocol: What will be done.
            items: In the order that was drawn.

        Returns:
            Its uid.

        Raises:
            ConfigError: They are not as many as the protocol says.
            StorageError: It could not be stored; nothing was.
        """
        refuse_other_count(protocol, sum(not item.follows for item in items))
        self._database.refuse_if_nearly_full()
        with self._database.writing() as session:
            now = clock_ms(session)
            conversation = add_experiment(
                session, title, protocol, now, protocol.benchmark
            )
            _add_items(session, conversation.id, items, now)
            return conversation.uid

    def load(self, uid: str) -> StoredBenchmark:
        """One run.

        Raises:
            NotFoundError: There is none.
            ConfigError: Its protocol was changed.
        """
        with self._database.reading() as session:
            return load_benchmark(session, uid)

    def newest(self, limit: int = 50) -> list[StoredBenchmark | ExperimentSummary]:
        """The newest runs that were not deleted, newest first.

        Of one whose protocol was changed there is a summary only: it is not shown.
        """
        query = (
            select(ExperimentRow, ConversationRow)
            .join(ConversationRow, ConversationRow.id == ExperimentRow.conversation_id)
            .where(
                ConversationRow.deleted_at.is_(None),
                ExperimentRow.benchmark.is_not(None),
            )
            .order_by(ConversationRow.id.desc())
            .limit(limit)
        )
        found: list[StoredBenchmark | ExperimentSummary] = []
        with self._database.reading() as session:
            for row in session.execute(query).all():
                summary = summary_of(row)
                try:
                    found.append(load_benchmark(session, summary.uid))
                except ConfigError:
                    found.append(summary)
        return found


def _add_items(
    session: Session, conversation_id: int, items: Sequence[Item], now: int
) -> None:
    """Add the questions; one that follows another has it as its parent."""
    turns: dict[str, int] = {}
    for item in items:
        text = Question(clean(item.question))
        parent = turns.get(item.follows)
        turn = add_turn(session, conversation_id, parent, text, now)
        turns[item.id] = turn.id
        reference = {
            name: clean(value) if isinstance(value, str) else [*map(clean, value)]
            for name, value in item.reference.to_dict().items()
        }
        session.add(
            ExperimentItemRow(
                turn_id=turn.id,
                kind=item.kind or None,
                kind_by="file" if item.kind else None,
                reference=reference or None,
            )
        )
