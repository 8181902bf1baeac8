"""Conversations have a question that waits until the one before it is answered.

Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "queued_questions",
        sa.Column("conversation_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("after_uid", sa.String(32), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("send_when", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "send_when IN ('answered', 'ended')",
            name=op.f("ck_queued_questions_send_when"),
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_queued_questions_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_queued_questions")),
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
