"""What of an export is in the database already, and whether it is the same there."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from moa_core.text import one_line
from storage.presets import key_of
from storage.schema import ConversationRow
from storage.transfer.export_rows import Record, Scope, read_records
from storage.transfer.export_running import running_as_interrupted
from storage.transfer.export_sections import BY_NAME, SECTIONS, Section
from storage.transfer.import_references import Places
from storage.values import moment

_PASSING: Final = frozenset({"worker", "heartbeat_at", "used_at", "is_default"})
"""Fields in which the same thing may differ from place to place."""

_SETTING_PASSING: Final = frozenset({"updated_at"})
_AT_ONCE = 200
_SHOWN_CHARS = 60


class DuplicateCheck:
    """What is a part of no conversation: little, so it is compared at once.

    Args:
        session: Reading; what it sees is what is there.
    """

    def __init__(self, session: Session) -> None:
        whole = Scope(deleted=True)
        presets = list(read_records(session, BY_NAME["presets"], whole))
        self._there = {("presets", preset["uid"]): preset for preset in presets}
        for section in (BY_NAME["settings"], BY_NAME["erased_spend"]):
            for each in read_records(session, section, whole):
                self._there[section.name, each[section.key[0]]] = each
        living = [preset for preset in presets if preset["deleted_at"] is None]
        self._names = {preset["name_key"] for preset in living}
        self._has_default = any(preset["is_default"] for preset in living)

    def compare(self, section: Section, record: Record) -> str | None:
        """What is to be said of a record: ``None`` if it is new and can be added.

        A new preset that would be the default where there is one already is not.

        Returns:
            ``""`` if the same is there; else why it cannot be added.
        """
        key = (section.name, record[section.key[0]])
        what = _what(section, record)
        if key in self._there:
            same = _content(section, record) == _content(section, self._there[key])
            return "" if same else f"{what} is different here, and stays as it is."
        self._there[key] = record
        if section.name == "presets" and record["deleted_at"] is None:
            return self._living(record, what)
        return None

    def _living(self, record: Record, what: str) -> str | None:
        if record["name_key"] != key_of(record["name"]):
            raise ConfigError("name_key: it is not that of the name")
        if record["name_key"] in self._names:
            return f"{what} was left out: another one here has that name."
        self._names.add(record["name_key"])
        record["is_default"] = record["is_default"] and not self._has_default
        self._has_default |= record["is_default"]
        return None


class ConversationDuplicates:
    """Conversations that are there already, compared by hashes of all their rows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        known = session.execute(select(ConversationRow.uid, ConversationRow.id))
        self._known = {name: row_id for name, row_id in known}  # noqa: C416 - typed
        self._hashes: dict[str, Any] = {}
        self._titles: dict[str, str] = {}

    def is_there(self, section: Section, talk: str, record: Record) -> bool:
        """Whether a record is of such a conversation; then it is compared later."""
        if talk not in self._known:
            return False
        if section.name == "conversations":
            if talk in self._hashes:
                raise ConfigError("uid: it stands twice in the file")
            self._hashes[talk] = hashlib.sha256()
            self._titles[talk] = _what(section, record)
        elif talk not in self._hashes:
            raise ConfigError("conversation: it is not in this file")
        _hash(self._hashes[talk], section, record)
        return True

    def tell(self, same: Counter[str], different: list[str]) -> None:
        """Say which are the same, and which are not."""
        changes = running_as_interrupted(self._session)
        uids = list(self._hashes)
        for first in range(0, len(uids), _AT_ONCE):
            some = uids[first : first + _AT_ONCE]
            here = self._hashes_here(some, changes)
            for uid in some:
                if here[uid] == self._hashes[uid].digest():
                    same["conversations"] += 1
                else:
                    different.append(
                        f"{self._titles[uid]} is different here, and stays as it is."
                    )

    def _hashes_here(self, uids: Sequence[str], changes: Any) -> dict[str, bytes]:  # noqa: ANN401
        scope = Scope([self._known[uid] for uid in uids], deleted=True)
        hashes: dict[str, Any] = {uid: hashlib.sha256() for uid in uids}
        places = Places()
        for section in SECTIONS:
            for record in _owned(self._session, section, scope, changes):
                talk = places.talk_of(section, record)
                _hash(hashes[talk], section, record)
        return {uid: each.digest() for uid, each in hashes.items()}


def _owned(
    session: Session,
    section: Section,
    scope: Scope,
    changes: Any,  # noqa: ANN401
) -> Iterable[Record]:
    return read_records(session, section, scope, changes) if section.owned else ()


def _hash(
    digest: Any,  # noqa: ANN401 - hashlib's
    section: Section,
    record: Record,
) -> None:
    content = {"record": section.name, **_content(section, record)}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    digest.update(text.encode())


def _content(section: Section, record: Record) -> Record:
    passing = _SETTING_PASSING if section.name == "settings" else _PASSING
    return {name: value for name, value in record.items() if name not in passing}


def _what(section: Section, record: Record) -> str:
    match section.name:
        case "settings":
            return f"The setting {one_line(record['key'], _SHOWN_CHARS)}"
        case "erased_spend":
            day = moment(record["at_ms"]).date()
            return f"What deleted conversations had cost on {day}"
        case "presets":
            return f"The preset {one_line(record['title'], _SHOWN_CHARS)!r}"
        case _:
            return f"The conversation {one_line(record['title'], _SHOWN_CHARS)!r}"
