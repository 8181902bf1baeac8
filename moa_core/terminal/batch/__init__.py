"""Runs batches in the terminal, tells of them, and exports what they came to."""

from moa_core.terminal.batch.asked import asked_batch, asked_of_batch
from moa_core.terminal.batch.carry_out import carry_out_batch
from moa_core.terminal.batch.options import batch_parser
from moa_core.terminal.batch.training import tell_of_batch
from moa_core.terminal.batch.words import duration, row_rate

__all__ = [
    "asked_batch", "asked_of_batch", "batch_parser", "carry_out_batch", "duration",
    "row_rate", "tell_of_batch",
]  # fmt: skip
