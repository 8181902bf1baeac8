"""Programs can ask, with keys of their own; what they asked is kept beside the chats.

Follows: 0017
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from storage.schema import search_ddl

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"  # builds the table anew
    rebuilding: Literal["always", "never"] = "always" if on_sqlite else "never"
    with (
        search_ddl.detached(op.get_bind()),
        op.batch_alter_table("conversations", recreate=rebuilding) as batch_op,
    ):
        batch_op.drop_constraint(op.f("ck_conversations_kind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_conversations_kind"),
            "kind IN ('chat', 'duel', 'experiment', 'api')",
        )
    op.create_table(
        "api_keys",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("begins", sa.String(16), nullable=False),
        sa.Column("ends", sa.String(16), nullable=False),
        sa.Column("cap_nusd", sa.BigInteger(), nullable=True),
        sa.Column("expose", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "expose IN ('none', 'summary', 'full')", name=op.f("ck_api_keys_expose")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("uid", name=op.f("uq_api_keys_uid")),
        sa.UniqueConstraint("sha256", name=op.f("uq_api_keys_sha256")),
    )
    op.create_table(
        "api_turns",
        sa.Column("turn_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("key_uid", sa.String(32), nullable=False),
        sa.Column("asked_sha256", sa.String(64), nullable=False),
        sa.Column("given", sa.JSON(), nullable=True),
        _part_of("api_turns", "turn_id", "turns"),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_api_turns")),
    )
    op.create_index(
        op.f("ix_api_turns_key_uid_asked_sha256"),
        "api_turns",
        ["key_uid", "asked_sha256"],
    )
    op.create_table(
        "api_runs",
        sa.Column("run_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("key_uid", sa.String(32), nullable=False),
        sa.Column("request", sa.JSON(), nullable=True),
        _part_of("api_runs", "run_id", "runs"),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_api_runs")),
    )
    op.create_index(
        op.f("ix_api_runs_key_uid_run_id"), "api_runs", ["key_uid", "run_id"]
    )


def _part_of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
