"""The tables of what experiments and benchmarks found.

Loaded by who reads or writes them: most who open the app never do.
"""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.columns import (
    Base,
    Id,
    Ms,
    NanoUsd,
    Prose,
    Sha256,
    Uid,
    Word,
    not_negative,
    one_of,
    where,
)

_TURN = "turns.id"


class ExperimentAnswerRow(Base):
    """The answer of one arm to one question, or the run that is to write it.

    Attributes:
        run_id: The newest run for it; of an answer from a chat, that chat's.
        call_id: The call that is the answer; NULL, like the rest, until it is settled.
        characters: How long it is.
        cost_nusd: What it would have cost by itself; NULL also if a price is unknown.
        duration_ms: How long it would have taken by itself.
    """

    __tablename__ = "experiment_answers"
    __table_args__ = (not_negative("coalesce(cost_nusd, 0)"),)

    turn_id: Mapped[int] = mapped_column(
        ForeignKey(_TURN, ondelete="CASCADE"), primary_key=True
    )
    arm: Mapped[Word] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), index=True
    )
    call_id: Mapped[int | None] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), index=True
    )
    characters: Mapped[int | None]
    cost_nusd: Mapped[NanoUsd | None]
    duration_ms: Mapped[Ms | None]


class JudgementRow(Base):
    """What a judge said of a pair of answers in one order, or the run that is to say.

    Attributes:
        judge: ``endpoint/model``.
        prompt_sha256: Of the wording of its prompt.
        run_id: The newest run for it.
        unread_run_id: The run whose reply could not be read, so that another followed.
        better: NULL until it is settled; ``unreadable``: the pair is left out.
    """

    __tablename__ = "judgements"
    __table_args__ = (one_of("better", "first", "second", "same", "unreadable"),)

    turn_id: Mapped[int] = mapped_column(
        ForeignKey(_TURN, ondelete="CASCADE"), primary_key=True
    )
    pair: Mapped[Word] = mapped_column(primary_key=True)
    ours_first: Mapped[bool] = mapped_column(primary_key=True)
    judge: Mapped[str] = mapped_column(String(400), primary_key=True)
    prompt_sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), index=True
    )
    unread_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("runs.id", ondelete="SET NULL"), index=True
    )
    better: Mapped[Word | None]
    clearly: Mapped[bool]
    kind: Mapped[Word | None]


class GradeRow(Base):
    """How a judge graded the answer to a question, or the run that is to say.

    Attributes:
        judge: ``endpoint/model``.
        prompt_sha256: Of the wording of its prompt.
        run_id: The newest run for it.
        unread_run_id: The run whose reply could not be read, so that another followed.
        scores: By what is graded, ``null`` where a skill does not apply; NULL until it
            is settled, and empty if it could not be read: the answer is left out.
    """

    __tablename__ = "grades"

    turn_id: Mapped[int] = mapped_column(
        ForeignKey(_TURN, ondelete="CASCADE"), primary_key=True
    )
    judge: Mapped[str] = mapped_column(String(400), primary_key=True)
    prompt_sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), index=True
    )
    unread_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("runs.id", ondelete="SET NULL"), index=True
    )
    scores: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class BallotRow(Base):
    """A blind vote on a pair of answers; of one pair, one counts.

    Attributes:
        ours_first: Whether the mixture's answer was shown first.
        verdict: ``skipped`` was offered, and is no vote.
    """

    __tablename__ = "ballots"
    __table_args__ = (
        Index(None, "turn_id", "pair", unique=True, **where("undone_at IS NULL")),
        one_of("verdict", "first", "second", "tie", "both_bad", "skipped"),
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    turn_id: Mapped[int] = mapped_column(ForeignKey(_TURN, ondelete="CASCADE"))
    pair: Mapped[Word]
    ours_first: Mapped[bool]
    verdict: Mapped[Word]
    created_at: Mapped[Ms]
    undone_at: Mapped[Ms | None]


class AnnouncementRow(Base):
    """A verdict that was shown: how much was known then, and what was said.

    Attributes:
        low_ppm: The interval's lower end, in millionths; ``high_ppm`` the upper one.
    """

    __tablename__ = "announcements"
    __table_args__ = (not_negative("seq", "judged", "voted", "low_ppm", "high_ppm"),)

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True)
    judged: Mapped[int]
    voted: Mapped[int]
    low_ppm: Mapped[int]
    high_ppm: Mapped[int]
    sentence: Mapped[Prose]
    created_at: Mapped[Ms]


class RecordedJudgementsRow(Base):
    """What a file of recorded judgements says: figures of others, never of our runs.

    Attributes:
        figures: One for each system, best first.
    """

    __tablename__ = "recorded_judgements"
    __table_args__ = (UniqueConstraint("benchmark", "file_sha256"),)

    id: Mapped[Id]
    uid: Mapped[Uid]
    benchmark: Mapped[Word]
    file_name: Mapped[Prose]
    file_sha256: Mapped[Sha256]
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[Ms]
