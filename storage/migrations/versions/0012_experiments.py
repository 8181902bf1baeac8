"""Experiments: their questions, answers, judgements, ballots and announced verdicts.

Follows: 0010
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from storage.schema import search_ddl

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    rebuilding: Literal["always", "never"] = "always" if on_sqlite() else "never"
    with (
        search_ddl.detached(op.get_bind()),  # a table that it watches is rebuilt
        op.batch_alter_table("conversations", recreate=rebuilding) as batch_op,
    ):
        batch_op.drop_constraint(op.f("ck_conversations_kind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_conversations_kind"), "kind IN ('chat', 'duel', 'experiment')"
        )
    _add_experiments()
    _add_answers()
    _add_judgements()
    _add_ballots()
    _add_announcements()


def _add_experiments() -> None:
    op.create_table(
        "experiments",
        sa.Column("conversation_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("protocol", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'paused', 'finished')",
            name=op.f("ck_experiments_state"),
        ),
        _reference("experiments", "conversation_id", "conversations"),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_experiments")),
    )
    op.create_table(
        "experiment_items",
        sa.Column("turn_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("source_turn_id", BIG_ID, nullable=True),
        sa.Column("kind", sa.String(16), nullable=True),
        sa.Column("kind_by", sa.String(16), nullable=True),
        sa.CheckConstraint(
            "kind_by IN ('judge', 'user', 'file')",
            name=op.f("ck_experiment_items_kind_by"),
        ),
        _reference("experiment_items", "turn_id", "turns"),
        _reference("experiment_items", "source_turn_id", "turns"),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_experiment_items")),
    )
    _index("experiment_items", "source_turn_id")


def _add_answers() -> None:
    op.create_table(
        "experiment_answers",
        sa.Column("turn_id", BIG_ID, nullable=False),
        sa.Column("arm", sa.String(16), nullable=False),
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("call_id", BIG_ID, nullable=True),
        sa.Column("characters", sa.Integer(), nullable=True),
        sa.Column("cost_nusd", sa.BigInteger(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "coalesce(cost_nusd, 0) >= 0",
            name=op.f("ck_experiment_answers_not_negative"),
        ),
        _reference("experiment_answers", "turn_id", "turns"),
        _reference("experiment_answers", "run_id", "runs"),
        _reference("experiment_answers", "call_id", "calls"),
        sa.PrimaryKeyConstraint("turn_id", "arm", name=op.f("pk_experiment_answers")),
    )
    _index("experiment_answers", "run_id")
    _index("experiment_answers", "call_id")


def _add_judgements() -> None:
    op.create_table(
        "judgements",
        sa.Column("turn_id", BIG_ID, nullable=False),
        sa.Column("pair", sa.String(16), nullable=False),
        sa.Column("ours_first", sa.Boolean(), nullable=False),
        sa.Column("judge", sa.String(400), nullable=False),
        sa.Column("prompt_sha256", sa.String(64), nullable=False),
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("unread_run_id", BIG_ID, nullable=True),
        sa.Column("better", sa.String(16), nullable=True),
        sa.Column("clearly", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=True),
        sa.CheckConstraint(
            "better IN ('first', 'second', 'same', 'unreadable')",
            name=op.f("ck_judgements_better"),
        ),
        _reference("judgements", "turn_id", "turns"),
        _reference("judgements", "run_id", "runs"),
        _reference("judgements", "unread_run_id", "runs", "SET NULL"),
        sa.PrimaryKeyConstraint(
            "turn_id",
            "pair",
            "ours_first",
            "judge",
            "prompt_sha256",
            name=op.f("pk_judgements"),
        ),
    )
    _index("judgements", "run_id")
    _index("judgements", "unread_run_id")


def _add_ballots() -> None:
    op.create_table(
        "ballots",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("turn_id", BIG_ID, nullable=False),
        sa.Column("pair", sa.String(16), nullable=False),
        sa.Column("ours_first", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('first', 'second', 'tie', 'both_bad', 'skipped')",
            name=op.f("ck_ballots_verdict"),
        ),
        _reference("ballots", "turn_id", "turns"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballots")),
        sa.UniqueConstraint("uid", name=op.f("uq_ballots_uid")),
    )
    op.create_index(
        op.f("ix_ballots_turn_id_pair"),
        "ballots",
        ["turn_id", "pair"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )


def _add_announcements() -> None:
    op.create_table(
        "announcements",
        sa.Column("conversation_id", BIG_ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("voted", sa.Integer(), nullable=False),
        sa.Column("low_ppm", sa.Integer(), nullable=False),
        sa.Column("high_ppm", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "seq >= 0 AND judged >= 0 AND voted >= 0 AND low_ppm >= 0 AND "
            "high_ppm >= 0",
            name=op.f("ck_announcements_not_negative"),
        ),
        _reference("announcements", "conversation_id", "conversations"),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_announcements")),
    )


def _reference(
    table: str, column: str, target: str, then: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=then)


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def on_sqlite() -> bool:
    """Which changes a table by building it anew."""
    return op.get_bind().dialect.name == "sqlite"


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
