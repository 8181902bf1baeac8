"""Presets as files to share: written with their prompts, read as if they were hostile.

Whatever a file holds, reading it gives presets that can run, or a ConfigError of one
line that says what is wrong and where.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from moa_core.errors import ConfigError
from moa_core.mixture.config import (
    LONGEST_NAME,
    LONGEST_TEXT,
    MAX_AGENTS_PER_LAYER,
    AgentSpec,
    MoAConfig,
    Preset,
)
from moa_core.mixture.json_form import config_from_dict, config_to_dict
from moa_core.mixture.prompts import Prompts
from moa_core.mixture.strict_json import Shape, parse_strict, select_known_fields
from moa_core.text import one_line

FILE_VERSION: Final = 1
"""Form of the file; grows when an older program could no longer read it."""

MAX_FILE_BYTES = 256 * 1024
MAX_PRESETS = 100
LONGEST_MODEL = 200
_LONGEST_ERROR = 300
_MOST_NOTES = 20
_MARK = "polyphony"
_UNWRITABLE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PresetFile:
    """What a file held.

    Attributes:
        presets: At least one.
        notes: What was left out or cleaned: sentences for the user.
    """

    presets: tuple[Preset, ...]
    notes: tuple[str, ...] = ()


def preset_to_json(preset: Preset) -> str:
    """One preset as the text of a file, with its prompts inside."""
    return _written({_MARK: FILE_VERSION, **_preset_to_dict(preset)})


def presets_to_json(presets: Iterable[Preset]) -> str:
    """Many presets as the text of one file, in their order."""
    written = [_preset_to_dict(preset) for preset in presets]
    return _written({_MARK: FILE_VERSION, "presets": written})


def presets_from_json(text: str | bytes) -> PresetFile:
    """Read what ``preset_to_json`` or ``presets_to_json`` wrote, or somebody else did.

    Unknown fields are left out and texts that do not fit on one line are cleaned; the
    notes say so.

    Raises:
        ConfigError: It cannot be used; one line, what is wrong and where, for example
            ``presets[1].config.layers[0].proposers[2].temperature: ...``.
    """
    left_out: list[str] = []
    try:
        given = parse_strict(text, MAX_FILE_BYTES)
        data = select_known_fields(given, _FILE, "", left_out)
        presets, cleaned = _presets(data)
    except ConfigError as error:
        raise ConfigError(one_line(str(error), _LONGEST_ERROR)) from None
    notes = [
        f"{place} was left out: this version does not know it." for place in left_out
    ]
    return PresetFile(tuple(presets), _few(notes + cleaned))


def config_from_json(text: str | bytes) -> MoAConfig:
    """Read a mixture that stands alone, as strictly as one in a file.

    Raises:
        ConfigError: It cannot be used; an unknown field is refused as well.
    """
    try:
        data = parse_strict(text, MAX_FILE_BYTES)
        select_known_fields(data, _CONFIG, "", [])
        return _config(data, "")
    except ConfigError as error:
        raise ConfigError(one_line(str(error), _LONGEST_ERROR)) from None


def _preset_to_dict(preset: Preset) -> dict[str, Any]:
    """All of a preset; what is empty is left out."""
    version = {} if preset.version == 1 else {"version": preset.version}
    texts = {name: getattr(preset, name) for name in _TEXTS}
    return {
        **{name: text for name, text in texts.items() if text},
        **version,
        "config": config_to_dict(preset.config),
    }


def _written(data: Mapping[str, Any]) -> str:
    """JSON to read and to edit, which can always be encoded."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    return _UNWRITABLE.sub(lambda half: f"\\u{ord(half[0]):04x}", text) + "\n"


def _presets(data: object) -> tuple[list[Preset], list[str]]:
    """The presets, and what had to be cleaned."""
    if not isinstance(data, dict) or _MARK not in data:
        raise ConfigError(
            f'file: these are no presets of Polyphony: the field "{_MARK}" is missing.'
        )
    _check_version(data[_MARK])
    cleaned: list[str] = []
    if "presets" not in data:
        return [_preset(data, "", cleaned)], cleaned
    listed = data["presets"]
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_PRESETS:
        raise ConfigError(f"presets: expected a list of 1 to {MAX_PRESETS} presets.")
    presets = [
        _preset(item, f"presets[{index}]", cleaned) for index, item in enumerate(listed)
    ]
    return presets, cleaned


