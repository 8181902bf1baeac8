"""Reads what is known of a batch out of its row."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, cast

from moa_core.batch import AskedBatch, BatchProgress, EndReason
from storage.database import Worker
from storage.schema import BatchRow
from storage.values import cost, moment, usd

BatchState = Literal["running", "interrupted"] | EndReason
"""``interrupted``: its process is gone, and has not said how it ended."""

Reasons = Mapping[str, tuple[int, str]]
"""How often rows failed, by the code of the error, with one message each."""

_HOST: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBatch:
    """A batch, and how far its newest attempt has come.

    Attributes:
        elsewhere: The machine that has its files, if it is another one.
        reasons: Why rows failed in the newest attempt.
        begun_at: When its first attempt began.
        heard_at: When the newest one was last heard of.
    """

    uid: str
    asked: AskedBatch
    elsewhere: str | None
    state: BatchState
    progress: BatchProgress
    reasons: Reasons
    begun_at: datetime
    heard_at: datetime


def this_host() -> str:
    """The name of this machine."""
    return socket.gethostname()[:_HOST]


def stored_batch(row: BatchRow, now_ms: int) -> StoredBatch:
    """What a row says.

    Args:
        row: Of the table.
        now_ms: By the clock that its heartbeat is told by.
    """
    return StoredBatch(
        uid=row.uid,
        asked=AskedBatch(
            name=row.name,
            mixture=row.mixture,
            prompts=Path(row.prompts),
            output=Path(row.output),
            folder=Path(row.folder),
            words=tuple(row.words),
        ),
        elsewhere=None if row.host == this_host() else row.host,
        state=_state(row, now_ms),
        progress=BatchProgress(
            rows=row.rows,
            answered=row.answered,
            failed=row.failed,
            before=row.before,
            under_way=row.under_way,
            spent=cost(row.spent_nusd, row.spent_unknown_calls),
            spent_before=cost(row.before_nusd),
            limit_usd=None if row.limit_nusd is None else usd(row.limit_nusd),
            seconds=row.duration_ms / 1000,
        ),
        reasons={code: (n, message) for code, (n, message) in row.reasons.items()},
        begun_at=moment(row.begun_at),
        heard_at=moment(row.heartbeat_at),
    )


def _state(row: BatchRow, now_ms: int) -> BatchState:
    if row.ended:
        return cast(EndReason, row.ended)
    alive = Worker.parse(row.worker).alive(now_ms - row.heartbeat_at)
    return "running" if alive else "interrupted"
