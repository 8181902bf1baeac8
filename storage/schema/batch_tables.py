"""The table of batches: where their files are, and how far they have come.

Loaded by who reads or writes it: most who open the app have no batch.
"""

from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.columns import (
    Base,
    Count,
    Id,
    Ms,
    NanoUsd,
    Prose,
    Sha256,
    Uid,
    Word,
    not_negative,
    one_of,
)


class BatchRow(Base):
    """A batch that the installed command worked on, with its newest attempt.

    Attributes:
        name: Of the preset, or the models of the mixture.
        mixture: Hash of the mixture.
        prompts: The file of prompts, from the root; ``output`` that of the answers.
        folder: Where the command was called.
        words: The command, word by word.
        host: The machine that has the files.
        rows: All of the file, or of its shard.
        answered: With an answer, by all attempts; ``before``: by earlier ones.
        failed: In the newest attempt.
        reasons: Code of an error to how many rows failed of it, and one message.
        spent_nusd: By all attempts, as far as known; ``before_nusd``: by earlier ones.
        limit_nusd: What it may cost; NULL sets no limit.
        duration_ms: Of the newest attempt.
        begun_at: When its first attempt began.
        worker: The process of the newest attempt, as ``Worker`` names it.
        heartbeat_at: When that was last heard of.
        ended: How the newest attempt ended; NULL while nobody has said.
    """

    __tablename__ = "batches"
    __table_args__ = (
        one_of("ended", "done", "incomplete", "capped", "failing", "stopped"),
        not_negative("spent_nusd", "before_nusd", "coalesce(limit_nusd, 0)"),
        Index(None, "begun_at"),
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[Prose]
    mixture: Mapped[Sha256]
    prompts: Mapped[Prose]
    output: Mapped[Prose]
    folder: Mapped[Prose]
    words: Mapped[list[str]] = mapped_column(JSON)
    host: Mapped[Prose]
    rows: Mapped[Count]
    answered: Mapped[Count]
    before: Mapped[Count]
    failed: Mapped[Count]
    under_way: Mapped[Count]
    reasons: Mapped[dict[str, Any]] = mapped_column(JSON)
    spent_nusd: Mapped[NanoUsd]
    spent_unknown_calls: Mapped[Count]
    before_nusd: Mapped[NanoUsd]
    limit_nusd: Mapped[NanoUsd | None]
    duration_ms: Mapped[Ms]
    begun_at: Mapped[Ms]
    worker: Mapped[Prose]
    heartbeat_at: Mapped[Ms]
    ended: Mapped[Word | None]
