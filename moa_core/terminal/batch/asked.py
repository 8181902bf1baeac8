"""Says what a command asks for: of whom, and to whoever lists batches."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from moa_core.batch import AskedBatch, Row
from moa_core.errors import ConfigError
from moa_core.mixture import MoAConfig, config_sha256, own_name
from moa_core.terminal.batch.training import rows_for_judge
from moa_core.terminal.kept import OwnPresets
from moa_core.terminal.options import mixture_asked_for, with_placement
from moa_core.terminal.pace_options import with_pace


def asked_of_batch(
    call: argparse.Namespace, note: Callable[[str], None], presets: OwnPresets
) -> tuple[MoAConfig, Sequence[Row] | None]:
    """Whom a batch asks, and what; ``None`` leaves that to its file of prompts.

    Raises:
        ConfigError: No mixture is named, or there is nothing to judge.
    """
    if call.command == "judge":
        return rows_for_judge(call)
    named = mixture_asked_for(call, note, presets)
    if not named:
        raise ConfigError("Name the mixture: --preset NAME, or --proposer REF ...")
    return with_pace(with_placement(named, call.placement), call), None


def asked_batch(
    call: argparse.Namespace, config: MoAConfig, words: tuple[str, ...]
) -> AskedBatch | None:
    """What ``polyphony batch run`` is to do; ``None`` of what is no batch of prompts.

    Args:
        call: The options.
        config: The mixture.
        words: The command, word by word.
    """
    if call.command != "run":
        return None
    models = dict.fromkeys(own_name(agent.model) for agent in config.agents)
    return AskedBatch(
        name=call.preset or ", ".join(models),
        mixture=config_sha256(config),
        prompts=call.prompts.resolve(),
        output=call.output.resolve(),
        folder=Path.cwd(),
        words=words,
    )
