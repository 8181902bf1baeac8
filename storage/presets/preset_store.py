"""Stores the user's own mixtures under names, and restores deleted ones.

Those that ship with the program are data of ``moa_core`` and never stored.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.orm import Session

from moa_core.mixture import LONGEST_NAME, MoAConfig, Preset, config_sha256
from moa_core.text import one_line
from storage.database import Database, advisory_lock
from storage.errors import NotFoundError
from storage.presets.configs import stored_config
from storage.presets.preset_records import UNTRIED, PresetRecord, load_preset_records
from storage.presets.preset_rows import (
    LIVING,
    add,
    bring_back,
    endings,
    is_named,
    living,
    preset_from_row,
    preset_in,
    with_free_name,
    write,
)
from storage.presets.shared_presets import SharedPreset, SharedPresets
from storage.presets.stored_preset import PresetSource, StoredPreset
from storage.schema import ConfigRow, ConversationRow, PresetRow, RunRow
from storage.values import moment, now_ms

_LAST_USED = func.coalesce(PresetRow.used_at, 0).desc(), PresetRow.name_key

# Built once: building a statement takes longer than running it.
_TITLES = (
    select(PresetRow.title)
    .join(ConfigRow, ConfigRow.id == PresetRow.config_id)
    .where(PresetRow.deleted_at.is_(None), ConfigRow.sha256 == bindparam("its_sha256"))
    .order_by(*_LAST_USED)
    .limit(1)
)


class Presets:
    """The presets of one database.

    Args:
        database: Where they are.
        shared: What people share; ``None`` where nobody signs in.
    """

    def __init__(self, database: Database, shared: SharedPresets | None = None) -> None:
        self._database, self._sharing = database, shared

    def all(self) -> list[StoredPreset]:
        """Every preset: the last used first, those never used by name behind them."""
        return self._load(LIVING.order_by(*_LAST_USED))

    def oldest_first(self) -> dict[str, Preset]:
        """Every preset by its uid, in the order in which they were made."""
        with self._database.reading() as session:
            rows = session.execute(LIVING.order_by(PresetRow.created_at, PresetRow.id))
            return {
                row.uid: preset_from_row(row, stored_config(config))
                for row, config in rows
            }

    def title_of(self, config: MoAConfig) -> str | None:
        """What the user calls a mixture, by the preset that was used last."""
        with self._database.reading() as session:
            return session.scalar(_TITLES, {"its_sha256": config_sha256(config)})

    def load(self, uid: str) -> StoredPreset:
        """One preset.

        Raises:
            NotFoundError: There is no such preset, or it was deleted.
        """
        for preset in self._load(LIVING.where(PresetRow.uid == uid)):
            return preset
        raise NotFoundError(f"preset {uid}")

    def named(self, name: str) -> StoredPreset | None:
        """The preset of that name, however it is capitalised."""
        return next(iter(self._load(LIVING.where(is_named(name)))), None)

    def default(self) -> StoredPreset | None:
        """The preset that new chats begin with; ``None`` if it is a shipped one."""
        return next(iter(self._load(LIVING.where(PresetRow.is_default))), None)

    def last_used(self) -> MoAConfig | None:
        """The mixture that was asked last in a chat that is there; ``None`` before."""
        query = (
            select(ConfigRow.config)
            .join(RunRow, RunRow.config_id == ConfigRow.id)
            .join(ConversationRow, ConversationRow.id == RunRow.conversation_id)
            .where(
                ConversationRow.deleted_at.is_(None),
                ConversationRow.kind == "chat",
                RunRow.side.is_(None),
                RunRow.based_on_id.is_(None),
            )
            .order_by(RunRow.created_at.desc(), RunRow.id.desc())
            .limit(1)
        )
        with self._database.reading() as session:
            config = session.scalar(query)
        return stored_config(config) if config else None

    def records_of(self, configs: Iterable[MoAConfig]) -> dict[MoAConfig, PresetRecord]:
        """How mixtures have done, shipped or not, under whatever name."""
        names = {config: config_sha256(config) for config in configs}
        with self._database.reading() as session:
            known = session.execute(
                select(ConfigRow.sha256, ConfigRow.id).where(
                    ConfigRow.sha256.in_(names.values())
                )
            )
            ids = {mixture.sha256: mixture.id for mixture in known}
            by_config = load_preset_records(session, ids.values())
        return {
            config: by_config.get(ids.get(sha256, 0), UNTRIED)
            for config, sha256 in names.items()
        }

    def record_of(self, config: MoAConfig) -> PresetRecord:
        """How one mixture has done."""
        return self.records_of([config])[config]

    def save(
        self,
        preset: Preset,
        uid: str | None = None,
        based_on: PresetSource | None = None,
    ) -> StoredPreset:
        """Keep a preset: a new one, or what ``uid`` is now.

        Args:
            preset: Its name must be free.
            uid: Which one to change; ``None`` adds one.
            based_on: The shipped preset a new one was copied from.

        Raises:
            NameTakenError: Another preset is called that.
            NotFoundError: There is no preset ``uid``.
        """
        with self._writing() as session:
            if uid is None:
                row = add(session, preset, asdict(based_on) if based_on else None)
            else:
                row = living(session, uid)
                write(session, row, preset)
                row.updated_at = now_ms()
            uid = row.uid
        return self._shared_again(uid)

    def add_all(self, presets: Iterable[Preset]) -> list[StoredPreset]:
        """Keep new presets, all or none; a name that is taken gets a number."""
        with self._writing() as session:
            uids = [
                add(session, with_free_name(session, preset, endings())).uid
                for preset in presets
            ]
        return [self.load(uid) for uid in uids]

    def rename(self, uid: str, name: str) -> StoredPreset:
        """Call a preset something else.

        Raises:
            ConfigError: ``name`` is empty.
            NameTakenError: Another preset is called that.
            NotFoundError: There is no such preset.
        """
        line = one_line(name, LONGEST_NAME)
        with self._writing() as session:
            row = living(session, uid)
            write(session, row, replace(preset_in(session, row), name=line, title=line))
        return self._shared_again(uid)

    def duplicate(self, uid: str) -> StoredPreset:
        """Add the same once more, as a copy with a name of its own.

        Raises:
            NotFoundError: There is no such preset.
        """
        with self._writing() as session:
            original = living(session, uid)
            preset = preset_in(session, original)
            copy = with_free_name(session, preset, endings("copy"))
            copy_uid = add(session, copy, original.based_on).uid
        return self.load(copy_uid)

    def delete(self, uid: str) -> None:
        """Take a preset off the list; ``restore`` brings it back, but not to others.

        Raises:
            NotFoundError: There is no such preset.
        """
        with self._writing() as session:
            living(session, uid).deleted_at = now_ms()
        self.unshare(uid)

    def restore(self, uid: str) -> StoredPreset:
        """Undo ``delete``; a name that was taken meanwhile gets a number.

        Raises:
            NotFoundError: There is no such preset.
        """
        with self._writing() as session:
            deleted = PresetRow.uid == uid, PresetRow.deleted_at.is_not(None)
            if row := session.scalar(select(PresetRow).where(*deleted)):
                bring_back(session, row)
        return self.load(uid)

    def make_default(self, uid: str | None) -> None:
        """Let new chats begin with a preset; ``None``: with one that ships.

        Raises:
            NotFoundError: There is no such preset.
        """
        with self._writing() as session:
            session.execute(
                update(PresetRow).where(PresetRow.is_default).values(is_default=False)
            )
            if uid is not None:
                living(session, uid).is_default = True

    @property
    def can_share(self) -> bool:
        """Whether there are others who would see what is shared."""
        return self._sharing is not None

    def of_others(self) -> list[SharedPreset]:
        """What others share with everybody."""
        return self._sharing.of_others() if self._sharing else []

    def shared(self) -> frozenset[str]:
        """The uids of those that are shared with everybody."""
        return self._sharing.mine() if self._sharing else frozenset()

    def share(self, uid: str) -> None:
        """Share a preset with everybody, as it is and as it is saved from now on.

        Raises:
            ConfigError: Too many are shared.
            NotFoundError: There is no such preset.
        """
        if self._sharing:
            self._sharing.share(uid, self.load(uid).preset)

    def unshare(self, uid: str) -> None:
        """Share a preset no more."""
        if self._sharing:
            self._sharing.unshare(uid)

    def _shared_again(self, uid: str) -> StoredPreset:
        """The preset as it was written just now; others see it so, too."""
        stored = self.load(uid)
        if self._sharing and uid in self._sharing.mine():
            self._sharing.share(uid, stored.preset)
        return stored

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """One transaction at a time: names and the default are looked up, then set."""
        with self._database.writing() as session:
            advisory_lock(session, "presets")
            yield session

    def _load(self, query: Select[PresetRow, dict[str, Any]]) -> list[StoredPreset]:
        with self._database.reading() as session:
            rows = session.execute(query).all()
            by_config = load_preset_records(session, {row.config_id for row, _ in rows})
        return [
            StoredPreset(
                uid=row.uid,
                preset=preset_from_row(row, stored_config(config)),
                is_default=row.is_default,
                based_on=PresetSource(**row.based_on) if row.based_on else None,
                updated_at=moment(row.updated_at),
                record=by_config.get(row.config_id, UNTRIED),
            )
            for row, config in rows
        ]
