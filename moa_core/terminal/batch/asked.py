"""Says what a command asked for, to whoever lists batches."""

import argparse
from pathlib import Path

from moa_core.batch import AskedBatch
from moa_core.mixture import MoAConfig, config_sha256, own_name


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
