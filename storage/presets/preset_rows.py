"""Finds and writes the rows of presets, and gives them names that are free."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from moa_core.mixture import LONGEST_NAME, MoAConfig, Preset
from moa_core.text import one_line
from storage.errors import NameTakenError, NotFoundError
from storage.presets.configs import config_id, stored_config
from storage.schema import ConfigRow, PresetRow
from storage.values import new_uid, now_ms

LIVING = (
    select(PresetRow, ConfigRow.config)
    .join(ConfigRow, ConfigRow.id == PresetRow.config_id)
    .where(PresetRow.deleted_at.is_(None))
)
"""Every preset that was not deleted, with its mixture."""


def mark_used(session: Session, name: str, mixture_id: int, now: int) -> None:
    """Remember that a run of this mixture began ``now`` under this name or title."""
    session.execute(
        update(PresetRow)
        .where(
            PresetRow.config_id == mixture_id,
            or_(is_named(name), PresetRow.title == name),
            PresetRow.deleted_at.is_(None),
        )
        .values(used_at=now)
    )


def key_of(name: str) -> str:
    """What is compared: neither case nor the way an accent is written matters."""
    return unicodedata.normalize("NFKC", name).casefold()


def is_named(name: str) -> ColumnElement[bool]:
    """Whether a row has that name, however it is capitalised."""
    return PresetRow.name_key == key_of(name)


def preset_from_row(row: PresetRow, config: MoAConfig) -> Preset:
    """The preset that a row describes."""
    return Preset(
        name=row.name, title=row.title, description=row.description, config=config
    )


def living(session: Session, uid: str) -> PresetRow:
    """The row of a preset that was not deleted.

    Raises:
        NotFoundError: There is none.
    """
    row = session.scalar(
        select(PresetRow).where(PresetRow.uid == uid, PresetRow.deleted_at.is_(None))
    )
    if row is None:
        raise NotFoundError(f"preset {uid}")
    return row


def preset_in(session: Session, row: PresetRow) -> Preset:
    """The same, with its mixture looked up."""
    mixture = session.get_one(ConfigRow, row.config_id)
    return preset_from_row(row, stored_config(mixture.config))


def add(
    session: Session, preset: Preset, based_on: dict[str, Any] | None = None
) -> PresetRow:
    """Add a preset; ``based_on`` as its column has it."""
    now = now_ms()
    row = PresetRow(
        uid=new_uid(),
        based_on=based_on,
        is_default=False,
        created_at=now,
        updated_at=now,
    )
    write(session, row, preset)
    session.add(row)
    session.flush()
    return row


def write(session: Session, row: PresetRow, preset: Preset) -> None:
    """Let a row say what ``preset`` says.

    Raises:
        NameTakenError: Another living preset is called that.
    """
    others = LIVING.where(is_named(preset.name), PresetRow.uid != row.uid)
    if session.scalar(others) is not None:
        raise NameTakenError(preset.name)
    row.config_id = config_id(session, preset.config)
    row.name, row.name_key = preset.name, key_of(preset.name)
    row.title, row.description = preset.title, preset.description


def bring_back(session: Session, row: PresetRow) -> None:
    """Undelete a preset; if its name has become another's, it gets a number."""
    write(session, row, with_free_name(session, preset_in(session, row), endings()))
    row.deleted_at = None


def with_free_name(session: Session, preset: Preset, tries: Iterable[str]) -> Preset:
    """The preset with the first of ``tries`` that makes its name a free one."""
    living = select(PresetRow.name_key).where(PresetRow.deleted_at.is_(None))
    taken = set(session.scalars(living))
    for ending in tries:
        longest = LONGEST_NAME - len(ending)
        name = one_line(preset.name, longest) + ending
        if key_of(name) not in taken:
            title = one_line(preset.title, longest) + ending
            return replace(preset, name=name, title=title)
    raise NameTakenError(preset.name)


def endings(word: str = "") -> Iterator[str]:
    """Endings of names: nothing or ``(copy)``, then ``(2)`` or ``(copy 2)`` and on."""
    yield f" ({word})" if word else ""
    for number in count(2):
        yield f" ({word} {number})" if word else f" ({number})"
