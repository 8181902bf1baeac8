"""Every question, proposal, answer and title can be searched; lists can be filtered.

Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

from storage.schema import search_ddl

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _partial("runs", "preset_name IS NOT NULL", "preset_name", "conversation_id")
    _partial("conversations", "pinned_at IS NOT NULL", "pinned_at")
    _partial("conversations", "archived_at IS NOT NULL", "archived_at")
    search_ddl.create(op.get_bind())


def _partial(table: str, condition: str, *columns: str) -> None:
    op.create_index(
        op.f(f"ix_{table}_{'_'.join(columns)}"),
        table,
        list(columns),
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )
