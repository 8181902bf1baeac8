"""Finds questions by the names of their files.

Names are few and short, so they are looked through one by one: an index has all of
them, without the files. What is in documents is not searched: a reader of a hit would
look for the words in the chat, and not find them.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.history.query import Words
from storage.schema import AttachmentRow, table_of

_FILES: Final = table_of(AttachmentRow)
_NAMES: Final = select(_FILES.c.turn_id, _FILES.c.name).order_by(
    _FILES.c.turn_id.desc(), _FILES.c.seq
)


def turns_with_file(
    session: Session, words: Words, before: int, *, beginning: bool
) -> Iterator[int]:
    """The turns with a file whose name has all the words, newest first.

    Args:
        session: Reading.
        words: What is looked for.
        before: Turns with smaller ids are looked at.
        beginning: Whether the last word may go on.
    """
    names = session.execute(_NAMES.where(_FILES.c.turn_id < before)).all()
    for turn_id, files in groupby(names, key=lambda row: row.turn_id):
        if any(words.are_in(name, beginning=beginning) for _, name in files):
            yield turn_id


def names_of_files(session: Session, turn_ids: Sequence[int]) -> dict[int, str]:
    """The names of the files of turns that have some, in one line each."""
    names = session.execute(_NAMES.where(_FILES.c.turn_id.in_(turn_ids))).all()
    return {
        turn_id: ", ".join(name for _, name in files)
        for turn_id, files in groupby(names, key=lambda row: row.turn_id)
    }
