"""Parses the command line, and builds the mixture that it asks for."""

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from moa_core.errors import ConfigError
from moa_core.mixture import (
    DEFAULT_PRESET,
    MAX_FILE_BYTES,
    MAX_LAYERS,
    PLACEMENTS,
    PRESETS,
    MoAConfig,
    Preset,
    mixture_from_refs,
    preset_named,
    presets_from_json,
)
from moa_core.text import one_line

_LONGEST_PATH = 120
_NAMED_IN_FILE = re.compile(r"(.+\.json):(.+)", re.IGNORECASE | re.DOTALL)


def parser(prog: str) -> argparse.ArgumentParser:
    """The options, and their help; ``prog`` is the program's name in it."""
    options = argparse.ArgumentParser(
        prog=prog,
        description="Ask a mixture of models; REF is endpoint/model, "
        "for example openai/gpt-4o-mini.",
    )
    options.add_argument("question", nargs="?")
    names = ", ".join(preset.name for preset in PRESETS)
    options.add_argument(
        "--preset",
        metavar="NAME|FILE",
        help="an exported file (FILE.json, or FILE.json:NAME for one of several), or "
        f"one of: {names}",
    )
    options.add_argument("--proposer", metavar="REF", nargs="+", action="extend")
    options.add_argument(
        "--layers",
        metavar="N",
        type=int,
        help="counts the aggregator as the last layer: 2, the default, is one layer of "
        "proposers",
    )
    options.add_argument(
        "--aggregator",
        metavar="REF",
        help="without --proposer, this one model answers alone",
    )
    options.add_argument("--placement", choices=PLACEMENTS)
    options.add_argument(
        "--list-presets", action="store_true", help="what ships, and what each needs"
    )
    options.add_argument(
        "--export-preset", metavar="NAME|FILE", help="print a preset as a file"
    )
    options.add_argument("--json", action="store_true", help="one JSON object a line")
    return options


def mixture_asked_for(
    call: argparse.Namespace, note: Callable[[str], None]
) -> MoAConfig:
    """The mixture that the options describe.

    Args:
        call: The options, parsed.
        note: Takes sentences about what was left out or assumed.

    Raises:
        ConfigError: They contradict one another, or what they name cannot be used.
    """
    own = call.proposer or (call.aggregator and not call.preset)
    config = _own_mixture(call) if own else _preset(call, note)
    if call.placement:
        prompts = replace(config.prompts, placement=call.placement)
        config = replace(config, prompts=prompts)
    return config


def _own_mixture(call: argparse.Namespace) -> MoAConfig:
    if call.preset:
        raise ConfigError("Name a preset or proposers, not both.")
    if not call.proposer:
        return _alone(call)
    depth = 2 if call.layers is None else call.layers
    if not 2 <= depth <= MAX_LAYERS + 1:
        raise ConfigError(
            f"--layers is 2 to {MAX_LAYERS + 1}: the aggregator is the last one."
        )
    layers = [tuple(call.proposer)] * (depth - 1)
    return mixture_from_refs(*layers, aggregator=call.aggregator or call.proposer[0])


def _alone(call: argparse.Namespace) -> MoAConfig:
    """One model without proposers: what every mixture is compared with."""
    if call.layers not in (None, 1):
        raise ConfigError("--layers needs --proposer: without, one model answers.")
    return mixture_from_refs(aggregator=call.aggregator)


def _preset(call: argparse.Namespace, note: Callable[[str], None]) -> MoAConfig:
    if call.aggregator:
        raise ConfigError("Name a preset or an aggregator: a preset has its own.")
    if call.layers is not None:
        raise ConfigError("--layers needs --proposer; a preset has its own.")
    if not call.preset:
        return DEFAULT_PRESET.config
    return preset_asked_for(call.preset, note).config


def preset_asked_for(text: str, note: Callable[[str], None]) -> Preset:
    """The preset called ``text``, or the one in the file of that name.

    Args:
        text: A shipped preset's name, ``FILE.json`` or ``FILE.json:NAME``.
        note: Takes sentences about what was left out or assumed.

    Raises:
        ConfigError: There is none, or its file cannot be used; says where and why.
    """
    if shipped := preset_named(text):
        return shipped
    place = _Place.of(text)
    if place is None:
        names = ", ".join(preset.name for preset in PRESETS)
        raise ConfigError(
            f"No preset is called {one_line(text, _LONGEST_PATH)!r}; there are {names}."
        )
    shown = one_line(place.path, _LONGEST_PATH)
    try:
        imported = presets_from_json(_read(place.path))
        for each in imported.notes:
            note(f"{shown}: {each}")
        return _one_of(imported.presets, place, note)
    except ConfigError as error:
        raise ConfigError(f"{shown}: {error}") from None


@dataclass(frozen=True, slots=True)
class _Place:
    """A file, and the name of the preset in it that is meant, or ``""``."""

    path: str
    name: str = ""

    @classmethod
    def of(cls, text: str) -> "_Place | None":
        """Where ``text`` points to; ``None`` when it looks like no file."""
        if _exists(text):
            return cls(text)
        if named := _NAMED_IN_FILE.fullmatch(text):
            return cls(named[1], named[2])
        looks_like_one = text.lower().endswith(".json") or len(Path(text).parts) > 1
        return cls(text) if looks_like_one else None


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:  # no file can be called that
        return False


def _read(path: str) -> bytes:
    """The file, but never much more of it than a file of presets may have."""
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{error.strerror or 'it cannot be read'}.") from None


def _one_of(
    presets: tuple[Preset, ...], place: _Place, note: Callable[[str], None]
) -> Preset:
    names = ", ".join(preset.name for preset in presets)
    if not place.name:
        if len(presets) > 1:
            note(
                f"{one_line(place.path, _LONGEST_PATH)} has {len(presets)} presets; "
                f"the first one is used. Write FILE.json:NAME for another: {names}."
            )
        return presets[0]
    for preset in presets:
        if place.name in (preset.name, preset.title):
            return preset
    raise ConfigError(f"no preset in it is called {place.name!r}; there are {names}.")
