"""Stores the work of one experiment: runs as they begin, and what they gave."""

from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from moa_core.evaluation import GradeReading, PairReading
from moa_core.experiments import (
    AnswerKey,
    Design,
    GradeKey,
    Item,
    JudgementKey,
    KnownRun,
    Progress,
    SettledAnswer,
    Task,
    UnreadReply,
    WorkKey,
)
from moa_core.mixture import Seat
from storage.conversations import lock, messages_of_turn
from storage.database import Database, clock_ms
from storage.errors import NotFoundError
from storage.evaluation.claims import Claims, is_taken
from storage.evaluation.progress import load_progress
from storage.evaluation.settling import settled_columns
from storage.evaluation.stored_experiments import find_experiment
from storage.recording import BegunRun, Estimator, Order, add_run, go_on_from
from storage.runs import AnswerRef, call_id_of, load_runs
from storage.schema import (
    CallTextRow,
    ExperimentAnswerRow,
    ExperimentItemRow,
    GradeRow,
    JudgementRow,
    RunRow,
    TurnRow,
)
from storage.settings import NO_CAPS, Caps
from storage.spending import Headroom, reserve, spent_in


class ExperimentWork:
    """The work of one experiment; several processes may do it.

    Args:
        database: Where it is.
        uid: Of the experiment.
        protocol: Its own.
    """

    def __init__(self, database: Database, uid: str, protocol: Design) -> None:
        self._database, self._uid, self._protocol = database, uid, protocol
        judge = protocol.judge
        self._claims = Claims(judge.ref if judge else "", protocol.prompt.sha256)

    def progress(self) -> Progress:
        """What is settled now.

        Raises:
            NotFoundError: The experiment was deleted.
        """
        with self._database.reading() as session:
            row_id = find_experiment(session, self._uid)
            claims = self._claims
            return load_progress(session, row_id, claims.judge, claims.prompt_sha256)

    def runs_of(self, item: Item) -> dict[WorkKey, KnownRun]:
        """The newest run at each piece of work of a question that has one."""
        with self._database.reading() as session:
            turn_id = _turn_id(session, item.id)
            rows = self._claims.of_question(session, turn_id, item.id)
            unread = {
                key: row.unread_run_id
                for key, row in rows.items()
                if not isinstance(row, ExperimentAnswerRow)
                and row.unread_run_id is not None
            }
            newest = [row.run_id for row in rows.values()]
            runs = load_runs(session, [*newest, *unread.values()])
        known: dict[WorkKey, KnownRun] = {}
        for key, row in rows.items():
            run, reply = runs[row.run_id], None
            if key in unread:
                first = runs[unread[key]]
                reply = UnreadReply(first.uid, first.state.synthesis.text)
            known[key] = KnownRun(run.uid, run.state, reply)
        return known

    def texts_of(self, item: Item) -> dict[str, str]:
        """The settled answers of a question, by arm."""
        row = ExperimentAnswerRow
        query = (
            select(row.arm, CallTextRow.output)
            .join(CallTextRow, CallTextRow.call_id == row.call_id)
            .join(TurnRow, TurnRow.id == row.turn_id)
            .where(TurnRow.uid == item.id)
        )
        with self._database.reading() as session:
            return dict(session.execute(query).all())

    def with_conversation(self, item: Item) -> Item:
        """A question with the conversation before it, as all arms were asked it."""
        with self._database.reading() as session:
            turn = session.get_one(TurnRow, _turn_id(session, item.id))
            return replace(item, messages=messages_of_turn(session, turn))

    def begin(
        self, task: Task, estimate: Estimator | None = None, caps: Caps = NO_CAPS
    ) -> BegunRun | None:
        """Store a run before its first call, as whose work it is.

        Returns:
            ``None`` if another process is at it, or has done it.

        Raises:
            CapExceededError: It could cost more than a cap or the budget leaves.
            NotFoundError: The experiment, its question or what is given was deleted.
            StorageError: It could not be stored; then nothing may be asked.
        """
        self._database.refuse_if_nearly_full()
        with self._database.writing() as session:
            now = clock_ms(session)
            conversation = lock(session, find_experiment(session, self._uid), now)
            turn = session.get_one(TurnRow, _turn_id(session, task.key.item))
            claimed = self._claims.find(session, turn.id, task.key)
            if claimed and is_taken(session, claimed, task):
                return None
            expected = estimate(task.messages) if estimate else None
            budget = reserve(session, expected, caps, now, self._budget(session))
            order = Order(config=task.config)
            worker = str(self._database.worker)
            run = add_run(session, turn, order, expected, worker, now)
            if task.base is not None:
                base = session.scalars(select(RunRow).where(RunRow.uid == task.base))
                go_on_from(session, run, base.one(), task.rework)
            self._claims.claim(session, turn.id, task, run.id, claimed)
            return BegunRun(
                run_uid=run.uid,
                turn_uid=turn.uid,
                conversation_uid=conversation.uid,
                messages=task.messages,
                budget=budget,
            )

    def settle_answer(
        self, key: AnswerKey, answer: SettledAnswer, run_uid: str, seat: Seat
    ) -> None:
        """Keep that an answer is there: at a seat of a run.

        Raises:
            NotFoundError: The question, or the answer, was deleted.
        """
        row = ExperimentAnswerRow
        with self._database.writing() as session:
            turn_id = _turn_id(session, key.item)
            run_id = session.scalar(select(RunRow.id).where(RunRow.uid == run_uid))
            call_id = call_id_of(session, AnswerRef(run_uid, seat))
            values = {"call_id": call_id, "run_id": run_id, **settled_columns(answer)}
            its = (row.turn_id == turn_id, row.arm == key.arm)
            if session.scalar(select(row.turn_id).where(*its)) is None:
                session.add(row(turn_id=turn_id, arm=key.arm, **values))
            else:
                session.execute(update(row).where(*its).values(**values))
            session.execute(  # a question that follows is asked with this answer
                update(TurnRow)
                .where(TurnRow.parent_id == turn_id)
                .values(origin_call_id=call_id)
            )

    def settle_judgement(self, key: JudgementKey, reading: PairReading) -> None:
        """Keep what a judge said, and the kind of the question where none was known.

        Raises:
            NotFoundError: The question was deleted.
        """
        with self._database.writing() as session:
            turn_id = _turn_id(session, key.item)
            claimed = self._claims.find(session, turn_id, key)
            if isinstance(claimed, JudgementRow):
                claimed.better = reading.better or "unreadable"
                claimed.clearly, claimed.kind = reading.clearly, reading.kind or None
            if reading.kind and key.pair == self._protocol.primary and key.ours_first:
                row = ExperimentItemRow
                session.execute(
                    update(row)
                    .where(row.turn_id == turn_id, row.kind.is_(None))
                    .values(kind=reading.kind, kind_by="judge")
                )

    def settle_grade(self, key: GradeKey, reading: GradeReading) -> None:
        """Keep how a judge graded an answer.

        Raises:
            NotFoundError: The question was deleted.
        """
        with self._database.writing() as session:
            turn_id = _turn_id(session, key.item)
            claimed = self._claims.find(session, turn_id, key)
            if isinstance(claimed, GradeRow):
                claimed.scores = dict(reading.scores)

    def _budget(self, session: Session) -> tuple[Headroom, ...]:
        """What the experiment's own budget leaves."""
        limit_usd = self._protocol.budget_usd
        if limit_usd is None:
            return ()
        taken_usd = spent_in(session, find_experiment(session, self._uid))
        return (
            Headroom(
                "budget of this experiment",
                limit_usd,
                taken_usd,
                advice="What was answered is kept. Begin another experiment with fewer "
                "questions, cheaper models or a larger budget.",
            ),
        )


def _turn_id(session: Session, uid: str) -> int:
    turn_id = session.scalar(select(TurnRow.id).where(TurnRow.uid == uid))
    if turn_id is None:
        raise NotFoundError(f"question {uid}")
    return turn_id
