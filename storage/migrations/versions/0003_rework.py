"""Runs that go on from earlier calls, branches, pins, duels and votes.

Follows: 0002
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _change_what_is_there()
    _add_rework()
    _add_duels()
    _add_votes()


def _change_what_is_there() -> None:
    with op.batch_alter_table("calls", recreate=_rebuilding()) as batch_op:
        batch_op.add_column(
            sa.Column("prompt_sha256", sa.String(length=64), nullable=True)
        )

    with op.batch_alter_table("conversations", recreate=_rebuilding()) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind", sa.String(length=16), server_default="chat", nullable=False
            )
        )
        batch_op.add_column(sa.Column("pinned_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("archived_at", sa.BigInteger(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_conversations_kind"), "kind IN ('chat', 'duel')"
        )

    with op.batch_alter_table("runs", recreate=_rebuilding()) as batch_op:
        batch_op.add_column(sa.Column("based_on_id", BIG_ID, nullable=True))
        batch_op.add_column(
            sa.Column(
                "synthesises", sa.Boolean(), server_default=sa.true(), nullable=False
            )
        )
        batch_op.create_foreign_key(
            op.f("fk_runs_based_on_id"),
            "runs",
            ["based_on_id"],
            ["id"],
            ondelete="SET NULL",
        )
    op.create_index(op.f("ix_runs_based_on_id"), "runs", ["based_on_id"], unique=False)


def _add_rework() -> None:
    op.create_table(
        "chosen_answers",
        sa.Column("turn_id", BIG_ID, nullable=False),
        sa.Column("call_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["calls.id"],
            name=op.f("fk_chosen_answers_call_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"],
            ["turns.id"],
            name=op.f("fk_chosen_answers_turn_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_chosen_answers")),
    )
    op.create_index(
        op.f("ix_chosen_answers_call_id"), "chosen_answers", ["call_id"], unique=False
    )

    op.create_table(
        "run_inputs",
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("layer_index", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("call_id", BIG_ID, nullable=False),
        sa.Column("ticked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["calls.id"],
            name=op.f("fk_run_inputs_call_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.id"],
            name=op.f("fk_run_inputs_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "run_id", "layer_index", "position", name=op.f("pk_run_inputs")
        ),
    )
    op.create_index(
        op.f("ix_run_inputs_call_id"), "run_inputs", ["call_id"], unique=False
    )

    op.create_table(
        "turn_origins",
        sa.Column("turn_id", BIG_ID, nullable=False),
        sa.Column("call_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["calls.id"],
            name=op.f("fk_turn_origins_call_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"],
            ["turns.id"],
            name=op.f("fk_turn_origins_turn_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_turn_origins")),
    )
    op.create_index(
        op.f("ix_turn_origins_call_id"), "turn_origins", ["call_id"], unique=False
    )


def _add_duels() -> None:
    op.create_table(
        "duels",
        sa.Column("turn_id", BIG_ID, nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name=op.f("fk_duels_turn_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_duels")),
    )
    op.create_table(
        "duel_sides",
        sa.Column("turn_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.id"],
            name=op.f("fk_duel_sides_run_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"],
            ["duels.turn_id"],
            name=op.f("fk_duel_sides_turn_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("turn_id", "position", name=op.f("pk_duel_sides")),
    )
    op.create_index(
        op.f("ix_duel_sides_run_id"), "duel_sides", ["run_id"], unique=False
    )


def _add_votes() -> None:
    op.create_table(
        "votes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("turn_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("winner", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(verdict = 'won') = (winner IS NOT NULL)", name=op.f("ck_votes_winner")
        ),
        sa.CheckConstraint("kind IN ('duel', 'mix')", name=op.f("ck_votes_kind")),
        sa.CheckConstraint(
            "verdict IN ('won', 'tie', 'both_bad')", name=op.f("ck_votes_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name=op.f("fk_votes_turn_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_votes")),
        sa.UniqueConstraint("uid", name=op.f("uq_votes_uid")),
    )
    op.create_index(
        op.f("ix_votes_created_at_id"),
        "votes",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_index(op.f("ix_votes_turn_id"), "votes", ["turn_id"], unique=False)

    op.create_table(
        "vote_sides",
        sa.Column("vote_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("call_id", BIG_ID, nullable=False),
        sa.Column("config_id", BIG_ID, nullable=True),
        sa.Column("preset_name", sa.Text(), nullable=True),
        sa.Column("cost_nusd", sa.BigInteger(), nullable=False),
        sa.Column(
            "cost_unknown_calls", sa.BigInteger(), server_default="0", nullable=False
        ),
        sa.CheckConstraint(
            "position >= 0 AND cost_nusd >= 0 AND cost_unknown_calls >= 0",
            name=op.f("ck_vote_sides_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["calls.id"],
            name=op.f("fk_vote_sides_call_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["config_id"], ["configs.id"], name=op.f("fk_vote_sides_config_id")
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"],
            ["votes.id"],
            name=op.f("fk_vote_sides_vote_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("vote_id", "position", name=op.f("pk_vote_sides")),
    )
    op.create_index(
        op.f("ix_vote_sides_call_id"), "vote_sides", ["call_id"], unique=False
    )
    op.create_index(
        op.f("ix_vote_sides_config_id"), "vote_sides", ["config_id"], unique=False
    )


def _rebuilding() -> Literal["always", "never"]:
    """SQLite changes a table by building it anew, PostgreSQL in place."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
