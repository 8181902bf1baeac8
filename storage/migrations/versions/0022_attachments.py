"""Questions have files, and so have those that wait.

Follows: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _files("attachments", "turn_id", "turns.id")
    op.create_index(
        op.f("ix_attachments_name_turn_id"), "attachments", ["name", "turn_id"]
    )
    _files(
        "queued_attachments", "conversation_id", "queued_questions.conversation_id"
    )


def _files(table: str, owner: str, target: str) -> None:
    op.create_table(
        table,
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column(owner, BIG_ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('image', 'document')", name=op.f(f"ck_{table}_kind")),
        sa.CheckConstraint("size >= 0 AND seq >= 0", name=op.f(f"ck_{table}_not_negative")),
        sa.ForeignKeyConstraint(
            [owner], [target], name=op.f(f"fk_{table}_{owner}"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(owner, "seq", name=op.f(f"uq_{table}_{owner}_seq")),
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