def _check_version(version: object) -> None:
    if isinstance(version, bool) or not isinstance(version, int):
        raise ConfigError(f"{_MARK}: expected a whole number, the form of the file.")
    if version > FILE_VERSION:
        raise ConfigError(
            f"{_MARK}: this file was written by a newer Polyphony; update Polyphony to "
            f"use it (form {version}, and this one reads up to {FILE_VERSION})."
        )
    if version != FILE_VERSION:
        raise ConfigError(f"{_MARK}: there is no form {version}.")


def _preset(data: object, where: str, cleaned: list[str]) -> Preset:
    if not isinstance(data, dict):
        raise ConfigError(f"{where}: expected the fields of a preset.")
    prefix = f"{where}." if where else ""
    for name in ("name", "config"):
        if name not in data:
            raise ConfigError(f"{prefix}{name}: this field is missing.")
    texts = {
        name: _line(data.get(name, ""), f"{prefix}{name}", limit, cleaned)
        for name, limit in _TEXTS.items()
    }
    texts["name"] = texts["name"] or "unnamed"
    texts["title"] = texts["title"] or texts["name"]
    version = data.get("version", 1)
    if isinstance(version, bool) or not isinstance(version, int):
        raise ConfigError(f"{prefix}version: expected a whole number.")
    config = _config(data["config"], f"{prefix}config")
    try:
        return Preset(**texts, version=version, config=config)
    except ConfigError as error:
        raise ConfigError(f"{where or 'file'}: {error}") from None


def _line(value: object, where: str, limit: int, cleaned: list[str]) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{where}: expected a text.")
    line = one_line(value, limit)
    if line != value:
        shown = f"“{one_line(line, LONGEST_NAME)}”" if line else "nothing"
        cleaned.append(f"{where} was cleaned; what is left is {shown}.")
    return line


def _config(data: object, where: str) -> MoAConfig:
    if not isinstance(data, dict):
        raise ConfigError(f"{where or 'file'}: expected the fields of a mixture.")
    try:
        config = config_from_dict(data)
        if len(config.fallbacks) > MAX_AGENTS_PER_LAYER:
            raise ConfigError(f"fallbacks: at most {MAX_AGENTS_PER_LAYER}.")
    except ConfigError as error:
        raise ConfigError(f"{where}.{error}" if where else str(error)) from None
    return config


def _few(notes: list[str]) -> tuple[str, ...]:
    if len(notes) <= _MOST_NOTES:
        return tuple(notes)
    return (*notes[:_MOST_NOTES], f"And {len(notes) - _MOST_NOTES} notes more.")


def _storable(text: str, where: str) -> None:
    if "\0" in text or _UNWRITABLE.search(text):
        raise ConfigError(f"{where}: it contains a character that cannot be stored.")


def _name(text: str, where: str) -> None:
    if not text.isprintable() or len(text) > LONGEST_MODEL:
        raise ConfigError(
            f"{where}: a name has at most {LONGEST_MODEL} characters, all of which can "
            "be seen."
        )


def _any_text(_text: str, _where: str) -> None:
    """Names and titles may be anything: they are cleaned."""


_TEXTS = {
    "name": LONGEST_NAME,
    "title": LONGEST_NAME,
    "description": LONGEST_TEXT,
    "source": LONGEST_TEXT,
    "results": LONGEST_TEXT,
    "group": LONGEST_NAME,
}


def _values(kind: type) -> dict[str, Shape]:
    """A shape with a storable value for every field of a dataclass."""
    return dict.fromkeys((each.name for each in fields(kind)), _storable)


_AGENT: Shape = {**_values(AgentSpec), "endpoint": _name, "model": _name}
_CONFIG: Shape = {
    **_values(MoAConfig),
    "version": _storable,
    "layers": [{"proposers": [_AGENT]}],
    "aggregator": _AGENT,
    "fallbacks": [_AGENT],
    "prompts": _values(Prompts),
}
_PRESET: dict[str, Shape] = {
    **dict.fromkeys(_TEXTS, _any_text),
    "version": _storable,
    "config": _CONFIG,
}
_FILE: Shape = {**_PRESET, _MARK: _storable, "presets": [_PRESET]}
