"""Stores presets and the mixtures that runs were made with."""

from storage.presets.configs import config_id, stored_agent, stored_config
from storage.presets.preset_records import PresetRecord
from storage.presets.preset_rows import key_of, mark_used
from storage.presets.preset_store import Presets
from storage.presets.shared_presets import SharedPreset, SharedPresets
from storage.presets.stored_preset import PresetSource, StoredPreset

__all__ = [
    "PresetRecord", "PresetSource", "Presets", "SharedPreset", "SharedPresets",
    "StoredPreset", "config_id", "key_of", "mark_used", "stored_agent", "stored_config",
]  # fmt: skip
