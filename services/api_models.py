"""Names presets as the models that other programs ask for."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from moa_core.mixture import DEFAULT_PRESET, PRESETS, Preset
from storage.presets import Presets

PREFIX: Final = "polyphony/"
DEFAULT_MODEL: Final = f"{PREFIX}default"
"""Asks whichever preset new chats begin with."""

_UID_SHOWN: Final = 4
_NOT_IN_A_NAME: Final = re.compile(r"[^\w.]+")


def preset_models(presets: Presets) -> dict[str, Preset]:
    """Every preset by the name of its model, those that ship first.

    The oldest of several that would be called alike has the plain name; all of the
    user's can be asked for by ``model_names(...)[1]``, too.
    """
    return {name: preset for name, (_, preset) in _models(presets).items()}


def model_of(preset: Preset, uid: str | None, presets: Presets) -> str:
    """What a preset is called as a model: one that ships, or the user's of that uid."""
    models = _models(presets)
    names = (
        name
        for name, (its_uid, each) in models.items()
        if name != DEFAULT_MODEL
        and (its_uid == uid if uid is not None else each == preset)
    )
    return next(names, DEFAULT_MODEL)


def _models(presets: Presets) -> dict[str, tuple[str | None, Preset]]:
    """Presets by the names of their models, the user's with their uids."""
    default = presets.default()
    models: dict[str, tuple[str | None, Preset]] = {
        DEFAULT_MODEL: (None, default.preset if default else DEFAULT_PRESET)
    }
    models |= {f"{PREFIX}{slug(each.name)}": (None, each) for each in PRESETS}
    for uid, preset in presets.oldest_first().items():
        plain, unique = model_names(uid, preset)
        models[unique if plain in models else plain] = (uid, preset)
    return models


def preset_of_model(model: str, presets: Presets) -> Preset | None:
    """The preset of that model; ``None`` if there is none."""
    models = preset_models(presets)
    if found := models.get(model):
        return found
    stored: Mapping[str, Preset] = presets.oldest_first()
    unique = {model_names(uid, each)[1]: each for uid, each in stored.items()}
    return unique.get(model)


def model_names(uid: str, preset: Preset) -> tuple[str, str]:
    """What a stored preset may be called: plainly, and so that no other one is."""
    plain = f"{PREFIX}{slug(preset.name)}"
    return plain, f"{plain}-{uid[:_UID_SHOWN]}"


def slug(name: str) -> str:
    """``name`` in lower case, with hyphens for all but letters, digits, _ and dots."""
    lower = unicodedata.normalize("NFKC", name).casefold()
    return _NOT_IN_A_NAME.sub("-", lower).strip("-.") or "preset"
