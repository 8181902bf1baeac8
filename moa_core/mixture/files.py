"""Presets as files to share: written with their prompts, read as if they were hostile.

Whatever a file holds, reading it gives presets that can run, or a ConfigError of one
line that says what is wrong and where.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from moa_core.errors import ConfigError
from moa_core.mixture.config import LONGEST_NAME, TEXT_LIMITS, MoAConfig, Preset
from moa_core.mixture.forms import ConfigForm, StrictForm, json_place, read_form
from moa_core.mixture.json_form import config_to_dict
from moa_core.mixture.strict_json import JsonObject, parse_strict
from moa_core.text import one_line

FILE_VERSION: Final = 1
"""Form of the file; grows when an older program could no longer read it."""

MAX_FILE_BYTES = 256 * 1024
MAX_PRESETS = 100
_LONGEST_ERROR = 300
_MOST_NOTES = 20
_MARK = "polyphony"
_UNWRITABLE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PresetFile:
    """The presets of a file.

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
    try:
        data = _parsed(text)
        kind = _ManyFile if _has_many(data) else _SingleFile
        notes: list[str] = []
        try:
            file = kind.model_validate(data, context=True)
        except ValidationError as error:
            notes = _without_unknown_fields(data, error)
            file = read_form(kind, data, foreign=True)
        if isinstance(file, _SingleFile):
            presets = [_preset(file, "", notes)]
        else:
            presets = [
                _preset(form, f"presets[{index}].", notes)
                for index, form in enumerate(file.presets)
            ]
    except ConfigError as error:
        raise ConfigError(one_line(str(error), _LONGEST_ERROR)) from None
    if len(notes) > _MOST_NOTES:
        more = f"And {len(notes) - _MOST_NOTES} notes more."
        notes = [*notes[:_MOST_NOTES], more]
    return PresetFile(tuple(presets), tuple(notes))


def config_from_json(text: str | bytes) -> MoAConfig:
    """Read a mixture that stands alone, as strictly as one in a file.

    Raises:
        ConfigError: It cannot be used; an unknown field is refused as well.
    """
    try:
        data = _parsed(text)
        config: MoAConfig = read_form(ConfigForm, data, whole="file", foreign=True)
    except ConfigError as error:
        raise ConfigError(one_line(str(error), _LONGEST_ERROR)) from None
    return config


def _preset_to_dict(preset: Preset) -> dict[str, Any]:
    """All of a preset; what is empty is left out."""
    version = {} if preset.version == 1 else {"version": preset.version}
    texts = {name: getattr(preset, name) for name in TEXT_LIMITS}
    return {
        **{name: text for name, text in texts.items() if text},
        **version,
        "config": config_to_dict(preset.config),
    }


def _written(data: Mapping[str, Any]) -> str:
    """JSON to read and to edit, which can always be encoded."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    return _UNWRITABLE.sub(lambda half: f"\\u{ord(half[0]):04x}", text) + "\n"


class _PresetForm(StrictForm):
    name: str
    title: str = ""
    description: str = ""
    source: str = ""
    results: str = ""
    group: str = ""
    version: int = 1
    config: ConfigForm


class _SingleFile(_PresetForm):
    polyphony: int


class _ManyFile(StrictForm):
    polyphony: int
    presets: list[_PresetForm]


def _parsed(text: str | bytes) -> object:
    data = parse_strict(text, MAX_FILE_BYTES)
    _refuse_repeated_fields(data, "")
    return data


def _refuse_repeated_fields(data: object, where: str) -> None:
    if isinstance(data, JsonObject) and data.twice is not None:
        raise ConfigError(
            f"{json_place((data.twice,), where)}: this field appears twice."
        )
    if isinstance(data, dict | list):
        for step, item in data.items() if isinstance(data, dict) else enumerate(data):
            _refuse_repeated_fields(item, json_place((step,), where))


def _has_many(data: object) -> bool:
    """Whether a file has a list of presets, and not a single one.

    Raises:
        ConfigError: Its first fields are none of a file that can be read.
    """
    if not isinstance(data, dict) or _MARK not in data:
        raise ConfigError(
            f'file: not a Polyphony preset file: the field "{_MARK}" is missing.'
        )
    version, presets = data[_MARK], data.get("presets")
    if isinstance(version, bool) or not isinstance(version, int):
        raise ConfigError(f"{_MARK}: expected a whole number, the form of the file.")
    if version > FILE_VERSION:
        raise ConfigError(
            f"{_MARK}: this file is from a newer Polyphony; update Polyphony to "
            f"use it (form {version}, and this one reads up to {FILE_VERSION})."
        )
    if version != FILE_VERSION:
        raise ConfigError(f"{_MARK}: there is no form {version}.")
    if "presets" not in data:
        return False
    if not isinstance(presets, list) or not 1 <= len(presets) <= MAX_PRESETS:
        raise ConfigError(f"presets: expected a list of 1 to {MAX_PRESETS} presets.")
    return True


def _without_unknown_fields(data: Any, error: ValidationError) -> list[str]:  # noqa: ANN401 - JSON
    """Remove from ``data`` the fields that no form knows, and note each of them."""
    mistakes = error.errors(include_url=False)
    unknown = [each["loc"] for each in mistakes if each["type"] == "extra_forbidden"]
    for *steps, name in unknown:
        holder = data
        for step in steps:
            holder = holder[step]
        del holder[name]
    return [
        f"{json_place(loc)} was ignored: this version doesn't support it."
        for loc in sorted(unknown, key=len)
    ]


def _preset(form: _PresetForm, prefix: str, notes: list[str]) -> Preset:
    texts = {}
    for name, limit in TEXT_LIMITS.items():
        text = getattr(form, name)
        texts[name] = line = one_line(text, limit)
        if line != text:
            shown = f"“{one_line(line, LONGEST_NAME)}”" if line else "nothing"
            notes.append(f"{prefix}{name} was cleaned; what is left is {shown}.")
    texts["name"] = texts["name"] or "unnamed"
    texts["title"] = texts["title"] or texts["name"]
    config: Any = form.config  # a ConfigForm becomes what it describes
    try:
        return Preset(**texts, version=form.version, config=config)
    except ConfigError as error:
        raise ConfigError(f"{prefix.rstrip('.') or 'file'}: {error}") from None
