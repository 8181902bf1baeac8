"""Benchmarks: which one, what is given with a question, and grades.

Follows: 0012
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _add_column("experiments", sa.Column("benchmark", sa.String(16), nullable=True))
    _add_column("experiment_items", sa.Column("reference", sa.JSON(), nullable=True))
    op.create_table(
        "grades",
        sa.Column("turn_id", BIG_ID, nullable=False),
        sa.Column("judge", sa.String(400), nullable=False),
        sa.Column("prompt_sha256", sa.String(64), nullable=False),
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("unread_run_id", BIG_ID, nullable=True),
        sa.Column("scores", sa.JSON(), nullable=True),
        _reference("turn_id", "turns"),
        _reference("run_id", "runs"),
        _reference("unread_run_id", "runs", "SET NULL"),
        sa.PrimaryKeyConstraint(
            "turn_id", "judge", "prompt_sha256", name=op.f("pk_grades")
        ),
    )
    for column in ("run_id", "unread_run_id"):
        op.create_index(op.f(f"ix_grades_{column}"), "grades", [column], unique=False)


def _add_column(table: str, column: sa.Column[object]) -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"  # builds the table anew
    rebuilding: Literal["always", "never"] = "always" if on_sqlite else "never"
    with op.batch_alter_table(table, recreate=rebuilding) as batch_op:
        batch_op.add_column(column)


def _reference(
    column: str, target: str, then: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_grades_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=then)


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
