"""Keeps what files of recorded judgements say, apart from our own runs."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from moa_core.evaluation import RecordedFigure
from storage.database import Database, clock_ms
from storage.errors import NotFoundError
from storage.schema import RecordedJudgementsRow
from storage.values import clean, moment, ms_at, new_uid


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedJudgements:
    """What one file says.

    Attributes:
        file_sha256: Of its bytes; the same file is kept once.
        figures: One for each system, best first.
        at: When it was imported.
    """

    uid: str
    benchmark: str
    file_name: str
    file_sha256: str
    figures: tuple[RecordedFigure, ...]
    at: datetime


class RecordedFiles:
    """The files of recorded judgements whose figures one database keeps."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self,
        benchmark: str,
        file_name: str,
        data: bytes,
        figures: Sequence[RecordedFigure],
    ) -> str:
        """Keep the figures of a file, and not the file; returns their uid.

        Raises:
            ConfigError: They are kept already.
            StorageError: They could not be stored.
        """
        with self._database.writing() as session:
            kept = RecordedJudgements(
                uid=new_uid(),
                benchmark=benchmark,
                file_name=clean(file_name),
                file_sha256=hashlib.sha256(data).hexdigest(),
                figures=tuple(figures),
                at=moment(clock_ms(session)),
            )
            _add(session, kept)
        return kept.uid

    def put_back(self, removed: RecordedJudgements) -> None:
        """Keep again what was removed.

        Raises:
            ConfigError: The same file was imported meanwhile.
            StorageError: They could not be stored.
        """
        with self._database.writing() as session:
            _add(session, removed)

    def kept(self, benchmark: str) -> list[RecordedJudgements]:
        """Those of a benchmark, newest first."""
        row = RecordedJudgementsRow
        query = select(row).where(row.benchmark == benchmark).order_by(row.id.desc())
        with self._database.reading() as session:
            return [_recorded(each) for each in session.scalars(query)]

    def remove(self, uid: str) -> None:
        """Forget the figures of a file; its owner still has it.

        Raises:
            NotFoundError: They are not there.
        """
        row = RecordedJudgementsRow
        with self._database.writing() as session:
            removed = session.scalar(
                delete(row).where(row.uid == uid).returning(row.id)
            )
            if removed is None:
                raise NotFoundError(f"recorded judgements {uid}")


def _add(session: Session, kept: RecordedJudgements) -> None:
    row = RecordedJudgementsRow
    its = (row.benchmark == kept.benchmark, row.file_sha256 == kept.file_sha256)
    if session.scalar(select(row.id).where(*its)) is not None:
        raise ConfigError("This file has been imported already.")
    session.add(
        row(
            uid=kept.uid,
            benchmark=kept.benchmark,
            file_name=kept.file_name,
            file_sha256=kept.file_sha256,
            figures=[asdict(each) for each in kept.figures],
            created_at=ms_at(kept.at),
        )
    )


def _recorded(row: RecordedJudgementsRow) -> RecordedJudgements:
    figures = (
        RecordedFigure(**{**each, "turns": tuple(each["turns"])})
        for each in row.figures
    )
    return RecordedJudgements(
        uid=row.uid,
        benchmark=row.benchmark,
        file_name=row.file_name,
        file_sha256=row.file_sha256,
        figures=tuple(figures),
        at=moment(row.created_at),
    )
