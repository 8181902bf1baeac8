"""Conversations written straight into the tables: as many as a test wants, at once."""

from dataclasses import dataclass, field

from sqlalchemy import select

from storage.database.sessions import Database
from storage.presets.configs import config_id
from storage.schema import CallRow, CallTextRow, ConversationRow, RunRow, TurnRow
from storage.values.text import new_uid, title_of
from tests.storage.fabricated import mixture

HOUR_MS = 3_600_000
BEGAN_MS = 1_700_000_000_000


@dataclass
class Writer:
    """Writes conversations, each an hour after the one before.

    Attributes:
        database: Where.
        count: How many there are.
    """

    database: Database
    count: int = field(default=0)

    def conversation(self, *questions: str, title: str | None = None, **columns) -> str:
        """One with these questions and no answers; returns its uid."""
        self.count += 1
        at = BEGAN_MS + self.count * HOUR_MS
        row = ConversationRow(
            uid=new_uid(),
            title=title if title is not None else title_of((*questions, "")[0]),
            **{"created_at": at, "updated_at": at} | columns,
        )
        with self.database.writing() as session:
            session.add(row)
        for question in questions:
            self.turn(row.uid, question)
        return row.uid

    def turn(self, conversation_uid: str, question: str) -> str:
        """A question at the end of a conversation; returns its uid."""
        with self.database.writing() as session:
            conversation = session.scalars(
                select(ConversationRow).where(ConversationRow.uid == conversation_uid)
            ).one()
            ids = select(TurnRow.id).where(TurnRow.conversation_id == conversation.id)
            earlier = session.scalars(ids.order_by(TurnRow.seq)).all()
            row = TurnRow(
                uid=new_uid(),
                conversation_id=conversation.id,
                seq=len(earlier),
                parent_id=earlier[-1] if earlier else None,
                question=question,
                created_at=conversation.created_at,
            )
            session.add(row)
        return row.uid

    def run(
        self,
        turn_uid: str,
        *proposals: str,
        answer: str | None = None,
        config=None,
        status: str = "succeeded",
        call_status: str = "succeeded",
        **columns,
    ) -> list[int]:
        """A run of a turn, one layer and an answer; returns the ids of its calls."""
        config = config or mixture(1, max(1, len(proposals)))
        with self.database.writing() as session:
            turn = session.scalars(select(TurnRow).where(TurnRow.uid == turn_uid)).one()
            run = RunRow(
                uid=new_uid(),
                conversation_id=turn.conversation_id,
                turn_id=turn.id,
                config_id=config_id(session, config),
                status=status,
                worker="test#0::",
                heartbeat_at=turn.created_at,
                **{"created_at": turn.created_at} | columns,
            )
            session.add(run)
            session.flush()
            agents = config.layers[0].proposers
            said = [(0, i, agents[i].model, text) for i, text in enumerate(proposals)]
            if answer is not None:
                said.append((1, 0, config.aggregator.model, answer))
            calls = [_call(run.id, *each[:3], call_status) for each in said]
            session.add_all(calls)
            session.flush()
            session.add_all(
                CallTextRow(call_id=call.id, output=each[3], reasoning="")
                for call, each in zip(calls, said, strict=True)
            )
        return [call.id for call in calls]


def _call(
    run_id: int, layer_index: int, position: int, model: str, status: str
) -> CallRow:
    return CallRow(
        run_id=run_id,
        layer_index=layer_index,
        position=position,
        attempt=1,
        role="aggregator" if layer_index else "proposer",
        endpoint="lab",
        model_requested=model,
        params={},
        status=status,
        usage_source="none",
        cost_source="unknown",
        started_ms=0,
    )
