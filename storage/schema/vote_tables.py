"""The tables of votes."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.columns import (
    Base,
    Count,
    Id,
    Ms,
    NanoUsd,
    Prose,
    Uid,
    Word,
    not_negative,
    one_of,
    where,
)


class VoteRow(Base):
    """What the user thought of two or more answers to one question.

    Attributes:
        kind: ``duel``, or ``mix``: a synthesis against one of its proposals.
        winner: Position of the side that won; NULL unless ``verdict`` is ``won``.
    """

    __tablename__ = "votes"
    __table_args__ = (
        Index(None, "created_at", "id", **where("undone_at IS NULL")),
        one_of("kind", "duel", "mix"),
        one_of("verdict", "won", "tie", "both_bad"),
        CheckConstraint("(verdict = 'won') = (winner IS NOT NULL)", name="winner"),
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    turn_id: Mapped[int] = mapped_column(
        ForeignKey("turns.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[Word]
    blind: Mapped[bool]
    verdict: Mapped[Word]
    winner: Mapped[int | None]
    created_at: Mapped[Ms]
    undone_at: Mapped[Ms | None]


class VoteSideRow(Base):
    """One answer that was voted on, and exactly what wrote it.

    Attributes:
        position: Its place on the page, from 0.
        call_id: The call whose text was read.
        config_id: The mixture that ran; NULL for a single proposal.
        preset_name: What that mixture was called, if it had a name.
        cost_nusd: What it had cost, proposals included; the unknown is counted apart.
    """

    __tablename__ = "vote_sides"
    __table_args__ = (not_negative("position", "cost_nusd", "cost_unknown_calls"),)

    vote_id: Mapped[int] = mapped_column(
        ForeignKey("votes.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), index=True
    )
    config_id: Mapped[int | None] = mapped_column(ForeignKey("configs.id"), index=True)
    preset_name: Mapped[Prose | None]
    cost_nusd: Mapped[NanoUsd]
    cost_unknown_calls: Mapped[Count]
