"""Several people use one installation, and show runs and presets to one another.

Follows: 0020
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "people",
        *_identified("people"),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("database", sa.String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("blocked_at", sa.BigInteger(), nullable=True),
        sa.Column("removing_at", sa.BigInteger(), nullable=True),
        sa.Column("caps", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "role IN ('user', 'administrator')", name=op.f("ck_people_role")
        ),
        sa.UniqueConstraint("identity", name=op.f("uq_people_identity")),
        sa.UniqueConstraint("database", name=op.f("uq_people_database")),
    )
    op.create_table(
        "shared_links",
        *_identified("shared_links"),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("conversation_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("runs", sa.JSON(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("shows_costs", sa.Boolean(), nullable=False),
        sa.Column("shows_prompts", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("opened", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "kind IN ('chat', 'answer')", name=op.f("ck_shared_links_kind")
        ),
        sa.CheckConstraint("opened >= 0", name=op.f("ck_shared_links_not_negative")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_shared_links_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("sha256", name=op.f("uq_shared_links_sha256")),
    )
    op.create_index(
        op.f("ix_shared_links_conversation_id"), "shared_links", ["conversation_id"]
    )
    op.create_table(
        "shared_presets",
        *_identified("shared_presets"),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("preset_uid", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("preset", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint(
            "owner", "preset_uid", name=op.f("uq_shared_presets_owner_preset_uid")
        ),
    )


def _identified(table: str) -> tuple[sa.Column[Any] | sa.Constraint, ...]:
    return (
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{table}_uid")),
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
