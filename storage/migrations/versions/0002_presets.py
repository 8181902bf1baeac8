"""The user's own presets, settings of the app, and what runs hold back from caps.

Follows: 0001
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "settings",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
    )
    op.create_table(
        "presets",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("config_id", BIG_ID, nullable=False),
        sa.Column("based_on", sa.JSON(), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["config_id"], ["configs.id"], name=op.f("fk_presets_config_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presets")),
        sa.UniqueConstraint("uid", name=op.f("uq_presets_uid")),
    )
    op.create_index(
        op.f("ix_presets_name_key"),
        "presets",
        ["name_key"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        op.f("ix_presets_is_default"),
        "presets",
        ["is_default"],
        unique=True,
        sqlite_where=sa.text("is_default AND deleted_at IS NULL"),
        postgresql_where=sa.text("is_default AND deleted_at IS NULL"),
    )
    _add_to_runs()


def _add_to_runs() -> None:
    with op.batch_alter_table("runs", recreate=_rebuilding()) as runs:
        runs.add_column(sa.Column("estimate_low_nusd", sa.BigInteger(), nullable=True))
        runs.add_column(sa.Column("estimate_high_nusd", sa.BigInteger(), nullable=True))
        runs.add_column(
            sa.Column("estimate_unknown_calls", sa.BigInteger(), nullable=True)
        )
        runs.add_column(
            sa.Column(
                "reserved_nusd", sa.BigInteger(), server_default="0", nullable=False
            )
        )
        runs.add_column(sa.Column("preset_name", sa.Text(), nullable=True))
        runs.drop_constraint(op.f("ck_runs_not_negative"), type_="check")
        runs.create_check_constraint(
            op.f("ck_runs_not_negative"),
            "cost_nusd >= 0 AND cost_unknown_calls >= 0 AND reserved_nusd >= 0",
        )
    op.create_index(
        op.f("ix_runs_config_id_id"), "runs", ["config_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_runs_created_at_cost_nusd_cost_unknown_calls"),
        "runs",
        ["created_at", "cost_nusd", "cost_unknown_calls"],
        unique=False,
    )


def _rebuilding() -> Literal["always", "never"]:
    """SQLite changes a table by building it anew, PostgreSQL in place."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
