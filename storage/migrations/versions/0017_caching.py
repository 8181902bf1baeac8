"""Calls know what was written to a cache, and whether anybody said what was read.

Zero cached tokens stood for both, none and unknown: which of them it was, nobody knows
any more. What is spent is added up anew, with the tokens that caches read and what they
saved.

Follows: 0016
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

EARLIER = (
    "calls",
    "cost_nusd",
    "cost_unknown_calls",
    "usage_unknown_calls",
    "usage_estimated_calls",
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "reasoning_tokens",
)
NEW = ("cache_known_tokens", "cache_saved_nusd", "cache_extra_nusd")


def upgrade() -> None:
    for name in ("cache_write_tokens", "price_cache_write_nusd_per_mtok"):
        op.add_column("calls", sa.Column(name, sa.BigInteger(), nullable=True))
    op.execute("UPDATE calls SET cached_input_tokens = NULL WHERE cached_input_tokens = 0")
    op.execute("DELETE FROM spend_days")
    op.execute("UPDATE runs SET counted = false WHERE counted")
    on_sqlite = op.get_bind().dialect.name == "sqlite"  # builds the tables anew
    rebuilding: Literal["always", "never"] = "always" if on_sqlite else "never"
    with op.batch_alter_table("spend_days", recreate=rebuilding) as batch_op:
        for name in NEW:
            batch_op.add_column(_count(name))
    limits = op.f("ck_erased_spend_not_negative")
    with op.batch_alter_table("erased_spend", recreate=rebuilding) as batch_op:
        for name in NEW:
            batch_op.add_column(_count(name))
        batch_op.drop_constraint(limits, type_="check")
        batch_op.create_check_constraint(
            limits, " AND ".join(f"{name} >= 0" for name in ("runs", *EARLIER, *NEW))
        )


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def downgrade() -> None:
    raise NotImplementedError("Restore the copy that was made before the upgrade.")
