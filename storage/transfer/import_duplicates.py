"""Compares records of an export with what is in the database already."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from moa_core.text import one_line
from storage.presets import key_of
from storage.schema import ConversationRow
from storage.transfer.export_rows import Record, Scope, read_records
from storage.transfer.export_sections import BY_NAME, SECTIONS, Section
from storage.values import moment

_NOT_COMPARED: Final = frozenset({"worker", "heartbeat_at", "used_at", "is_default"})
"""Fields in which the same thing may differ from place to place."""

_NOT_COMPARED_OF: Final = {
    "settings": frozenset({"updated_at"}),
    "recorded_judgements": frozenset({"uid", "file_name", "created_at"}),
}
_CONVERSATIONS_AT_ONCE = 200
_SHOWN_CHARS = 60

MOST: Final = {"settings": 100, "presets": 10_000}
"""So many of these there can be, stored and imported together."""


class DuplicateCheck:
    """Compares what is part of no conversation: little, so it is done at once.

    Args:
        session: Reading; what it sees is what is there.
    """

    def __init__(self, session: Session) -> None:
        self._stored: dict[tuple[str, Any], Record] = {}
        for name in ("presets", "settings", "erased_spend", "recorded_judgements"):
            section = BY_NAME[name]
            for _, record in read_records(session, section, Scope(deleted=True)):
                self._stored[name, record[section.key[0]]] = record
        self._counts = Counter(name for name, _ in self._stored)
        living = [
            record
            for (name, _), record in self._stored.items()
            if name == "presets" and record["deleted_at"] is None
        ]
        self._names = {preset["name_key"] for preset in living}
        self._has_default = any(preset["is_default"] for preset in living)

    def compare(self, section: Section, record: Record) -> str | None:
        """Whether a record can be added.

        A new preset that would be the default where there is one already is not.

        Returns:
            ``None`` if it can; ``""`` if the same is stored; else a sentence that says
            why it cannot be added.
        """
        key = (section.name, record[section.key[0]])
        what = _described(section, record)
        if key in self._stored:
            same = _compared(section, record) == _compared(section, self._stored[key])
            return "" if same else f"{what} is different here, and stays as it is."
        self._counts[section.name] += 1
        if self._counts[section.name] > MOST.get(section.name, math.inf):
            raise ConfigError(f"{section.name}: at most {MOST[section.name]:,}")
        self._stored[key] = record
        if section.name != "presets" or record["deleted_at"] is not None:
            return None
        if record["name_key"] != key_of(record["name"]):
            raise ConfigError("name_key: it is not that of the name")
        if record["name_key"] in self._names:
            return f"{what} was left out: another one here has that name."
        self._names.add(record["name_key"])
        record["is_default"] = record["is_default"] and not self._has_default
        self._has_default |= record["is_default"]
        return None


class ConversationDuplicates:
    """Compares conversations that are stored already, by hashes of all their records.

    Args:
        session: Reading; what it sees is what is there.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        rows = session.execute(select(ConversationRow.uid, ConversationRow.id))
        self._ids: dict[str, int] = dict(rows.all())
        self._hashes: dict[str, Any] = {}
        self._described: dict[str, str] = {}

    def is_stored(self, section: Section, uid: str, record: Record) -> bool:
        """Whether a record is of a stored conversation; it is compared in the end."""
        if uid not in self._ids:
            return False
        if section.name == "conversations":
            if uid in self._hashes:
                raise ConfigError("uid: it stands twice in the file")
            self._hashes[uid] = hashlib.sha256()
            self._described[uid] = _described(section, record)
        elif uid not in self._hashes:
            raise ConfigError("conversation: it is not in this file")
        _update(self._hashes[uid], section, record)
        return True

    def compare(self) -> Iterator[str]:
        """Compare the conversations that were met.

        Yields:
            For each ``""`` if it is stored as it is in the file, else a sentence.
        """
        uids = list(self._hashes)
        for first in range(0, len(uids), _CONVERSATIONS_AT_ONCE):
            batch = uids[first : first + _CONVERSATIONS_AT_ONCE]
            hashes: dict[str, Any] = {uid: hashlib.sha256() for uid in batch}
            scope = Scope([self._ids[uid] for uid in batch], deleted=True)
            for section in SECTIONS:
                if section.owned:
                    for uid, record in read_records(self._session, section, scope):
                        _update(hashes[uid], section, record)
            for uid in batch:
                same = hashes[uid].digest() == self._hashes[uid].digest()
                what = self._described[uid]
                yield "" if same else f"{what} is different here, and stays as it is."


def _update(
    digest: Any,  # noqa: ANN401 - hashlib's
    section: Section,
    record: Record,
) -> None:
    content = {"record": section.name, **_compared(section, record)}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    digest.update(text.encode())


def _compared(section: Section, record: Record) -> Record:
    ignored = _NOT_COMPARED_OF.get(section.name, _NOT_COMPARED)
    return {name: value for name, value in record.items() if name not in ignored}


def _described(section: Section, record: Record) -> str:
    match section.name:
        case "settings":
            return f"The setting {one_line(record['key'], _SHOWN_CHARS)}"
        case "erased_spend":
            day = moment(record["at_ms"]).date()
            return f"What deleted conversations had cost on {day}"
        case "recorded_judgements":
            name = one_line(record["file_name"], _SHOWN_CHARS)
            return f"What {name} says of others' systems"
        case "presets":
            return f"The preset {one_line(record['title'], _SHOWN_CHARS)!r}"
        case _:
            return f"The conversation {one_line(record['title'], _SHOWN_CHARS)!r}"
