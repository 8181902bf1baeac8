"""A run is stored before its first model is asked, and found again by its uid."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from moa_core.budget import Budget
from moa_core.config import MoAConfig
from moa_core.messages import Message, conversation
from storage.app_settings import NO_CAPS, Caps
from storage.cleaning import clean
from storage.configs import config_id
from storage.database import Database
from storage.errors import ConversationBusyError, NotFoundError
from storage.ledger import Estimated, reserve
from storage.money import nano_usd
from storage.preset_rows import mark_used
from storage.stored_runs import StoredRun, load_runs
from storage.tables import (
    CallRow,
    CallTextRow,
    ConversationRow,
    RunRow,
    TurnRow,
)
from storage.times import now_ms
from storage.titles import title_of
from storage.uids import new_uid


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunRun:
    """What was stored, and what the engine needs to go on.

    Attributes:
        messages: The conversation as layer 1 sees it, ending with the question.
        budget: Where the run has to stop; ``None`` without caps.
    """

    run_uid: str
    turn_uid: str
    conversation_uid: str
    messages: tuple[Message, ...]
    budget: Budget | None = None


class Runs:
    """The runs of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self,
        question: str,
        config: MoAConfig,
        *,
        conversation_uid: str | None = None,
        preset_name: str | None = None,
        estimate: Estimated | None = None,
        caps: Caps = NO_CAPS,
    ) -> BegunRun:
        """Store a question and the run that is about to answer it, in one transaction.

        Args:
            question: What the user wrote.
            config: The mixture that will answer.
            conversation_uid: The conversation it continues; ``None`` begins a new one.
            preset_name: What the mixture is called; ``None`` if it has no name.
            estimate: What it may cost; kept with the run, and held back from the caps
                until its end.
            caps: What may be spent.

        Raises:
            CapExceededError: It could cost more than a cap leaves; nothing was stored.
            ConversationBusyError: Its newest question has no answer yet.
            NotFoundError: There is no such conversation, or it was deleted.
            StorageError: It could not be stored; then nothing may be asked.
        """
        self._database.refuse_if_nearly_full()
        question, now = clean(question), now_ms()
        with self._database.writing() as session:
            reservation = reserve(session, estimate, caps, now)
            if conversation_uid is None:
                talk_id, conversation_uid = _begin_conversation(session, question, now)
            else:
                talk_id = _go_on(session, conversation_uid, now)
                _refuse_while_busy(session, talk_id, conversation_uid)
            messages = conversation(_history(session, talk_id), question)
            turn = _add_turn(session, talk_id, question, now)
            mixture_id = config_id(session, config)
            run = self._new_run(turn, mixture_id)
            run.reserved_nusd = nano_usd(reservation.held_usd)
            if estimate is not None:
                _write_estimate(run, estimate)
            if preset_name is not None:
                run.preset_name = clean(preset_name)
                mark_used(session, preset_name, mixture_id, now)
            session.add(run)
        return BegunRun(
            run_uid=run.uid,
            turn_uid=turn.uid,
            conversation_uid=conversation_uid,
            messages=messages,
            budget=reservation.budget,
        )

    def load(self, run_uid: str) -> StoredRun:
        """Everything that is known of a run.

        Raises:
            NotFoundError: There is no such run.
        """
        with self._database.reading() as session:
            run_id = session.scalar(select(RunRow.id).where(RunRow.uid == run_uid))
            if run_id is None:
                raise NotFoundError(f"run {run_uid}")
            return load_runs(session, [run_id])[run_id]

    def messages(
        self, question: str, conversation_uid: str | None = None
    ) -> tuple[Message, ...]:
        """The conversation as layer 1 would see it if ``question`` were asked now.

        Raises:
            NotFoundError: There is no such conversation.
        """
        if conversation_uid is None:
            return conversation([], clean(question))
        with self._database.reading() as session:
            talk_id = session.scalar(
                select(ConversationRow.id).where(
                    ConversationRow.uid == conversation_uid,
                    ConversationRow.deleted_at.is_(None),
                )
            )
            if talk_id is None:
                raise NotFoundError(f"conversation {conversation_uid}")
            return conversation(_history(session, talk_id), clean(question))

    def _new_run(self, turn: TurnRow, mixture_id: int) -> RunRow:
        return RunRow(
            uid=new_uid(),
            conversation_id=turn.conversation_id,
            turn_id=turn.id,
            config_id=mixture_id,
            status="running",
            worker=str(self._database.worker),
            heartbeat_at=turn.created_at,
            created_at=turn.created_at,
        )


def _write_estimate(run: RunRow, estimate: Estimated) -> None:
    run.estimate_low_nusd = nano_usd(estimate.low.usd)
    run.estimate_high_nusd = nano_usd(estimate.high.usd)
    run.estimate_unknown_calls = estimate.high.unknown_calls


def _begin_conversation(session: Session, question: str, now: int) -> tuple[int, str]:
    row = ConversationRow(
        uid=new_uid(), title=title_of(question), created_at=now, updated_at=now
    )
    session.add(row)
    session.flush()
    return row.id, row.uid


def _refuse_while_busy(session: Session, talk_id: int, uid: str) -> None:
    """The next question goes on from an answer, so it waits for it."""
    under_way = select(RunRow.id).where(
        RunRow.conversation_id == talk_id, RunRow.status == "running"
    )
    if session.scalar(under_way.limit(1)) is not None:
        raise ConversationBusyError(f"conversation {uid}")


def _go_on(session: Session, uid: str, now: int) -> int:
    """Touch the conversation, which also makes other writers wait for this turn."""
    conversation_id: int | None = session.scalar(
        update(ConversationRow)
        .where(ConversationRow.uid == uid, ConversationRow.deleted_at.is_(None))
        .values(updated_at=now)
        .returning(ConversationRow.id)
    )
    if conversation_id is None:
        raise NotFoundError(f"conversation {uid}")
    return conversation_id


def _add_turn(
    session: Session, conversation_id: int, question: str, now: int
) -> TurnRow:
    last = session.execute(
        select(TurnRow.id, TurnRow.seq)
        .where(TurnRow.conversation_id == conversation_id)
        .order_by(TurnRow.seq.desc())
        .limit(1)
    ).first()
    turn = TurnRow(
        uid=new_uid(),
        conversation_id=conversation_id,
        seq=last.seq + 1 if last else 0,
        parent_id=last.id if last else None,
        question=question,
        created_at=now,
    )
    session.add(turn)
    session.flush()
    return turn


def _history(session: Session, conversation_id: int) -> list[tuple[str, str | None]]:
    """Question and final answer of every turn that has one, oldest first."""
    last_answered = (
        select(func.max(RunRow.id))
        .where(RunRow.turn_id == TurnRow.id, RunRow.status == "succeeded")
        .correlate(TurnRow)
        .scalar_subquery()
    )
    answered = session.execute(
        select(TurnRow.question, CallTextRow.output)
        .join(RunRow, RunRow.id == last_answered)
        .join(CallRow, CallRow.run_id == RunRow.id)
        .join(CallTextRow, CallTextRow.call_id == CallRow.id)
        .where(
            TurnRow.conversation_id == conversation_id,
            CallRow.role == "aggregator",
            CallRow.status == "succeeded",
        )
        .order_by(TurnRow.seq)
    )
    return [(question, answer) for question, answer in answered]
