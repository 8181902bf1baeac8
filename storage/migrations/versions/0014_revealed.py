"""Questions of experiments know when it was shown who wrote their answers.

Follows: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "experiment_items", sa.Column("revealed_at", sa.BigInteger(), nullable=True)
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
