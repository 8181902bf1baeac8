"""Runs keep what they decided, and calls may be provisional or late.

Follows: 0014
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from storage.schema import search_ddl

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ROLES = "role IN ('proposer', 'aggregator', 'provisional', 'judge', 'title')"


def upgrade() -> None:
    op.add_column("runs", sa.Column("decisions", sa.JSON(), nullable=True))
    op.add_column(
        "calls",
        sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    rebuilding: Literal["always", "never"] = "always" if on_sqlite() else "never"
    with (
        search_ddl.detached(op.get_bind()),  # a table that it watches is rebuilt
        op.batch_alter_table("calls", recreate=rebuilding) as batch_op,
    ):
        batch_op.drop_constraint(op.f("ck_calls_role"), type_="check")
        batch_op.create_check_constraint(op.f("ck_calls_role"), ROLES)


def on_sqlite() -> bool:
    """Which changes a table by building it anew."""
    return op.get_bind().dialect.name == "sqlite"


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
