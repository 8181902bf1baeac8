"""Questions of experiments know when it was shown who wrote their answers.

Follows: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "experiment_items", sa.Column("revealed_at", sa.BigInteger(), nullable=True)
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
