"""Stores the work of one experiment: runs as they begin, and what they gave."""

from dataclasses import replace

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from moa_core.evaluation import PairReading
from moa_core.experiments import (
    AnswerKey,
    Item,
    JudgementKey,
    KnownRun,
    Progress,
    Protocol,
    SettledAnswer,
    Task,
    UnreadReply,
    WorkKey,
)
from moa_core.mixture import Seat
from storage.conversations import lock, messages_of_turn
from storage.database import Database, clock_ms
from storage.errors import NotFoundError
from storage.evaluation.progress import load_progress
from storage.evaluation.settling import settled_columns
from storage.evaluation.stored_experiments import find_experiment
from storage.recording import BegunRun, Estimator, Order, add_run, go_on_from
from storage.runs import AnswerRef, call_id_of, load_runs
from storage.schema import (
    CallTextRow,
    ExperimentAnswerRow,
    ExperimentItemRow,
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

    def __init__(self, database: Database, uid: str, protocol: Protocol) -> None:
        self._database, self._uid, self._protocol = database, uid, protocol

    def progress(self) -> Progress:
        """What is settled now.

        Raises:
            NotFoundError: The experiment was deleted.
        """
        with self._database.reading() as session:
            row_id = find_experiment(session, self._uid)
            return load_progress(session, row_id, *self._judging)

    def runs_of(self, item: Item) -> dict[WorkKey, KnownRun]:
        """The newest run at each piece of work of a question that has one."""
        with self._database.reading() as session:
            turn_id = _turn_id(session, item.id)
            answers = session.scalars(
                select(ExperimentAnswerRow).where(
                    ExperimentAnswerRow.turn_id == turn_id
                )
            ).all()
            judgements = session.scalars(
                select(JudgementRow).where(*self._is_judged(turn_id))
            ).all()
            newest = [each.run_id for each in answers]
            newest += [each.run_id for each in judgements]
            unread = [each.unread_run_id for each in judgements if each.unread_run_id]
            runs = load_runs(session, [*newest, *unread])
            known: dict[WorkKey, KnownRun] = {}
            for answer in answers:
                run = runs[answer.run_id]
                known[AnswerKey(item.id, answer.arm)] = KnownRun(run.uid, run.state)
            for each in judgements:
                run, reply = runs[each.run_id], None
                if each.unread_run_id is not None:
                    first = runs[each.unread_run_id]
                    reply = UnreadReply(first.uid, first.state.synthesis.text)
                key = JudgementKey(item.id, each.pair, each.ours_first)
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
            claimed = self._find(session, turn.id, task.key)
            if claimed and _is_taken(session, claimed, task):
                return None
            expected = estimate(task.messages) if estimate else None
            budget = reserve(session, expected, caps, now, self._budget(session))
            order = Order(config=task.config)
            worker = str(self._database.worker)
            run = add_run(session, turn, order, expected, worker, now)
            if task.base is not None:
                base = session.scalars(select(RunRow).where(RunRow.uid == task.base))
                go_on_from(session, run, base.one(), task.rework)
            self._claim(session, turn.id, task, run.id, claimed)
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

    def settle_judgement(self, key: JudgementKey, reading: PairReading) -> None:
        """Keep what a judge said, and the kind of the question where none was known.

        Raises:
            NotFoundError: The question was deleted.
        """
        with self._database.writing() as session:
            turn_id = _turn_id(session, key.item)
            session.execute(
                update(JudgementRow)
                .where(*self._is_judged(turn_id), *_of_pair(key))
                .values(
                    better=reading.better or "unreadable",
                    clearly=reading.clearly,
                    kind=reading.kind or None,
                )
            )
            if reading.kind and key.pair == self._protocol.primary and key.ours_first:
                row = ExperimentItemRow
                session.execute(
                    update(row)
                    .where(row.turn_id == turn_id, row.kind.is_(None))
                    .values(kind=reading.kind, kind_by="judge")
                )

    @property
    def _judging(self) -> tuple[str, str]:
        judge = self._protocol.judge
        return judge.ref if judge else "", self._protocol.prompt.sha256

    def _is_judged(self, turn_id: int) -> tuple[ColumnElement[bool], ...]:
        judge, prompt_sha256 = self._judging
        row = JudgementRow
        return (
            row.turn_id == turn_id,
            row.judge == judge,
            row.prompt_sha256 == prompt_sha256,
        )

    def _find(
        self, session: Session, turn_id: int, key: WorkKey
    ) -> ExperimentAnswerRow | JudgementRow | None:
        if isinstance(key, AnswerKey):
            return session.get(ExperimentAnswerRow, (turn_id, key.arm))
        query = select(JudgementRow).where(*self._is_judged(turn_id), *_of_pair(key))
        return session.scalar(query)

    def _claim(
        self,
        session: Session,
        turn_id: int,
        task: Task,
        run_id: int,
        claimed: ExperimentAnswerRow | JudgementRow | None,
    ) -> None:
        """Let the new run stand at its work; the key is unique."""
        key = task.key
        if claimed is None:
            claimed = self._new_row(turn_id, key, run_id)
            session.add(claimed)
        if isinstance(claimed, JudgementRow) and task.unread:
            first = select(RunRow.id).where(RunRow.uid == task.unread.run)
            claimed.unread_run_id = session.scalar(first)
        claimed.run_id = run_id

    def _new_row(
        self, turn_id: int, key: WorkKey, run_id: int
    ) -> ExperimentAnswerRow | JudgementRow:
        if isinstance(key, AnswerKey):
            return ExperimentAnswerRow(turn_id=turn_id, arm=key.arm, run_id=run_id)
        judge, prompt_sha256 = self._judging
        return JudgementRow(
            turn_id=turn_id,
            pair=key.pair,
            ours_first=key.ours_first,
            judge=judge,
            prompt_sha256=prompt_sha256,
            run_id=run_id,
            clearly=False,
        )

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


def _is_taken(
    session: Session, claimed: ExperimentAnswerRow | JudgementRow, task: Task
) -> bool:
    """Whether the run that stands at a piece of work leaves nothing to be done."""
    if isinstance(claimed, ExperimentAnswerRow):
        settled = claimed.call_id is not None
    else:
        settled = claimed.better is not None
    run = session.get_one(RunRow, claimed.run_id)
    second_try = task.unread is not None and task.unread.run == run.uid
    return settled or (run.status in ("running", "succeeded") and not second_try)


def _of_pair(key: JudgementKey) -> tuple[ColumnElement[bool], ...]:
    row = JudgementRow
    return row.pair == key.pair, row.ours_first == key.ours_first


def _turn_id(session: Session, uid: str) -> int:
    turn_id = session.scalar(select(TurnRow.id).where(TurnRow.uid == uid))
    if turn_id is None:
        raise NotFoundError(f"question {uid}")
    return turn_id
