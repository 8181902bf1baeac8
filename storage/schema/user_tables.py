"""The tables of what the user named, set and voted for."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
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


class PresetRow(Base):
    """A mixture that the user gave a name; those that ship are not stored.

    Attributes:
        name_key: The name as it is compared: one living preset for each.
        based_on: The shipped preset it was copied from, as ``name`` and ``version``.
        used_at: Of the newest run under its name.
    """

    __tablename__ = "presets"
    __table_args__ = (
        Index(None, "name_key", unique=True, **where("deleted_at IS NULL")),
        Index(
            None,
            "is_default",
            unique=True,
            **where("is_default AND deleted_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[Prose]
    name_key: Mapped[Prose]
    title: Mapped[Prose]
    description: Mapped[Prose]
    config_id: Mapped[int] = mapped_column(ForeignKey("configs.id"))
    based_on: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    is_default: Mapped[bool]
    created_at: Mapped[Ms]
    updated_at: Mapped[Ms]
    used_at: Mapped[Ms | None]
    deleted_at: Mapped[Ms | None]


class SettingRow(Base):
    """One small setting of the app; never a key."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    updated_at: Mapped[Ms]
