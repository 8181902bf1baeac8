"""Calls have notes: sentences on how they were made.

Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("notes", sa.JSON(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
