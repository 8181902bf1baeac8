"""Conversations, turns, runs, calls and their texts.

Follows: nothing, it is the first
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "configs",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_configs")),
        sa.UniqueConstraint("sha256", name=op.f("uq_configs_sha256")),
    )
    op.create_table(
        "conversations",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("run_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost_nusd", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "cost_unknown_calls", sa.BigInteger(), server_default="0", nullable=False
        ),
        sa.CheckConstraint(
            "run_count >= 0 AND cost_nusd >= 0 AND cost_unknown_calls >= 0",
            name=op.f("ck_conversations_not_negative"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("uid", name=op.f("uq_conversations_uid")),
    )
    op.create_index(
        op.f("ix_conversations_updated_at_id"),
        "conversations",
        ["updated_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "turns",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", BIG_ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("parent_id", BIG_ID, nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_turns_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["turns.id"],
            name=op.f("fk_turns_parent_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
        sa.UniqueConstraint(
            "conversation_id", "seq", name=op.f("uq_turns_conversation_id_seq")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_turns_uid")),
    )
    op.create_index(op.f("ix_turns_parent_id"), "turns", ["parent_id"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", BIG_ID, nullable=False),
        sa.Column("turn_id", BIG_ID, nullable=False),
        sa.Column("config_id", BIG_ID, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("ttft_ms", sa.BigInteger(), nullable=True),
        sa.Column("latency_ms", sa.BigInteger(), nullable=True),
        sa.Column("calls_ok", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("calls_failed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "cached_input_tokens", sa.BigInteger(), server_default="0", nullable=False
        ),
        sa.Column(
            "reasoning_tokens", sa.BigInteger(), server_default="0", nullable=False
        ),
        sa.Column(
            "usage_unknown_calls", sa.BigInteger(), server_default="0", nullable=False
        ),
        sa.Column("cost_nusd", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "cost_unknown_calls", sa.BigInteger(), server_default="0", nullable=False
        ),
        sa.Column("error_type", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("error_advice", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('running', 'succeeded', 'failed', 'stopped', 'interrupted')",
            name=op.f("ck_runs_status"),
        ),
        sa.CheckConstraint(
            "cost_nusd >= 0 AND cost_unknown_calls >= 0",
            name=op.f("ck_runs_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["config_id"], ["configs.id"], name=op.f("fk_runs_config_id")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_runs_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name=op.f("fk_runs_turn_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("uid", name=op.f("uq_runs_uid")),
    )
    op.create_index(
        op.f("ix_runs_conversation_id_id"),
        "runs",
        ["conversation_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_runs_heartbeat_at"),
        "runs",
        ["heartbeat_at"],
        unique=False,
        sqlite_where=sa.text("status = 'running'"),
        postgresql_where=sa.text("status = 'running'"),
    )
    op.create_index(op.f("ix_runs_turn_id"), "runs", ["turn_id"], unique=False)
    op.create_table(
        "calls",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("layer_index", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("model_requested", sa.Text(), nullable=False),
        sa.Column("model_responded", sa.Text(), nullable=True),
        sa.Column("response_id", sa.Text(), nullable=True),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("finish_reason", sa.Text(), nullable=True),
        sa.Column("input_tokens", sa.BigInteger(), nullable=True),
        sa.Column("output_tokens", sa.BigInteger(), nullable=True),
        sa.Column("cached_input_tokens", sa.BigInteger(), nullable=True),
        sa.Column("reasoning_tokens", sa.BigInteger(), nullable=True),
        sa.Column("usage_source", sa.String(length=16), nullable=False),
        sa.Column("price_input_nusd_per_mtok", sa.BigInteger(), nullable=True),
        sa.Column("price_output_nusd_per_mtok", sa.BigInteger(), nullable=True),
        sa.Column("price_cached_input_nusd_per_mtok", sa.BigInteger(), nullable=True),
        sa.Column("price_source", sa.Text(), nullable=True),
        sa.Column("cost_nusd", sa.BigInteger(), nullable=True),
        sa.Column("cost_source", sa.String(length=16), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("ttft_ms", sa.BigInteger(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("retry_wait_ms", sa.BigInteger(), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("error_type", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("error_advice", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(cost_source = 'unknown') = (cost_nusd IS NULL)",
            name=op.f("ck_calls_unknown_cost"),
        ),
        sa.CheckConstraint(
            "cost_source IN ('provider', 'computed', 'estimated', 'unknown')",
            name=op.f("ck_calls_cost_source"),
        ),
        sa.CheckConstraint(
            "role IN ('proposer', 'aggregator', 'judge', 'title')",
            name=op.f("ck_calls_role"),
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'running', 'succeeded', 'failed', 'stopped', 'interrupted')",
            name=op.f("ck_calls_status"),
        ),
        sa.CheckConstraint(
            "usage_source IN ('reported', 'estimated', 'none', 'unknown')",
            name=op.f("ck_calls_usage_source"),
        ),
        sa.CheckConstraint(
            "coalesce(cost_nusd, 0) >= 0 AND layer_index >= 0 AND position >= 0",
            name=op.f("ck_calls_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_calls_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint(
            "run_id",
            "layer_index",
            "position",
            "attempt",
            name=op.f("uq_calls_run_id_layer_index_position_attempt"),
        ),
    )
    op.create_table(
        "call_texts",
        sa.Column("call_id", BIG_ID, nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("reasoning", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["calls.id"],
            name=op.f("fk_call_texts_call_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_texts")),
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
