"""Stores presets and the mixtures that runs were made with."""

from storage.presets.configs import config_id, stored_config
from storage.presets.preset_records import PresetRecord
from storage.presets.preset_rows import key_of, mark_used
from storage.presets.preset_store import Origin, Presets, StoredPreset

__all__ = [
    "Origin",
    "PresetRecord",
    "Presets",
    "StoredPreset",
    "config_id",
    "key_of",
    "mark_used",
    "stored_config",
]
