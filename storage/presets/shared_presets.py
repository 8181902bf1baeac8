"""Shows presets to everybody who signs in: as their owner saved them last."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import delete, select, update

from moa_core.errors import ConfigError
from moa_core.mixture import Preset
from storage.database import Database, advisory_lock
from storage.schema import SharedPresetRow
from storage.values import new_uid, now_ms

_log = logging.getLogger(__name__)
MOST_SHARED: Final = 100
"""Presets that one person may share: others find them in their lists."""


@dataclass(frozen=True, slots=True)
class SharedPreset:
    """A preset that somebody else shares.

    Attributes:
        uid: Of it as a shared one.
        shared_by: Who shares it, as others are told: escape it.
    """

    uid: str
    preset: Preset
    shared_by: str


class SharedPresets:
    """The presets that people share, in the main database.

    Args:
        database: The main one.
        owner: Whose part is looked at, as ``Person.owner``.
        shown: Says whom others are told that one's presets are from.
    """

    def __init__(
        self, database: Database, owner: str, shown: Callable[[], str]
    ) -> None:
        self._database, self._owner, self._shown = database, owner, shown

    def of_others(self) -> list[SharedPreset]:
        """What others share, by who does and by name."""
        others = select(SharedPresetRow).where(SharedPresetRow.owner != self._owner)
        order = SharedPresetRow.shown, SharedPresetRow.name, SharedPresetRow.id
        with self._database.reading() as session:
            rows = session.scalars(others.order_by(*order)).all()
        read = ((row, _preset(json.dumps(row.preset))) for row in rows)
        return [SharedPreset(row.uid, each, row.shown) for row, each in read if each]

    def mine(self) -> frozenset[str]:
        """The uids of one's own presets that one shares."""
        query = select(SharedPresetRow.preset_uid).where(self._is_mine)
        with self._database.reading() as session:
            return frozenset(session.scalars(query))

    def share(self, preset_uid: str, preset: Preset) -> None:
        """Share one's preset with everybody, or what is shared of it as it is now.

        Args:
            preset_uid: Of the preset in its owner's database.
            preset: As it was saved.

        Raises:
            ConfigError: Too many are shared.
            StorageError: It could not be stored.
        """
        shown, now = self._shown(), now_ms()
        with self._database.writing() as session:
            advisory_lock(session, "presets")
            mine = session.scalars(select(SharedPresetRow).where(self._is_mine)).all()
            row = next((each for each in mine if each.preset_uid == preset_uid), None)
            if row is None:
                if len(mine) >= MOST_SHARED:
                    raise ConfigError(
                        f"You share {MOST_SHARED} presets. Stop sharing one of them."
                    )
                row = SharedPresetRow(
                    uid=new_uid(),
                    owner=self._owner,
                    preset_uid=preset_uid,
                    created_at=now,
                )
                session.add(row)
            row.name, row.preset = preset.name, _stored(preset)
            row.shown, row.updated_at = shown, now

    def unshare(self, preset_uid: str) -> None:
        """Share one's preset no more; one that is not shared stays so."""
        shared = self._is_mine, SharedPresetRow.preset_uid == preset_uid
        with self._database.writing() as session:
            session.execute(delete(SharedPresetRow).where(*shared))

    def hand_over(self, owner: str) -> None:
        """Let another owner have all of one's shared presets: the same person's."""
        change = update(SharedPresetRow).where(self._is_mine).values(owner=owner)
        with self._database.writing() as session:
            session.execute(change)

    @property
    def _is_mine(self) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
        return SharedPresetRow.owner == self._owner


def _stored(preset: Preset) -> Any:  # noqa: ANN401 - a JSON object
    from moa_core.mixture import preset_to_json  # imports pydantic

    return json.loads(preset_to_json(preset))


@lru_cache(maxsize=512)
def _preset(stored: str) -> Preset | None:
    """The preset; ``None`` where it cannot be read: it keeps nobody from the others."""
    from moa_core.mixture import presets_from_json  # imports pydantic

    try:
        [preset] = presets_from_json(stored).presets
    except (ConfigError, ValueError) as error:
        _log.warning("A shared preset cannot be read: %s", error)
        return None
    return preset
