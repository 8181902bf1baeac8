"""Names presets as the models that other programs ask for."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Final

from moa_core.engine import LiveRuns
from moa_core.mixture import DEFAULT_PRESET, PRESETS, Preset
from moa_core.plan import first_mixture
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from storage.presets import Presets

PREFIX: Final = "polyphony/"
DEFAULT_MODEL: Final = f"{PREFIX}default"
"""Asks the user's default preset, or the best of what is connected."""

_UID_SHOWN: Final = 4
_LONGEST_NAME: Final = 120
_LISTING_S: Final = 5.0
_NOT_IN_A_NAME: Final = re.compile(r"[^\w.]+")


def _first_shipped() -> Preset:
    return DEFAULT_PRESET


def best_connected(
    endpoints: Endpoints, prices: PriceBook, live: LiveRuns
) -> Callable[[], Preset]:
    """What new chats begin with where nobody has chosen anything; found when called.

    A program that asks while the app starts waits for the lists of models: simulated
    models must not answer it because real ones had not been listed yet.
    """

    def best() -> Preset:
        live.submit(endpoints.settle(_LISTING_S)).result()
        return first_mixture(endpoints.infos(), prices).preset

    return best


def preset_models(
    presets: Presets, best: Callable[[], Preset] = _first_shipped
) -> dict[str, Preset]:
    """Every preset by the name of its model: that ship, the user's, shared by others.

    The oldest of several that would be called alike has the plain name; all that are
    stored can be asked for by ``model_names(...)[1]``, too.

    Args:
        presets: Those of the user.
        best: Gives the default where the user has none.
    """
    return {name: preset for name, (_, preset) in _models(presets, best).items()}


def model_of(preset: Preset, uid: str | None, presets: Presets) -> str:
    """What a preset is called as a model: one that ships, or the user's of that uid."""
    models = _models(presets, _first_shipped)
    names = (
        name
        for name, (its_uid, each) in models.items()
        if name != DEFAULT_MODEL
        and (its_uid == uid if uid is not None else each == preset)
    )
    return next(names, DEFAULT_MODEL)


def _models(
    presets: Presets, best: Callable[[], Preset]
) -> dict[str, tuple[str | None, Preset]]:
    """Presets by the names of their models, the user's with their uids."""
    default = presets.default()
    models: dict[str, tuple[str | None, Preset]] = {
        DEFAULT_MODEL: (None, default.preset if default else best())
    }
    models |= {f"{PREFIX}{slug(each.name)}": (None, each) for each in PRESETS}
    for uid, preset in _stored(presets).items():
        plain, unique = model_names(uid, preset)
        models[unique if plain in models else plain] = (uid, preset)
    return models


def _stored(presets: Presets) -> Mapping[str, Preset]:
    """The user's presets, and those that others share, by their uids."""
    of_others = {each.uid: each.preset for each in presets.of_others()}
    return {**presets.oldest_first(), **of_others}


def preset_of_model(
    model: str, presets: Presets, best: Callable[[], Preset] = _first_shipped
) -> Preset | None:
    """The preset of that model, as ``preset_models``; ``None`` if there is none."""
    needed = best if model == DEFAULT_MODEL else _first_shipped  # best takes a moment
    models = preset_models(presets, needed)
    if found := models.get(model):
        return found
    stored = _stored(presets).items()
    unique = {model_names(uid, each)[1]: each for uid, each in stored}
    return unique.get(model)


def nearest_model(name: str, presets: Presets) -> str | None:
    """The model that somebody may have meant: ``polyphony/quick`` for ``quick``."""
    asked = slug(name[:_LONGEST_NAME].removeprefix(PREFIX))
    plain = [model.removeprefix(PREFIX) for model in preset_models(presets)]
    near = get_close_matches(asked, plain, n=1)
    return f"{PREFIX}{near[0]}" if near else None


def model_names(uid: str, preset: Preset) -> tuple[str, str]:
    """What a stored preset may be called: plainly, and so that no other one is."""
    plain = f"{PREFIX}{slug(preset.name)}"
    return plain, f"{plain}-{uid[:_UID_SHOWN]}"


def slug(name: str) -> str:
    """``name`` in lower case, with hyphens for all but letters, digits, _ and dots."""
    lower = unicodedata.normalize("NFKC", name).casefold()
    return _NOT_IN_A_NAME.sub("-", lower).strip("-.") or "preset"
