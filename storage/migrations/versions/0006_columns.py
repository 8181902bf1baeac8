"""What a turn or a run has at most once becomes columns of it, instead of tables.

Follows: 0005
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from storage.schema import search_ddl

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOVES = (
    "UPDATE turns SET blind = (SELECT blind FROM duels WHERE turn_id = turns.id), "
    "chosen_call_id = (SELECT call_id FROM chosen_answers WHERE turn_id = turns.id), "
    "origin_call_id = (SELECT call_id FROM turn_origins WHERE turn_id = turns.id)",
    "UPDATE runs SET "
    "side = (SELECT min(position) FROM duel_sides WHERE run_id = runs.id), "
    "counted = EXISTS (SELECT 1 FROM counted_runs WHERE run_id = runs.id)",
)


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    rebuilding: Literal["always", "never"] = "always" if on_sqlite else "never"
    with search_ddl.detached(op.get_bind()):  # the tables that it watches are rebuilt
        with op.batch_alter_table("turns", recreate=rebuilding) as batch_op:
            batch_op.add_column(sa.Column("blind", sa.Boolean(), nullable=True))
            for name in ("chosen_call_id", "origin_call_id"):
                batch_op.add_column(sa.Column(name, BIG_ID, nullable=True))
                batch_op.create_foreign_key(
                    op.f(f"fk_turns_{name}"), "calls", [name], ["id"], ondelete="SET NULL"
                )
        with op.batch_alter_table("runs", recreate=rebuilding) as batch_op:
            batch_op.add_column(sa.Column("side", sa.Integer(), nullable=True))
            batch_op.add_column(
                sa.Column(
                    "counted", sa.Boolean(), server_default=sa.false(), nullable=False
                )
            )
    for move in MOVES:
        op.execute(move)
    for table in (
        "chosen_answers",
        "turn_origins",
        "duel_sides",
        "duels",
        "counted_runs",
    ):
        op.drop_table(table)
    for name in ("chosen_call_id", "origin_call_id"):
        op.create_index(op.f(f"ix_turns_{name}"), "turns", [name])
    for table, condition in (("turns", "blind IS NOT NULL"), ("runs", "NOT counted")):
        op.create_index(
            op.f(f"ix_{table}_id"),
            table,
            ["id"],
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
