"""Begins experiments, lists them, and keeps where they are and what they said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from moa_core.evaluation import WinRate
from moa_core.experiments import Protocol
from moa_core.mixture import MoAConfig
from storage.database import Database, Worker, clock_ms
from storage.errors import NotFoundError
from storage.evaluation.beginning import add_experiment, refuse_other_count
from storage.evaluation.history_questions import (
    HistoryQuestion,
    history_questions,
    runs_on_questions,
)
from storage.evaluation.new_questions import NewQuestion, add_question
from storage.evaluation.stored_experiments import (
    ExperimentState,
    ExperimentSummary,
    StoredExperiment,
    find_experiment,
    load_experiment,
    summary_of,
)
from storage.schema import (
    AnnouncementRow,
    ConversationRow,
    ExperimentItemRow,
    ExperimentRow,
    RunRow,
    TurnRow,
)
from storage.values import clean, clean_or_none, moment, ms_at

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A verdict that was shown.

    Attributes:
        judged: Questions that the judge had read by then; ``voted`` those voted on.
        low: Lower end of the interval, 0..1; ``high`` is the upper one.
    """

    judged: int
    voted: int
    low: float
    high: float
    sentence: str
    at: datetime


class Experiments:
    """The experiments of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def questions(
        self, mixture: MoAConfig, limit: int | None = None
    ) -> list[HistoryQuestion]:
        """The questions of chats that one can be made of, newest first.

        Args:
            mixture: Arm B, whose runs are taken as they are.
            limit: How many at most.
        """
        with self._database.reading() as session:
            return history_questions(session, mixture, limit)

    def answered_by(
        self, mixture: MoAConfig, uids: Sequence[str], since: datetime
    ) -> dict[str, str]:
        """Runs of another mixture on questions of chats, by the questions' uids.

        Args:
            mixture: Arm M.
            uids: Of the questions.
            since: Older runs are left out.
        """
        with self._database.reading() as session:
            return runs_on_questions(session, mixture, uids, ms_at(since))

    def create(
        self, title: str, protocol: Protocol, questions: Sequence[NewQuestion]
    ) -> str:
        """Store an experiment, before anything of it is asked.

        Args:
            title: What it is called.
            protocol: What will be done.
            questions: In the order that was drawn.

        Returns:
            Its uid.

        Raises:
            ConfigError: They are not as many as the protocol says.
            NotFoundError: One of them was deleted meanwhile.
            StorageError: It could not be stored; nothing was.
        """
        refuse_other_count(protocol, len(questions))
        self._database.refuse_if_nearly_full()
        with self._database.writing() as session:
            now = clock_ms(session)
            conversation = add_experiment(session, title, protocol, now)
            for question in questions:
                add_question(session, conversation.id, question, now)
            return conversation.uid

    def load(self, uid: str, *, conversations: bool = False) -> StoredExperiment:
        """One experiment; with the ``conversations`` before its questions, if wanted.

        Raises:
            NotFoundError: There is none.
            ConfigError: Its protocol was changed.
        """
        with self._database.reading() as session:
            return load_experiment(session, uid, conversations=conversations)

    def newest(self, limit: int = 50) -> list[ExperimentSummary]:
        """The newest experiments that were not deleted, newest first."""
        query = (
            select(ExperimentRow, ConversationRow)
            .join(ConversationRow, ConversationRow.id == ExperimentRow.conversation_id)
            .where(
                ConversationRow.deleted_at.is_(None), ExperimentRow.benchmark.is_(None)
            )
            .order_by(ConversationRow.id.desc())
            .limit(limit)
        )
        with self._database.reading() as session:
            return [summary_of(row) for row in session.execute(query)]

    def set_state(self, uid: str, state: ExperimentState, note: str = "") -> None:
        """Keep where it is, and why.

        Raises:
            NotFoundError: There is none.
        """
        with self._database.writing() as session:
            row_id = find_experiment(session, uid)
            session.execute(
                update(ExperimentRow)
                .where(ExperimentRow.conversation_id == row_id)
                .values(state=state, note=clean_or_none(note or None))
            )

    def is_worked_at_elsewhere(self, uid: str) -> bool:
        """Whether another process that lives has made its newest run.

        Raises:
            NotFoundError: There is none.
        """
        row = RunRow
        with self._database.reading() as session:
            its = row.conversation_id == find_experiment(session, uid)
            newest = session.execute(
                select(row.worker, row.heartbeat_at, row.finished_at)
                .where(its)
                .order_by(row.id.desc())
                .limit(1)
            ).one_or_none()
            if newest is None or newest.worker == str(self._database.worker):
                return False
            heard = max(newest.heartbeat_at, newest.finished_at or 0)
            silent_ms = clock_ms(session) - heard
        return Worker.parse(newest.worker).alive(silent_ms)

    def set_kind(self, uid: str, item: str, kind: str) -> None:
        """Correct what kind of question one is.

        Raises:
            NotFoundError: There is no such question in this experiment.
        """
        with self._database.writing() as session:
            row_id = find_experiment(session, uid)
            changed = session.scalar(
                update(ExperimentItemRow)
                .where(
                    ExperimentItemRow.turn_id == TurnRow.id,
                    TurnRow.uid == item,
                    TurnRow.conversation_id == row_id,
                )
                .values(kind=kind, kind_by="user")
                .returning(ExperimentItemRow.turn_id)
            )
            if changed is None:
                raise NotFoundError(f"question {item}")

    def announce(
        self, uid: str, sentence: str, rate: WinRate, *, judged: int, voted: int
    ) -> None:
        """Keep a verdict that is shown, unless it is the last one that was.

        Raises:
            NotFoundError: There is no such experiment.
        """
        row = AnnouncementRow
        with self._database.writing() as session:
            row_id = find_experiment(session, uid)
            its = row.conversation_id == row_id
            last = session.scalar(
                select(row).where(its).order_by(row.seq.desc()).limit(1)
            )
            if last and (last.sentence, last.voted) == (clean(sentence), voted):
                return
            session.add(
                row(
                    conversation_id=row_id,
                    seq=last.seq + 1 if last else 0,
                    judged=judged,
                    voted=voted,
                    low_ppm=round(rate.low * _MILLION),
                    high_ppm=round(rate.high * _MILLION),
                    sentence=clean(sentence),
                    created_at=clock_ms(session),
                )
            )

    def announcements(self, uid: str) -> list[Announcement]:
        """The verdicts that were shown, oldest first.

        Raises:
            NotFoundError: There is no such experiment.
        """
        row = AnnouncementRow
        with self._database.reading() as session:
            its = row.conversation_id == find_experiment(session, uid)
            shown = session.scalars(select(row).where(its).order_by(row.seq))
            return [
                Announcement(
                    judged=each.judged,
                    voted=each.voted,
                    low=each.low_ppm / _MILLION,
                    high=each.high_ppm / _MILLION,
                    sentence=each.sentence,
                    at=moment(each.created_at),
                )
                for each in shown
            ]
