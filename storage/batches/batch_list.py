"""Writes down how far batches are, and lists them."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from moa_core.batch import AskedBatch, BatchProgress, EndReason
from moa_core.text import one_line
from storage.batches.stored_batch import Reasons, StoredBatch, stored_batch, this_host
from storage.database import Database, clock_ms
from storage.errors import NotFoundError
from storage.schema import BatchRow, table_of
from storage.values import clean, ms_of, nano_usd, new_uid

Removed = Mapping[str, Any]
"""What was known of a batch that is listed no more."""

MOST_REASONS: Final = 20
"""Of further ones only the rows are counted."""

_LONGEST_MESSAGE: Final = 600
_BATCHES: Final = table_of(BatchRow)


class Batches:
    """The batches of one database. Their files are their own business."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, asked: AskedBatch, progress: BatchProgress) -> str:
        """Write down that this process begins a batch, or continues it.

        Args:
            asked: What it is; its output tells batches of a machine apart.
            progress: How far it is.

        Returns:
            Its uid.

        Raises:
            StorageError: It could not be stored.
        """
        about: dict[str, Any] = {
            "name": clean(asked.name),
            "mixture": asked.mixture,
            "prompts": clean(str(asked.prompts)),
            "folder": clean(str(asked.folder)),
            "words": [clean(word) for word in asked.words],
            "worker": str(self._database.worker),
            "ended": None,
            "reasons": {},
            **_columns(progress),
        }
        output, host = clean(str(asked.output)), this_host()
        same = (BatchRow.output == output, BatchRow.host == host)
        with self._database.writing() as session:
            about["heartbeat_at"] = now = clock_ms(session)
            change = update(BatchRow).where(*same).values(about)
            known: str | None = session.scalar(change.returning(BatchRow.uid))
            if known:
                return known
            uid = new_uid()
            new = {"uid": uid, "output": output, "host": host, "begun_at": now}
            session.execute(insert(BatchRow).values({**new, **about}))
            return uid

    def write(
        self,
        uid: str,
        progress: BatchProgress,
        reasons: Reasons,
        ended: EndReason | None = None,
    ) -> None:
        """Write down how far a batch is; nothing if it is listed no more.

        Raises:
            StorageError: It could not be stored.
        """
        told = list(reasons.items())[:MOST_REASONS]
        about: dict[str, Any] = {
            **_columns(progress),
            "reasons": {
                clean(code): [n, one_line(clean(message), _LONGEST_MESSAGE)]
                for code, (n, message) in told
            },
            "ended": ended,
        }
        with self._database.writing() as session:
            about["heartbeat_at"] = clock_ms(session)
            session.execute(update(BatchRow).where(BatchRow.uid == uid).values(about))

    def newest(self, most: int) -> list[StoredBatch]:
        """The batches that began last, newest first."""
        order = BatchRow.begun_at.desc(), BatchRow.id.desc()
        query = select(BatchRow).order_by(*order).limit(most)
        with self._database.reading() as session:
            now = clock_ms(session)
            return [stored_batch(row, now) for row in session.scalars(query)]

    def load(self, uid: str) -> StoredBatch:
        """One batch.

        Raises:
            NotFoundError: There is none.
        """
        with self._database.reading() as session:
            row = session.scalar(select(BatchRow).where(BatchRow.uid == uid))
            if row is None:
                raise NotFoundError(f"batch {uid}")
            return stored_batch(row, clock_ms(session))

    def remove(self, uid: str) -> Removed:
        """List a batch no more; its files stay, and ``restore`` takes this back.

        Raises:
            NotFoundError: There is none.
        """
        with self._database.writing() as session:
            query = select(*_BATCHES.columns).where(_BATCHES.c.uid == uid)
            row = session.execute(query).mappings().one_or_none()
            if row is None:
                raise NotFoundError(f"batch {uid}")
            session.execute(delete(BatchRow).where(BatchRow.uid == uid))
            return {name: value for name, value in row.items() if name != "id"}

    def restore(self, removed: Removed) -> None:
        """List a batch again."""
        with self._database.writing() as session:
            session.execute(insert(BatchRow).values(dict(removed)))


def _columns(progress: BatchProgress) -> dict[str, int | None]:
    limit = progress.limit_usd
    return {
        "rows": progress.rows,
        "answered": progress.answered,
        "before": progress.before,
        "failed": progress.failed,
        "under_way": progress.under_way,
        "spent_nusd": nano_usd(progress.spent.usd),
        "spent_unknown_calls": progress.spent.unknown_calls,
        "before_nusd": nano_usd(progress.spent_before.usd),
        "limit_nusd": None if limit is None else nano_usd(limit),
        "duration_ms": ms_of(progress.seconds),
    }
