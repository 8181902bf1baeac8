"""Describes what a command asks for, to whoever lists batches."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBatch:
    """What somebody asked for with a command.

    Attributes:
        name: Of the preset, or of the models of the mixture.
        mixture: Hash of the mixture.
        prompts: The file of prompts, from the root.
        output: The file of answers, from the root; tells batches of a machine apart.
        folder: Where the command was called.
        words: The command, word by word.
    """

    name: str
    mixture: str
    prompts: Path
    output: Path
    folder: Path
    words: tuple[str, ...]
