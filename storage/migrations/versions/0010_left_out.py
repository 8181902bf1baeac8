"""Turns know that the next question is to include no answer of theirs.

Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "turns",
        sa.Column(
            "answer_left_out", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
