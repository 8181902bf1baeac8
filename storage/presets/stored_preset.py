"""Describes one of the user's presets, with how it has done."""

from dataclasses import dataclass
from datetime import datetime

from moa_core.mixture import Preset
from storage.presets.preset_records import PresetRecord


@dataclass(frozen=True, slots=True)
class PresetSource:
    """The shipped preset that one of the user's was copied from."""

    name: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPreset:
    """One of the user's presets.

    Attributes:
        is_default: Whether new chats begin with it.
        based_on: The shipped preset it was copied from, if it was.
        updated_at: When the user last changed it.
        record: How its present mixture has done, under whatever name.
    """

    uid: str
    preset: Preset
    is_default: bool
    based_on: PresetSource | None
    updated_at: datetime
    record: PresetRecord
