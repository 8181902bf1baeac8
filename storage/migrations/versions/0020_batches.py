"""Batches of the installed command are listed, with how far they have come.

Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mixture", sa.String(64), nullable=False),
        sa.Column("prompts", sa.Text(), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        _count("rows"),
        _count("answered"),
        _count("before"),
        _count("failed"),
        _count("under_way"),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("spent_nusd", sa.BigInteger(), nullable=False),
        _count("spent_unknown_calls"),
        sa.Column("before_nusd", sa.BigInteger(), nullable=False),
        sa.Column("limit_nusd", sa.BigInteger(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.String(16), nullable=True),
        sa.CheckConstraint(
            "ended IN ('done', 'incomplete', 'capped', 'failing', 'stopped')",
            name=op.f("ck_batches_ended"),
        ),
        sa.CheckConstraint(
            "spent_nusd >= 0 AND before_nusd >= 0 AND coalesce(limit_nusd, 0) >= 0",
            name=op.f("ck_batches_not_negative"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("uid", name=op.f("uq_batches_uid")),
    )
    op.create_index(op.f("ix_batches_begun_at"), "batches", ["begun_at"])


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
