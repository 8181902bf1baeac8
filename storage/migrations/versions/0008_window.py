"""Calls have the window that their prompt was shortened to fit.

Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

from storage.runs import noted_window

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CALLS = sa.table(
    "calls",
    sa.column("id", sa.BigInteger),
    sa.column("notes", sa.JSON),
    sa.column("window_tokens", sa.BigInteger),
)


def upgrade() -> None:
    op.add_column("calls", sa.Column("window_tokens", sa.BigInteger(), nullable=True))
    noted = op.get_bind().execute(
        sa.select(CALLS.c.id, CALLS.c.notes).where(CALLS.c.notes.is_not(None))
    )
    for call_id, notes in noted.all():
        if window_tokens := noted_window(notes or ()):
            op.execute(
                CALLS.update()
                .where(CALLS.c.id == call_id)
                .values(window_tokens=window_tokens)
            )


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
