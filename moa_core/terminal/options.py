"""Parses the command line, and builds the mixture that it asks for."""

import argparse
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from moa_core.errors import ConfigError
from moa_core.mixture import (
    MAX_FILE_BYTES,
    MAX_LAYERS,
    PLACEMENTS,
    PRESETS,
    MoAConfig,
    Placement,
    Preset,
    mixture_from_refs,
    preset_named,
    presets_from_json,
)
from moa_core.settings import Settings
from moa_core.terminal.kept import Kept, OwnPresets
from moa_core.terminal.pace_options import add_pace
from moa_core.text import one_line

NO_OWN: Final = OwnPresets(Kept(), Settings(), lambda sentence: None)
"""Of who has no presets of their own."""

BATCH, EVALUATE = "batch", "evaluate"
"""The commands, as the first word, that do not ask a question."""

_LONGEST_PATH = 120
_NAMED_IN_FILE = re.compile(r"(.+\.json):(.+)", re.IGNORECASE | re.DOTALL)


def parser(prog: str) -> argparse.ArgumentParser:
    """The options, and their help; ``prog`` is the program's name in it."""
    options = argparse.ArgumentParser(
        prog=prog,
        description="Ask a mixture of models. REF is endpoint/model, "
        "for example openai/gpt-4o-mini. Without a preset or a REF, what a new chat "
        "in the app begins with is asked.",
    )
    options.add_argument(
        "question",
        nargs="?",
        help="comes first, or after --; read from standard input if missing",
    )
    add_mixture(options)
    options.add_argument(
        "--list-presets",
        action="store_true",
        help="list presets, your own included, and what each needs",
    )
    options.add_argument(
        "--export-preset", metavar="NAME|FILE", help="print a preset as a file"
    )
    options.add_argument(
        "--attach",
        action="append",
        default=[],
        metavar="FILE",
        help="attach a file to the question: an image, a PDF, a text ... (repeatable)",
    )
    options.add_argument("--json", action="store_true", help="print JSON lines")
    return options


def add_mixture(options: argparse.ArgumentParser) -> None:
    """The options that describe a mixture."""
    names = ", ".join(preset.name for preset in PRESETS)
    options.add_argument(
        "--preset",
        metavar="NAME|FILE",
        help="a preset file (FILE.json, or FILE.json:NAME for one of several), one of "
        "your own (the command `polyphony` knows those of the app, and "
        f"polyphony/default), or one of: {names}",
    )
    options.add_argument(
        "--proposer",
        metavar="REF",
        nargs="+",
        action="extend",
        help="models that write proposals in each layer",
    )
    options.add_argument(
        "--layers",
        metavar="N",
        type=int,
        help="total, with the aggregator as the last one; 2, the default, is one layer "
        "of proposers",
    )
    options.add_argument(
        "--aggregator",
        metavar="REF",
        help="writes the answer; without --proposer, it answers alone",
    )
    options.add_argument(
        "--placement",
        choices=PLACEMENTS,
        help="of proposals in the prompt: after the conversation, or as in the paper",
    )
    add_pace(options)


def mixture_asked_for(
    call: argparse.Namespace, note: Callable[[str], None], presets: OwnPresets = NO_OWN
) -> MoAConfig | None:
    """The mixture that the options describe; ``None`` where they name none.

    Args:
        call: The options, parsed.
        note: Takes sentences about what was left out or assumed.
        presets: Those of the user.

    Raises:
        ConfigError: They contradict one another, or what they name cannot be used.
    """
    own = call.proposer or (call.aggregator and not call.preset)
    if not (own or call.preset or call.layers is not None):
        return None
    return _own_mixture(call) if own else _preset(call, note, presets)


def with_placement(config: MoAConfig, placement: Placement | None) -> MoAConfig:
    """``config`` with its references at another place, unless that is ``None``."""
    if placement is None:
        return config
    return replace(config, prompts=replace(config.prompts, placement=placement))


def _own_mixture(call: argparse.Namespace) -> MoAConfig:
    if call.preset:
        raise ConfigError("Use --preset or --proposer, not both.")
    if not call.proposer:  # one model alone, which every mixture is compared with
        if call.layers not in (None, 1):
            raise ConfigError("--layers needs --proposer.")
        return mixture_from_refs(aggregator=call.aggregator)
    depth = 2 if call.layers is None else call.layers
    if not 2 <= depth <= MAX_LAYERS + 1:
        raise ConfigError(
            f"--layers must be 2 to {MAX_LAYERS + 1}, with the aggregator as the last "
            "one."
        )
    layers = [tuple(call.proposer)] * (depth - 1)
    return mixture_from_refs(*layers, aggregator=call.aggregator or call.proposer[0])


def _preset(
    call: argparse.Namespace, note: Callable[[str], None], presets: OwnPresets
) -> MoAConfig:
    if call.aggregator:
        raise ConfigError("Use --preset or --aggregator, not both.")
    if call.layers is not None:
        raise ConfigError("--layers needs --proposer; a preset has its own layers.")
    return preset_asked_for(call.preset, note, presets).config


def preset_asked_for(
    text: str, note: Callable[[str], None], presets: OwnPresets = NO_OWN
) -> Preset:
    """The preset called ``text``, or the one in the file of that name.

    Args:
        text: A shipped preset's name, the user's own one's, ``FILE.json`` or
            ``FILE.json:NAME``.
        note: Takes sentences about what was left out or assumed.
        presets: Those of the user.

    Raises:
        ConfigError: There is none, or its file cannot be used; says where and why.
    """
    if found := preset_named(text) or presets.named(text):
        return found
    in_file = _NAMED_IN_FILE.fullmatch(text)
    path, name = text, ""
    # Path.exists raises for what no file can be called.
    if not os.path.exists(text):  # noqa: PTH110
        if in_file:
            path, name = in_file[1], in_file[2]
        elif not text.lower().endswith(".json") and len(Path(text).parts) < 2:
            raise _no_such_preset(text, presets.all())
    try:
        return _preset_in_file(path, name, note)
    except ConfigError as error:
        raise ConfigError(f"{one_line(path, _LONGEST_PATH)}: {error}") from None


def _no_such_preset(name: str, own: Sequence[Preset]) -> ConfigError:
    shown = one_line(name, _LONGEST_PATH)
    shipped = ", ".join(preset.name for preset in PRESETS)
    said = f"There is no preset {shown!r}. Choose one of: {shipped}"
    if own:
        names = ", ".join(one_line(preset.name, _LONGEST_PATH) for preset in own)
        said += f"; or one of your own: {names}"
    return ConfigError(f"{said}.")


def _preset_in_file(path: str, name: str, note: Callable[[str], None]) -> Preset:
    """The preset of that name or title, or the first one if ``name`` is empty."""
    try:
        with Path(path).open("rb") as file:
            imported = presets_from_json(file.read(MAX_FILE_BYTES + 1))
    except OSError as error:
        raise ConfigError(f"{error.strerror or 'it can’t be read'}.") from None
    shown, presets = one_line(path, _LONGEST_PATH), imported.presets
    for sentence in imported.notes:
        note(f"{shown}: {sentence}")
    names = ", ".join(preset.name for preset in presets)
    if not name:
        if len(presets) > 1:
            note(
                f"{shown} has {len(presets)} presets; using the first. For another, "
                f"use FILE.json:NAME: {names}."
            )
        return presets[0]
    for preset in presets:
        if name in (preset.name, preset.title):
            return preset
    raise ConfigError(f"it has no preset {name!r}. Choose one of: {names}.")
