"""The tables of experiments. What was asked in them are turns, runs and calls."""

from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.columns import Base, Ms, Prose, Sha256, Word, one_of

_TURN = "turns.id"


class ExperimentRow(Base):
    """A conversation of the kind ``experiment``; its turns are the questions, in order.

    Attributes:
        protocol: What is done, fixed before the first answer; ``sha256`` names it.
        state: ``running`` if somebody wants it to be done; a process may be gone.
        note: Why it was paused, for the user.
        benchmark: Which one is run; NULL for an experiment of several arms.
    """

    __tablename__ = "experiments"
    __table_args__ = (one_of("state", "running", "paused", "finished"),)

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    protocol: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[Sha256]
    state: Mapped[Word]
    note: Mapped[Prose | None]
    benchmark: Mapped[Word | None]


class ExperimentItemRow(Base):
    """A question of an experiment.

    Attributes:
        source_turn_id: The question of a chat that it repeats, with the conversation
            before it; NULL for one from a file. It goes when that one goes.
        kind: ``facts``, ``maths`` ...; NULL until somebody has said.
        kind_by: Who said so.
        reference: What a benchmark gives with it; NULL for nothing.
        revealed_at: When it was shown who wrote what; from then on no vote on it can be
            blind.
    """

    __tablename__ = "experiment_items"
    __table_args__ = (one_of("kind_by", "judge", "user", "file"),)

    turn_id: Mapped[int] = mapped_column(
        ForeignKey(_TURN, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    source_turn_id: Mapped[int | None] = mapped_column(
        ForeignKey(_TURN, ondelete="CASCADE"), index=True
    )
    kind: Mapped[Word | None]
    kind_by: Mapped[Word | None]
    reference: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    revealed_at: Mapped[Ms | None]
