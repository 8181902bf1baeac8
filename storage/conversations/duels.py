"""Questions that several mixtures answered side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.messages import Question
from moa_core.votes import Contestant
from storage.conversations.origins import question_of
from storage.database import Database
from storage.errors import NotFoundError
from storage.presets import stored_config
from storage.runs import AnswerRef, StoredRun, load_runs
from storage.schema import ConfigRow, ConversationRow, RunRow, TurnRow
from storage.values import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """A question and what its mixtures answered.

    Attributes:
        uid: Of its conversation; it stands in addresses.
        blind: Whether names and costs stay hidden until the vote.
        sides: The runs in page order; each knows what its mixture was called.
    """

    uid: str
    turn_uid: str
    question: Question
    created_at: datetime
    blind: bool
    sides: tuple[StoredRun, ...]

    @property
    def live(self) -> bool:
        """Whether some side is still at work."""
        return any(run.state.live for run in self.sides)

    @property
    def answers(self) -> tuple[AnswerRef | None, ...]:
        """What each side answered; ``None`` as long as, or if, it has not."""
        return tuple(run.answer for run in self.sides)


@dataclass(frozen=True, slots=True, kw_only=True)
class DuelSummary:
    """One line of the list of duels.

    Attributes:
        uid: Of its conversation.
        contestants: What meets, in page order.
        running: Whether some side is still at work.
    """

    uid: str
    question: str
    created_at: datetime
    blind: bool
    contestants: tuple[Contestant, ...]
    running: bool


class Duels:
    """The duels of one database; ``Runs.begin_duel`` begins one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, uid: str) -> Duel:
        """One duel with the runs of all its sides.

        Raises:
            NotFoundError: There is no such duel, or it was deleted.
        """
        with self._database.reading() as session:
            turn = session.scalar(
                select(TurnRow)
                .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
                .where(
                    ConversationRow.uid == uid,
                    ConversationRow.deleted_at.is_(None),
                    TurnRow.blind.is_not(None),
                )
            )
            if turn is None:
                raise NotFoundError(f"duel {uid}")
            return Duel(
                uid=uid,
                turn_uid=turn.uid,
                question=question_of(session, turn),
                created_at=moment(turn.created_at),
                blind=bool(turn.blind),
                sides=_sides(session, turn.id),
            )

    def newest(self, limit: int = 50) -> list[DuelSummary]:
        """The newest duels that were not deleted, newest first."""
        with self._database.reading() as session:
            duels = session.execute(
                select(TurnRow, ConversationRow.uid)
                .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
                .where(
                    ConversationRow.kind == "duel",
                    ConversationRow.deleted_at.is_(None),
                    TurnRow.blind.is_not(None),
                )
                .order_by(TurnRow.id.desc())
                .limit(limit)
            ).all()
            sides = _contestants(session, [turn.id for turn, _ in duels])
        return [
            DuelSummary(
                uid=uid,
                question=turn.question,
                created_at=moment(turn.created_at),
                blind=bool(turn.blind),
                contestants=tuple(contestant for contestant, _ in sides[turn.id]),
                running=any(status == "running" for _, status in sides[turn.id]),
            )
            for turn, uid in duels
        ]


def _sides(session: Session, turn_id: int) -> tuple[StoredRun, ...]:
    run_ids = session.scalars(
        select(RunRow.id)
        .where(RunRow.turn_id == turn_id, RunRow.side.is_not(None))
        .order_by(RunRow.side)
    ).all()
    runs = load_runs(session, run_ids)
    return tuple(runs[run_id] for run_id in run_ids)


def _contestants(
    session: Session, turn_ids: Sequence[int]
) -> dict[int, list[tuple[Contestant, str]]]:
    """What stands on every side and its status, in page order, by the turns' ids."""
    rows = session.execute(
        select(RunRow.turn_id, RunRow.preset_name, ConfigRow.config, RunRow.status)
        .join(ConfigRow, ConfigRow.id == RunRow.config_id)
        .where(RunRow.turn_id.in_(turn_ids), RunRow.side.is_not(None))
        .order_by(RunRow.turn_id, RunRow.side)
    )
    sides: dict[int, list[tuple[Contestant, str]]] = {id_: [] for id_ in turn_ids}
    for turn_id, name, config, status in rows:
        contestant = Contestant.mixture(stored_config(config), name)
        sides[turn_id].append((contestant, status))
    return sides
