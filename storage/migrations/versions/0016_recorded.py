"""Recorded judgements of others can be kept, beside runs of benchmarks.

Follows: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "recorded_judgements",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("benchmark", sa.String(16), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recorded_judgements")),
        sa.UniqueConstraint("uid", name=op.f("uq_recorded_judgements_uid")),
        sa.UniqueConstraint(
            "benchmark",
            "file_sha256",
            name=op.f("uq_recorded_judgements_benchmark_file_sha256"),
        ),
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
