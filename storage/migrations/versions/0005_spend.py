"""What was spent is kept added up, by day and by all that it is asked by.

Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SUMS = (
    "calls",
    "cost_nusd",
    "cost_unknown_calls",
    "usage_unknown_calls",
    "usage_estimated_calls",
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "reasoning_tokens",
)


def upgrade() -> None:
    op.create_table(
        "counted_runs",
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.id"],
            name=op.f("fk_counted_runs_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_counted_runs")),
    )
    op.create_table(
        "erased_spend",
        sa.Column("at_ms", sa.BigInteger(), nullable=False, autoincrement=False),
        *(_count(name) for name in ("runs", *SUMS)),
        sa.CheckConstraint(
            " AND ".join(f"{name} >= 0" for name in ("runs", *SUMS)),
            name=op.f("ck_erased_spend_not_negative"),
        ),
        sa.PrimaryKeyConstraint("at_ms", name=op.f("pk_erased_spend")),
    )
    op.create_table(
        "spend_days",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("preset_name", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("fate", sa.String(length=16), nullable=False),
        *(_count(name) for name in SUMS),
        sa.CheckConstraint(
            "fate IN ('used', 'unread', 'failed', 'stopped', 'interrupted', 'retried')",
            name=op.f("ck_spend_days_fate"),
        ),
        sa.PrimaryKeyConstraint(
            "day",
            "preset_name",
            "endpoint",
            "model",
            "role",
            "fate",
            name=op.f("pk_spend_days"),
        ),
    )


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
